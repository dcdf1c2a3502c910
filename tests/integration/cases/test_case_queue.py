"""What the queue puts first, and what became of the cases of each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from crosschecks.cases.precision import yields
from crosschecks.cases.queue import queue
from crosschecks.cases.reading import show
from fundwatch.case_yields import ENOUGH_CLOSED, PRIOR, RuleYield, expected_precision
from tests.integration.cases.desk import JUNE, MAY, NORTH, SOUTH, Desk, Point

PAIR = Point(rule_id="duplicate_enrolment", other_person_id="Q", known_on=None)
EIGHT = [replace(PAIR, case_id=f"{place:02x}" * 12, person_id=f"P{place}") for place in range(8)]


def waiting(desk: Desk, **only: str) -> list[tuple[str, Decimal, Decimal]]:
    with desk.warehouse.connect() as connection:
        return [(case.case_id, case.precision, case.expected_amount) for case in queue(connection, **only)]


def test_the_queue_is_ordered_by_amount_times_the_prior_while_few_are_closed(desk: Desk) -> None:
    small, large = replace(EIGHT[0], amount="10.01"), replace(EIGHT[1], amount="30.00", division=SOUTH)
    none = replace(EIGHT[2], amount="0.00", state="candidate")
    desk.list(MAY, small, large, none)
    assert waiting(desk) == [
        (large.case_id, PRIOR, Decimal("15.00")), (small.case_id, PRIOR, Decimal("5.01")),
    ]  # fmt: skip
    assert [case for case, *_ in waiting(desk, division=NORTH)] == [small.case_id]
    assert waiting(desk, state="dispatched") == []


def test_measured_precision_changes_the_order_once_enough_are_closed(desk: Desk) -> None:
    closed = [
        replace(PAIR, case_id=f"{place:02x}" * 12, person_id=f"C{place}") for place in range(ENOUGH_CLOSED)
    ]
    true = Point(case_id="ee" * 12, amount="100.00", person_id="T", known_on=None)
    often_wrong = replace(PAIR, case_id="ff" * 12, person_id="W", amount="150.00")
    desk.list(MAY, true, often_wrong, *closed)
    for case in closed[1:]:
        desk.clear(case=case.case_id)
    assert [case for case, *_ in waiting(desk)][:2] == [closed[0].case_id, often_wrong.case_id]
    desk.recover("70.00", case=closed[0].case_id)
    assert waiting(desk) == [
        (true.case_id, PRIOR, Decimal("50.00")),
        (often_wrong.case_id, Decimal("0.0500"), Decimal("7.50")),
    ]


def test_a_rule_is_known_by_what_its_cases_came_to(desk: Desk) -> None:
    desk.list(MAY, *EIGHT[:5])
    desk.recover("1500.00", case=EIGHT[0].case_id)
    desk.clear(case=EIGHT[1].case_id)
    desk.verify(case=EIGHT[2].case_id)
    desk.record("decided", case=EIGHT[2].case_id, decision="suspend", outcome="late_report", name="Decider")
    desk.record("approved", case=EIGHT[2].case_id, name="Approver")
    desk.list(JUNE, *EIGHT[:4])
    with desk.warehouse.connect() as connection:
        (about,) = yields(connection).values()
    assert (about.raised, about.closed, about.confirmed) == (5, 2, 1)
    assert (about.precision, about.expected) == (Decimal("0.5000"), PRIOR)
    assert (about.amount_confirmed, about.amount_recovered) == (Decimal("3500.00"), Decimal("1500.00"))


def test_what_was_decided_waits_on_without_its_point_and_what_ended_does_not(desk: Desk) -> None:
    desk.list(MAY, *EIGHT[:3])
    for case in EIGHT[:1]:
        desk.verify(case=case.case_id)
        desk.record("decided", case=case.case_id, decision="suspend", outcome="fraud", name="Decider")
    desk.list(JUNE, EIGHT[2])
    assert sorted(case for case, *_ in waiting(desk)) == [EIGHT[0].case_id, EIGHT[2].case_id]
    desk.list(JUNE)
    assert [case for case, *_ in waiting(desk)] == [EIGHT[0].case_id]


def test_a_case_shows_its_point_its_events_and_its_months(desk: Desk) -> None:
    desk.list(MAY, PAIR)
    desk.clear(until=date(2024, 6, 29))
    desk.list(JUNE, replace(PAIR, months=2, amount="4000.00"))
    with desk.warehouse.connect() as connection:
        case = show(connection, PAIR.case_id[:8])
    assert (case.state, case.following) == ("open", ("dispatched",))
    assert case.point["case_amount"] == Decimal("4000.00")
    assert [(month.month, month.state, month.evidence_rows) for month in case.months] == [
        (MAY, "closed", 2), (JUNE, "open", 2),
    ]  # fmt: skip
    assert [event.number for event in case.events] == [1, 2, 3, 4, 5]
    assert case.events[2].until_on == date(2024, 6, 29)
    assert case.evidence[1]["key"] == "P5"


def test_precision_that_orders_the_queue_is_the_same_in_sql(warehouse):
    query = f"""
        select closed, confirmed, {expected_precision("closed", "confirmed")}
        from generate_series(0, 61) as closed cross join lateral generate_series(0, closed) as confirmed
    """
    with warehouse.connect() as connection:
        rows = connection.execute(query).fetchall()
    nothing = Decimal(0)
    assert len(rows) == sum(range(1, 63))
    assert [
        (closed, confirmed, shown, expected)
        for closed, confirmed, shown in rows
        if shown != (expected := RuleYield("rule", closed, closed, confirmed, nothing, nothing).expected)
    ] == []
