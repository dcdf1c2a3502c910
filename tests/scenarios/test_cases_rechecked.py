"""A month checked again for what was corrected in it alone equals one checked in full, row by row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import crosschecks
from fundwatch.acts.case_steps import Act
from fundwatch.acts.cases import record
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.task import open_context
from simulator import simulate
from tests.hostile import BEFORE, MONTH, write_city
from tests.hostile.changing import (
    TABLES,
    correct_table,
    send_applications,
    send_events,
    send_returns,
    send_vouchers,
)
from tests.hostile.warehouses import check, landed
from tests.seeds import SEED
from tests.support import Databases

FEEDS = ("civil_registry", "bank", "tax", "declaration")
# Files of a feed that the city is written with, where not one.
FILES = {"declaration": 2}
# What is read outside the step.
KEPT = ("cases", "data_errors", "review_pairs", "deaths_received", "deceased_persons")
Kept = dict[str, Counter[tuple]]


class City:
    """A city checked once, and again after every correction."""

    def __init__(self, folder: Path, home: Path, url: str, months: tuple[str, ...]) -> None:
        self.folder = folder
        self.settings: Settings = landed(folder, home, url, months)
        self.chance = random.Random(SEED)  # noqa: S311 - a test's chance, repeated by its seed
        self.sequences: Counter[str] = Counter()
        check(self.settings, MONTH)

    @property
    def warehouse(self) -> Warehouse:
        return open_warehouse(self.settings)

    @property
    def database(self) -> Path:
        return self.folder / f"production-{MONTH}.db"

    def correct(self, *tables: str) -> None:
        """Correct tables of the month's production database and read it again."""
        for table in tables:
            correct_table(self.database, table, self.chance)
        steps.ingest(self.settings, month=MONTH, verify=True)

    def send(self, feed: str) -> None:
        """Send another file of a feed."""
        self.sequences[feed] += 1
        sequence = FILES.get(feed, 1) + self.sequences[feed]
        if feed == "civil_registry":
            events = self.rows(
                "select source_event_id from staging_civil_registry.stg_civil_registry__death_event"
                " where source = 'police' group by 1 order by 1"
            )
            revoked = [event for (event,) in self.chance.sample(events, 3)]
            send_events(self.folder, self.database, self.chance, sequence=sequence, revoked=revoked)
        else:
            how = {"bank": send_returns, "tax": send_vouchers, "declaration": send_applications}[feed]
            how(self.folder, self.database, self.chance, sequence=sequence)
        summary = steps.ingest(self.settings, month=MONTH)
        sent = self.rows(
            "select state, reason, message from ops.files where feed = %s and month = %s and sequence = %s",
            feed,
            MONTH,
            sequence,
        )
        assert [state for state, *_ in sent] == ["loaded"], (sent, summary)

    def clear_a_pair(self) -> str:
        """Clear one pair of ids that is a case; return its id."""
        rows = self.rows(
            "select case_id from crosschecks.cases"
            " where month = %s and rule_id = 'one_person_many_ids' and state = 'open' order by case_id",
            MONTH,
        )
        (case,) = self.chance.choice(rows)
        for act, name in (
            (Act("dispatched", note="asked"), "Clerk"),
            (Act("verified", finding="alive", note="seen"), "Verifier"),
            (
                Act(
                    "decided",
                    decision="clear",
                    outcome="no_issue",
                    until=date(2025, 6, 30),
                    note="two persons",
                ),
                "Decider",
            ),
            (Act("approved", note="agreed"), "Approver"),
            (Act("closed", note="done"), "Clerk"),
        ):
            record(self.warehouse, case=case, act=act, name=name)
        return str(case)

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        with self.warehouse.connect() as connection:
            return connection.execute(query, parameters).fetchall()

    def kept(self) -> Kept:
        """Read every row that is kept, evidence and all, and what the runs recorded about cases."""
        tables = {name: Counter(self.rows(f"select * from crosschecks.{name}")) for name in KEPT}
        events = "select case_id, number, state, from_month, evidence from ops.case_events"
        return {**tables, "events": Counter(self.rows(events))}

    def subjects(self) -> Counter[str]:
        """Count whose cases the last check made."""
        rows = self.rows("select subject from crosschecks.rechecked_subjects")
        return Counter(subject for (subject,) in rows)

    def check(self) -> tuple[Kept, Counter[str]]:
        check(self.settings, MONTH)
        return self.kept(), self.subjects()

    def check_in_full(self) -> Kept:
        """Check the month as if it never was; the ledgers stay as they are."""
        with self.warehouse.connect() as connection:
            connection.execute("delete from crosschecks.checked_months")
        context = open_context(self.settings, month=MONTH)
        crosschecks.check(
            self.warehouse, month=MONTH, as_of=context.as_of, site_version=context.site_version,
            build=context.build,
        )  # fmt: skip
        assert self.subjects() == Counter(["everything"])
        return self.kept()


@pytest.fixture(scope="module")
def hostile(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("rechecked")
    city = write_city(folder / "city", SEED)
    return City(city, folder / "home", databases.create(template=migrated), (BEFORE, MONTH))


@pytest.fixture(scope="module")
def simulated(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("planted")
    simulate(out=folder / "city", months=parse_range(f"2023-07..{MONTH}"), persons=600, seed=SEED, plants=1)
    return City(folder / "city", folder / "home", databases.create(template=migrated), (BEFORE, MONTH))


def _difference(left: Kept, right: Kept) -> dict[str, list[tuple]]:
    rows = {name: [*(left[name] - right[name]), *(right[name] - left[name])] for name in left}
    return {name: different[:3] for name, different in rows.items() if different}


def _compare(city: City) -> tuple[Kept, Counter[str]]:
    """Check again, and then in full: both give the same; return what the first gave, and whose it made."""
    rechecked, subjects = city.check()
    assert "everything" not in subjects, f"seed {SEED}"
    assert _difference(rechecked, city.check_in_full()) == {}, f"seed {SEED}: {subjects}"
    return rechecked, subjects


def test_unchanged_month_checks_nobody_again(hostile: City) -> None:
    before = hostile.kept()
    rechecked, subjects = hostile.check()
    assert subjects == Counter()
    assert _difference(before, rechecked) == {}
    assert all(rechecked[name] for name in KEPT)


@pytest.mark.parametrize("table", TABLES)
def test_corrected_rows_give_what_a_full_check_gives(hostile: City, table: str) -> None:
    hostile.correct(table)
    _compare(hostile)


@pytest.mark.parametrize("feed", FEEDS)
def test_files_that_came_later_give_what_a_full_check_gives(hostile: City, feed: str) -> None:
    hostile.send(feed)
    _, subjects = _compare(hostile)
    assert subjects["taxed_employer" if feed == "tax" else "person"], f"seed {SEED}"


def test_cleared_pair_gives_what_a_full_check_gives(hostile: City) -> None:
    case = hostile.clear_a_pair()
    rechecked, subjects = _compare(hostile)
    assert subjects["person"] >= 2, f"seed {SEED}"
    assert case not in {row[0] for row in rechecked["cases"]}, f"seed {SEED}"


@pytest.mark.parametrize("city", ["hostile", "simulated"])
@pytest.mark.parametrize("turn", range(3))
def test_corrections_of_everything_give_what_a_full_check_gives(
    city: str, turn: int, request: pytest.FixtureRequest
) -> None:
    checked: City = request.getfixturevalue(city)
    before = checked.kept()
    checked.correct(*TABLES)
    for feed in FEEDS if city == "hostile" else ():
        checked.send(feed)
    rechecked, _ = _compare(checked)
    assert _difference(before, rechecked), f"seed {SEED}: nothing changed"
