"""A model is trained again, digit by digit."""

from __future__ import annotations

import pytest

from crosschecks.linkage.copies import Person
from crosschecks.linkage.training import Training, train
from tests.integration.linkage.planted import planted_register

pytestmark = pytest.mark.scenarios


def trained(seed: int) -> Training:
    humans = {
        person.number: person for person in planted_register(600, seed=4).persons.values() if person.is_valid
    }
    persons = [
        Person(of.person_id, number, of.name, number, f"{of.birth:%Y%m%d}", of.sex, is_valid=True)
        for number, of in sorted(humans.items())
    ]
    assert len(persons) > 500
    return train(persons, name="persons-2024-06-30", seed=seed)


def test_training_gives_the_same_model_and_report_for_the_same_register_and_seed():
    assert trained(7) == trained(7)


def test_training_follows_its_seed():
    first, other = trained(7), trained(8)
    assert first.register_sha256 == other.register_sha256
    assert first.model.splink_settings != other.model.splink_settings
