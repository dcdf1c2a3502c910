"""Linking only who changed gives what linking everybody anew gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from crosschecks.linkage.model import newest_model
from crosschecks.linkage.settings import person_settings
from tests.integration.linkage.planted import Person, draw, mistyped, numbered, planted_register

TABLES = ("linkage_persons", "linkage_names", "linkage_state", "linkage_pairs", "linked_pairs")
BORN = date(1961, 7, 4)


def changed(chance: random.Random, person: Person) -> Person:
    """The person with one of his values written differently, or lost."""
    return chance.choice(
        (
            replace(person, name=draw(chance, "").name),
            replace(person, birth=date(1950, 5, 5)),
            replace(person, sex="9"),
            replace(person, number=None, is_valid=False),
            replace(person, number=numbered(person.birth or BORN, 5, "2"), is_valid=True),
            replace(person, number=mistyped(chance, person.number or numbered(BORN, 1, "1")), is_valid=False),
        )
    )


def test_link_again_equals_linking_everybody(desk, make_desk):
    chance = random.Random(1)  # noqa: S311 - reproducible, and nothing secret
    persons = planted_register(900, seed=1).persons
    desk.forget()
    desk.link(persons.values())
    whole = make_desk()
    for turn in range(2):
        for key in chance.sample(sorted(persons), 40):
            persons[key] = changed(chance, persons[key])
        for key in chance.sample(sorted(persons), 25):
            del persons[key]
        for place in range(25):
            newcomer = draw(chance, f"N{turn}{place:03d}")
            persons[newcomer.person_id] = newcomer
        summary = desk.link(persons.values())
        assert 0 < summary.relinked < len(persons) / 3
        whole.link(persons.values())
        for table in TABLES:
            assert desk.stored(table) == whole.stored(table), (turn, table)
        whole.forget()
        assert len(desk.stored("linked_pairs")) > 50


def test_link_of_an_unchanged_batch_compares_nobody(desk):
    persons = planted_register(300, seed=5).persons.values()
    desk.link(persons)
    before = desk.stored("linked_pairs")
    again = desk.link(persons)
    assert (again.relinked, again.candidates) == (0, 0)
    assert desk.stored("linked_pairs") == before


def test_link_scores_a_settled_pair_anew_when_its_name_becomes_frequent(desk):
    """Their name is borne by more and more: what linked them weighs less, though neither changed."""
    wang = Person("P1", "王伟", numbered(BORN, 31, "1"), BORN, "1")
    without = replace(wang, person_id="P2", number=None, is_valid=False)
    others = [draw(random.Random(place), f"X{place:04d}") for place in range(700)]  # noqa: S311
    desk.link([wang, without, *others])
    (former,) = (row[2] for row in desk.stored("linkage_pairs") if row[:2] == ("P1", "P2"))
    namesakes = [
        replace(other, name="王伟", person_id=f"Y{place:04d}") for place, other in enumerate(others[:80])
    ]
    desk.link([wang, without, *namesakes, *others[80:]])
    (later,) = (row[2] for row in desk.stored("linkage_pairs") if row[:2] == ("P1", "P2"))
    assert later < former


def test_link_begins_anew_with_another_model(desk):
    persons = list(planted_register(300, seed=6).persons.values())
    desk.link(persons)
    summary = desk.link(persons, model=replace(newest_model(), name="persons-9999-12-31"))
    assert summary.relinked == len(persons)
    desk.forget()


def test_trained_model_has_the_levels_of_the_settings():
    def levels(settings: dict) -> list[tuple]:
        return [
            (
                comparison["output_column_name"],
                [level["sql_condition"] for level in comparison["comparison_levels"]],
            )
            for comparison in settings["comparisons"]
        ]

    ours = person_settings().create_settings_dict("duckdb")
    trained = newest_model().splink_settings
    assert len(ours["comparisons"]) == 4
    assert levels(trained) == levels(ours)
    assert [rule["blocking_rule"] for rule in trained["blocking_rules_to_generate_predictions"]] == [
        rule["blocking_rule"] for rule in ours["blocking_rules_to_generate_predictions"]
    ]
