"""The state of a case in a month: what its point says, and the events in force in that month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crosschecks.cases.queue import queue
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.cases.desk import (
    DEATH,
    JULY,
    JUNE,
    MAY,
    NORTH,
    PAID_JUNE,
    PAID_MAY,
    SOUTH,
    Desk,
    Point,
    Row,
)

POINT = Point()
GROWN = replace(POINT, amount="4000.00", months=2, evidence=(DEATH, PAID_MAY, PAID_JUNE))
PAIR = Point(
    rule_id="duplicate_enrolment", other_person_id="Q", known_on=None,
    evidence=(Row("AC43", "C1"), Row("AC43", "C2")),
)  # fmt: skip


def test_an_event_counts_from_the_month_whose_data_list_the_case(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.list(JUNE, POINT)
    desk.record("dispatched")
    assert (desk.state(MAY), desk.state(JUNE)) == ("open", "dispatched")
    desk.list(JUNE, POINT)
    desk.list(MAY, POINT)
    assert (desk.state(MAY), desk.state(JUNE)) == ("open", "dispatched")


def test_a_month_built_late_keeps_to_the_events_of_its_time(desk: Desk) -> None:
    desk.list(JUNE, POINT)
    desk.verify()
    desk.list(MAY, POINT)
    assert (desk.state(MAY), desk.state(JUNE)) == ("open", "verified")


def test_a_case_keeps_its_events_when_its_months_grow(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    desk.list(JUNE, GROWN)
    assert desk.state(JUNE) == "verified"
    assert [event[1] for event in desk.events()] == ["dispatched", "verified"]


def test_an_outcome_stands_from_the_decision_on(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    assert desk.states(MAY) == {POINT.case_id: ("verified", None)}
    desk.record("decided", decision="suspend", outcome="late_report")
    assert desk.states(MAY) == {POINT.case_id: ("decided", "late_report")}


def test_a_cleared_case_does_not_come_back(desk: Desk) -> None:
    desk.list(MAY, PAIR)
    desk.clear()
    desk.list(JUNE, PAIR)
    assert desk.states(JUNE) == {PAIR.case_id: ("closed", "no_issue")}


def test_a_cleared_case_comes_back_the_day_after_it_expires(desk: Desk) -> None:
    desk.list(MAY, PAIR)
    desk.clear(until=date(2024, 6, 30))
    desk.list(JUNE, PAIR)
    desk.list(JULY, PAIR)
    assert (desk.state(JUNE), desk.states(JULY)) == ("closed", {PAIR.case_id: ("open", None)})


def test_a_cleared_case_comes_back_with_new_evidence(desk: Desk) -> None:
    desk.list(MAY, PAIR)
    desk.clear()
    desk.list(JUNE, replace(PAIR, evidence=(*PAIR.evidence, Row("AC43", "C3"))))
    assert desk.states(JUNE) == {PAIR.case_id: ("open", None)}
    desk.record("dispatched")
    assert [event[:2] for event in desk.events()][-2:] == [(5, "closed"), (6, "dispatched")]


def test_a_row_landed_again_is_no_new_evidence_but_a_record_of_who_somebody_is(desk: Desk) -> None:
    desk.list(MAY, replace(PAIR, evidence=(Row("AC43", "C1"), Row("AC01", "P"))))
    desk.clear()
    desk.list(JUNE, replace(PAIR, evidence=(Row("AC43", "C1", file="again"), Row("AC01", "P"))))
    assert desk.state(JUNE) == "closed"
    desk.list(JULY, replace(PAIR, evidence=(Row("AC43", "C1"), Row("AC01", "P", file="again"))))
    assert desk.state(JULY) == "open"


def test_money_paid_after_a_case_was_recovered_opens_it_again(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.recover()
    desk.list(JUNE, GROWN)
    assert (desk.state(MAY), desk.state(JUNE)) == ("closed", "open")


def test_who_was_found_alive_stays_a_candidate_until_the_death_is_registered_anew(desk: Desk) -> None:
    other = replace(POINT, case_id="b2" * 12, rule_id="contribution_after_death")
    desk.list(MAY, POINT, other)
    desk.verify("alive")
    assert desk.state(MAY, other.case_id) == "candidate"
    again = (*GROWN.evidence, Row("death_event", "cremation/9"))
    desk.list(JUNE, GROWN, replace(other, evidence=again))
    assert desk.state(JUNE, other.case_id) == "open"


def test_an_event_registered_after_the_finding_opens_a_case(desk: Desk) -> None:
    other = replace(POINT, case_id="b2" * 12, known_on=date(9999, 1, 1))
    desk.list(MAY, POINT, other)
    desk.verify("alive")
    assert desk.state(MAY, other.case_id) == "open"


def test_a_finding_that_somebody_is_dead_holds_no_case_back(desk: Desk) -> None:
    other = replace(POINT, case_id="b2" * 12)
    desk.list(MAY, POINT, other)
    desk.verify("dead")
    assert desk.state(MAY, other.case_id) == "open"


def test_a_revoke_withdraws_a_case_in_the_run_that_learns_of_it(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    desk.record("decided", decision="suspend", outcome="late_report")
    desk.registry_says(("file", 1, "create"), ("later", 2, "revoke"))
    settled = desk.list(JUNE)
    assert (settled.withdrawn, settled.closed) == (1, 0)
    assert desk.events()[-1] == (4, "withdrawn", "fundwatch", JUNE)
    assert desk.states(JUNE) == {}


def test_a_revoke_of_the_month_itself_withdraws_a_case_listed_before_it(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.registry_says(("file", 1, "create"), ("later", 2, "revoke"))
    desk.list(MAY)
    assert desk.events() == [(1, "withdrawn", "fundwatch", MAY)]


def test_a_point_that_leaves_closes_its_case_once(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.registry_says(("file", 1, "create"))
    assert desk.list(JUNE).closed == 1
    assert desk.list(JUNE).closed == 1
    assert desk.list(JULY).closed == 0
    assert desk.events() == [(1, "closed", "fundwatch", JUNE)]


def test_a_case_that_was_decided_goes_on_without_its_point(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    desk.record("decided", decision="suspend", outcome="late_report")
    assert desk.list(JUNE).closed == 0
    assert desk.record("approved", name="Approver").from_month == MAY


def test_a_point_that_comes_back_stands_as_the_data_say(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.record("dispatched")
    desk.list(JUNE)
    desk.list(JULY, POINT)
    assert desk.state(JULY) == "open"
    assert desk.record("dispatched").number == 3


def test_a_run_that_is_repeated_with_the_point_voids_its_leaving(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.record("dispatched")
    desk.list(JUNE)
    desk.list(JUNE, POINT)
    assert desk.state(JUNE) == "dispatched"


def test_a_month_that_is_forgotten_closes_no_case_and_keeps_what_people_recorded(desk: Desk) -> None:
    other = replace(POINT, case_id="b2" * 12, person_id="Q")
    desk.list(MAY, POINT, other)
    desk.list(JUNE, other)
    desk.record("dispatched", case=other.case_id)
    desk.list(JULY)
    with desk.warehouse.connect() as connection:
        for month in (JUNE, JULY):
            connection.execute("delete from crosschecks.cases where month = %s", (month,))
            connection.execute(
                "insert into ops.forgotten_months (month, actor, reason) values (%s, 'A', 'by mistake')",
                (month,),
            )
        waiting = {case.case_id: case.state for case in queue(connection)}
        connection.execute("delete from ops.forgotten_months")
    assert waiting == {POINT.case_id: "open", other.case_id: "dispatched"}


def test_june_after_may_lists_what_june_alone_lists(desk: Desk, databases, migrated) -> None:
    points = (GROWN, replace(PAIR, case_id="c3" * 12, person_id="R", division=SOUTH))
    desk.list(MAY, POINT, replace(PAIR, case_id="d4" * 12, division=NORTH))
    desk.list(JUNE, *points)
    settings = Settings(home=desk.warehouse.home, database_url=databases.create(template=migrated))
    alone = Desk(open_warehouse(settings))
    alone.list(JUNE, *points)
    query = "select * from crosschecks.cases where month = %s order by case_id"
    assert desk.rows(query, JUNE) == alone.rows(query, JUNE)
    assert len(desk.rows(query, JUNE)) == 2
