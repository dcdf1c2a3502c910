"""Publications are reproduced, whatever was recorded of their cases and matched by hand since."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from fundwatch.months import parse_range
from fundwatch.settings import Settings
from simulator import simulate
from tests.scenarios.hand_matching import undo_match, write_off_oldest
from tests.support import Databases, run_fundwatch

APRIL, MAY, JUNE = "2024-04", "2024-05", "2024-06"
PERSONS = 1000


def record(settings: Settings, case: str, to: str, name: str, *said: str) -> None:
    asked = ("case", "record", case, "--to", to, "--as", name, "--note", "seen", *said)
    run_fundwatch(*asked, settings=settings)


def recover(settings: Settings, case: str) -> None:
    """Take a case to its end: it was true, and the money came back."""
    record(settings, case, "dispatched", "Clerk")
    record(settings, case, "verified", "Verifier", "--finding", "dead")
    decision = ("--decision", "recover", "--outcome", "late_report", "--amount", "100.00")
    record(settings, case, "decided", "Decider", *decision)
    record(settings, case, "approved", "Approver")
    record(settings, case, "recovering", "Clerk", "--amount", "60.00")
    record(settings, case, "closed", "Clerk", "--amount", "40.00")


def open_cases(settings: Settings, month: str) -> list[str]:
    query = "select case_id from crosschecks.cases where month = %s and state = 'open' order by 1"
    with psycopg.connect(settings.database_url) as connection:
        return [case for (case,) in connection.execute(query, (month,))]


def test_publications_are_reproduced_after_events_of_their_cases_matches_by_hand_and_another_month(
    databases: Databases, migrated: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", database_url=databases.create(template=migrated))
    settings.home.mkdir()
    months = parse_range("2023-12..2024-06")
    simulate(out=settings.home / "city", months=months, persons=PERSONS, seed=5, plants=1)
    run_fundwatch("ingest", "--month", APRIL, settings=settings)  # landed, and run by nobody
    run_fundwatch("run", "--month", MAY, settings=settings)
    recovered, sent_out, *_ = open_cases(settings, MAY)
    recover(settings, recovered)
    record(settings, sent_out, "dispatched", "Clerk")
    number = write_off_oldest(settings, MAY)
    run_fundwatch("run", "--month", MAY, settings=settings)
    run_fundwatch("run", "--month", JUNE, settings=settings)
    recover(settings, open_cases(settings, JUNE)[-1])
    undo_match(settings, number)
    write_off_oldest(settings, JUNE)
    run_fundwatch("run", "--month", JUNE, settings=settings)
    with psycopg.connect(settings.database_url) as connection:
        query = "select number from ops.publications where month = %s order by number"
        before, since = (number for (number,) in connection.execute(query, (MAY,)))
    for number in (before, since):
        done = run_fundwatch("reproduce", str(number), "--json", settings=settings, check=False)
        assert json.loads(done.stdout)["is_equal"], f"publication {number}: {done.stdout.decode()}"
