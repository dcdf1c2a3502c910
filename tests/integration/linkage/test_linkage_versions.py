"""Linking a month tells from the ledger's versions who may differ from the persons linked last."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from crosschecks.linkage import LinkageSummary
from tests.integration.linkage.conftest import Desk
from tests.integration.linkage.planted import Person, changed, draw, planted_register

TABLES = ("linkage_persons", "linkage_names", "linkage_pairs", "linked_pairs")
LEDGER = """
    create table business_ledger.built_months (model text, month text, state_id text);
    create table business_ledger.persons (person_id text, valid_from_batch text, valid_to_batch text)
"""
MONTHS = ("2024-04", "2024-05", "2024-06", "2024-07")


class Ledger:
    """The versions of persons that the batches of some months make."""

    def __init__(self, desk: Desk, batches: dict[str, dict[str, Person]]) -> None:
        self.desk, self.batches = desk, batches
        with desk.warehouse.connect() as connection:
            connection.execute(LEDGER)
            connection.execute("grant select on all tables in schema business_ledger to public")
        for month in batches:
            self.state(month, f"first of {month}")

    def state(self, month: str, state_id: str) -> None:
        """Let the state of a month have this id, and the versions be those of the batches."""
        with self.desk.warehouse.connect() as connection:
            connection.execute("delete from business_ledger.built_months where month = %s", (month,))
            connection.execute(
                "insert into business_ledger.built_months values ('persons', %s, %s)", (month, state_id)
            )
            connection.execute("truncate business_ledger.persons")
            with connection.cursor().copy("copy business_ledger.persons from stdin") as copy:
                for version in self._versions():
                    copy.write_row(version)

    def link(self, month: str) -> LinkageSummary:
        return self.desk.link(self.batches[month].values(), month=month)

    def _versions(self) -> Iterator[tuple[str, str, str | None]]:
        months = sorted(self.batches)
        for key in {key for batch in self.batches.values() for key in batch}:
            began, held = None, None
            for month in months:
                person = self.batches[month].get(key)
                if person != held:
                    if held is not None:
                        yield key, began, month
                    began, held = month, person
            if held is not None:
                yield key, began, None


def batches_of(chance: random.Random, persons: dict[str, Person]) -> dict[str, dict[str, Person]]:
    """Four months: in each some persons changed, some left, some came."""
    batches = {}
    for month in MONTHS:
        batches[month] = dict(persons)
        for key in chance.sample(sorted(persons), 15):
            persons[key] = changed(chance, persons[key])
        for key in chance.sample(sorted(persons), 10):
            del persons[key]
        for place in range(10):
            newcomer = draw(chance, f"N{month}{place:03d}")
            persons[newcomer.person_id] = newcomer
    return batches


def test_link_of_any_month_after_any_other_equals_linking_everybody(make_desk):
    chance = random.Random(3)  # noqa: S311 - reproducible, and nothing secret
    batches = batches_of(chance, planted_register(600, seed=3).persons)
    ledger, whole = Ledger(make_desk(), batches), make_desk()
    for turn, month in enumerate(("2024-05", "2024-06", "2024-04", "2024-07", "2024-05", "2024-05")):
        summary = ledger.link(month)
        assert summary.relinked == len(batches[month]) if turn == 0 else summary.relinked < 300
        whole.link(batches[month].values())
        for table in TABLES:
            assert ledger.desk.stored(table) == whole.stored(table), (turn, table)
        whole.forget()
    assert summary.relinked == 0
    assert len(ledger.desk.stored("linked_pairs")) > 30


def test_link_of_the_month_after_reads_only_who_has_another_version(make_desk):
    batches = batches_of(random.Random(4), planted_register(300, seed=4).persons)  # noqa: S311
    ledger = Ledger(make_desk(), batches)
    ledger.link("2024-05")
    unseen = next(
        key for key in sorted(batches["2024-06"]) if batches["2024-06"][key] == batches["2024-05"].get(key)
    )
    batches["2024-06"][unseen] = replace(batches["2024-06"][unseen], name="欧阳无名")
    ledger.link("2024-06")
    assert "欧阳无名" not in {row[1] for row in ledger.desk.stored("linkage_persons")}


def test_link_compares_everybody_once_the_month_linked_last_was_built_anew(make_desk):
    """What was linked is no longer what the ledger says of that month: its versions tell nothing."""
    batches = batches_of(random.Random(5), planted_register(300, seed=5).persons)  # noqa: S311
    ledger = Ledger(make_desk(), batches)
    ledger.link("2024-05")
    corrected = next(
        key for key in sorted(batches["2024-06"]) if batches["2024-06"][key] == batches["2024-05"].get(key)
    )
    for month in MONTHS:
        if corrected in batches[month]:
            batches[month][corrected] = replace(batches[month][corrected], name="欧阳无名")
    ledger.state("2024-05", "another")
    ledger.link("2024-06")
    assert "欧阳无名" in {row[1] for row in ledger.desk.stored("linkage_persons")}
