"""The history of a case: what a run said in vain is told from what stands, and why."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from crosschecks.cases.reading import Case, show
from fundwatch.acts.case_standing import last_event
from fundwatch.labels.cases import VOID_EVENTS
from fundwatch.settings import Settings
from reporting.case_sheets.history import history_of
from reporting.case_sheets.texts import SHEET_TEXTS
from tests.integration.cases.desk import JULY, JUNE, MAY, Desk, Point
from tests.support import run_fundwatch

POINT = Point()
# Whatever the database says has its words.
FORGOTTEN, HOLDS = VOID_EVENTS


def forget(desk: Desk, month: str) -> None:
    """Forget a month, as the command does to cases."""
    with desk.warehouse.connect() as connection:
        connection.execute("delete from crosschecks.cases where month = %s", (month,))
        connection.execute(
            "insert into ops.forgotten_months (month, actor, reason) values (%s, 'A', 'by mistake')", (month,)
        )


@pytest.fixture
def closed(desk: Desk) -> Desk:
    """A desk whose case was dispatched in May and closed by the run of June."""
    with desk.warehouse.connect() as connection:
        connection.execute("delete from ops.forgotten_months")
    desk.list(MAY, POINT)
    desk.record("dispatched")
    assert desk.list(JUNE).closed == 1
    return desk


def shown(desk: Desk) -> Case:
    with desk.warehouse.connect() as connection:
        return show(connection, POINT.case_id)


def voids(desk: Desk) -> list[tuple[str, str | None]]:
    return [(event.state, event.void_because) for event in shown(desk).events]


def test_an_event_of_a_run_stands_while_its_month_does(closed: Desk) -> None:
    assert voids(closed) == [("dispatched", None), ("closed", None)]
    assert shown(closed).state == "closed"


def test_what_the_run_of_a_forgotten_month_said_is_void_until_the_month_is_run_again(closed: Desk) -> None:
    forget(closed, JUNE)
    assert voids(closed) == [("dispatched", None), ("closed", FORGOTTEN)]
    assert shown(closed).state == "dispatched"
    with closed.warehouse.connect() as connection:
        connection.execute("delete from ops.forgotten_months")
    closed.list(JUNE)
    assert voids(closed) == [("dispatched", None), ("closed", None)]


def test_what_a_run_said_is_void_once_its_month_lists_the_point_after_all(closed: Desk) -> None:
    closed.list(JUNE, POINT)
    assert voids(closed) == [("dispatched", None), ("closed", HOLDS)]
    assert shown(closed).state == "dispatched"


def test_an_event_that_is_void_for_both_reasons_is_shown_once(closed: Desk) -> None:
    forget(closed, JUNE)
    closed.list(JUNE, POINT)
    assert voids(closed) == [("dispatched", None), ("closed", FORGOTTEN)]


def test_what_somebody_recorded_of_a_forgotten_month_stands(closed: Desk) -> None:
    closed.list(JULY, POINT)
    closed.record("dispatched")
    forget(closed, JULY)
    assert voids(closed) == [("dispatched", None), ("closed", None), ("dispatched", None)]


@pytest.mark.parametrize("month", [MAY, JUNE, JULY])
@pytest.mark.parametrize("forgotten", [(), (JUNE,), (JULY,), (JUNE, JULY)])
def test_the_last_event_in_force_is_the_last_that_is_not_void(
    closed: Desk, forgotten: tuple[str, ...], month: str
) -> None:
    closed.list(JUNE, POINT)
    closed.list(JULY)
    for gone in forgotten:
        forget(closed, gone)
    (last,) = closed.rows(f"select number from ({last_event('%s', '%s')}) as last", POINT.case_id, month)
    standing = [
        (event.from_month, event.number)
        for event in shown(closed).events
        if event.void_because is None and event.from_month <= month
    ]
    assert last == (max(standing)[1],)


def test_evidence_sheet_says_of_a_void_event_that_it_is(closed: Desk) -> None:
    forget(closed, JUNE)
    with closed.warehouse.connect() as connection:
        chinese, english = (
            history_of(connection, POINT.case_id, SHEET_TEXTS[language], timezone=ZoneInfo("UTC"))
            for language in ("zh", "en")
        )
    assert [line.endswith("无效：该月已撤销") for line in chinese] == [False, True]
    assert [line.endswith("void: its month was forgotten") for line in english] == [False, True]


def test_command_shows_a_void_event_as_such(closed: Desk) -> None:
    forget(closed, JUNE)
    settings = Settings(home=closed.warehouse.home, database_url=closed.warehouse.url)
    text = run_fundwatch("case", "show", POINT.case_id, settings=settings).stdout.decode()
    marked = [line.split() for line in text.splitlines() if "void: its month was forgotten" in line]
    assert [words[:2] for words in marked] == [["2", "closed"]]
    document = json.loads(run_fundwatch("case", "show", POINT.case_id, "--json", settings=settings).stdout)
    assert [event["void_because"] for event in document["events"]] == [None, FORGOTTEN]
