"""A warehouse whose batch of persons is written by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosschecks.linkage import LinkageSummary, link, register
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from tests.integration.linkage.planted import Person

BATCH = (
    "create table crosschecks.linkable_persons (person_id text, person_name text, identity_number text,"
    " identity_number_18 text, birth_on date, sex text)"
)


@dataclass(frozen=True)
class Desk:
    """Where persons are linked."""

    warehouse: Warehouse

    def link(self, persons: Iterable[Person], **options: object) -> LinkageSummary:
        """Let the batch hold these persons, and link them."""
        self.hold(persons)
        return link(self.warehouse, **options)

    def hold(self, persons: Iterable[Person]) -> None:
        """Let the batch hold these persons."""
        with self.warehouse.connect(layer="crosschecks") as connection:
            connection.execute("truncate crosschecks.linkable_persons")
            with (
                connection.cursor() as cursor,
                cursor.copy("copy crosschecks.linkable_persons from stdin") as copy,
            ):
                for person in persons:
                    copy.write_row(person.row)

    def pairs(self, *, linked: bool = True) -> set[tuple[str, str]]:
        """The pairs that are linked, or those for review."""
        query = "select person_id, other_person_id from crosschecks.linked_pairs where is_linked = %s"
        with self.warehouse.connect() as connection:
            return set(connection.execute(query, (linked,)).fetchall())

    def stored(self, table: str) -> list[tuple]:
        """Everything a table of the linkage holds, in order."""
        with self.warehouse.connect() as connection:
            rows = connection.execute(f"select * from crosschecks.{table}").fetchall()
        return sorted(rows, key=repr)

    def forget(self) -> None:
        """Let the next run be the first."""
        with self.warehouse.connect(layer="crosschecks") as connection:
            connection.execute(
                "truncate crosschecks.linkage_persons, crosschecks.linkage_names, crosschecks.linkage_state,"
                " crosschecks.linkage_pairs, crosschecks.linked_pairs"
            )


def open_desk(home: Path, url: str) -> Desk:
    """Open a migrated warehouse whose batch holds nobody."""
    warehouse = open_warehouse(Settings(home=home, database_url=url))
    with warehouse.connect(layer="crosschecks") as connection:
        connection.execute(BATCH)
    register.prepare(warehouse)
    return Desk(warehouse)


@pytest.fixture(scope="module")
def make_desk(databases, migrated, tmp_path_factory) -> Callable[[], Desk]:
    return lambda: open_desk(tmp_path_factory.mktemp("home"), databases.create(template=migrated))


@pytest.fixture(scope="module")
def desk(make_desk) -> Desk:
    return make_desk()
