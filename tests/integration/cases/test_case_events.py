"""What may be recorded of a case, by whom, and that it stays as it was recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from fundwatch import audit
from fundwatch.acts.notes import holds_identity_number
from fundwatch.errors import CaseMoved, NotFound, NotUnique, SamePerson, TransitionRefused, UsageWrong
from tests.integration.cases.desk import JUNE, MAY, Desk, Point
from tests.integration.checked_city import identity_number

POINT = Point()


def test_a_case_goes_from_open_to_closed_and_every_event_is_kept(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.recover("1500.50")
    assert [event[:3] for event in desk.events()] == [
        (1, "dispatched", "Auditor"), (2, "verified", "Verifier"), (3, "decided", "Decider"),
        (4, "approved", "Approver"), (5, "recovering", "Auditor"), (6, "closed", "Auditor"),
    ]  # fmt: skip
    kept = desk.rows(
        "select rule_id, person_id, case_amount, months, note, amount from ops.case_events where number = 5"
    )
    assert kept == [
        ("paid_after_death", "P", Decimal("2000.00"), 1, "seen at the office", Decimal("1500.50"))
    ]


@pytest.mark.parametrize("to", ["verified", "decided", "approved", "recovering", "closed"])
def test_no_state_is_skipped(desk: Desk, to: str) -> None:
    desk.list(MAY, POINT)
    said = {
        "verified": {"finding": "dead"}, "decided": {"decision": "suspend", "outcome": "fraud"},
    }.get(to, {})  # fmt: skip
    with pytest.raises(TransitionRefused, match="Next comes dispatched"):
        desk.record(to, **said)
    assert desk.events() == []


def test_a_candidate_waits_for_its_run(desk: Desk) -> None:
    desk.list(MAY, replace(POINT, state="candidate"))
    with pytest.raises(TransitionRefused, match="wait window"):
        desk.record("dispatched")


@pytest.mark.parametrize("name", ["verifier", "ＶＥＲＩＦＩＥＲ ", " Decider", "de cider"])
def test_who_verified_or_decided_does_not_approve(desk: Desk, name: str) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    desk.record("decided", decision="suspend", outcome="late_report", name="Decider")
    with pytest.raises(SamePerson, match="Let somebody else approve it"):
        desk.record("approved", name=name)
    assert desk.record("approved", name="Auditor").state == "approved"


def test_the_approver_of_a_case_that_came_back_may_have_verified_it_before(desk: Desk) -> None:
    desk.list(MAY, replace(POINT, known_on=None))
    desk.clear(until=date(2024, 6, 29))
    desk.list(JUNE, replace(POINT, known_on=None))
    desk.record("dispatched")
    desk.record("verified", finding="dead", name="Other")
    desk.record("decided", decision="suspend", outcome="late_report", name="Another")
    assert desk.record("approved", name="Verifier").number == 9


@pytest.mark.parametrize(
    ("to", "said", "message"),
    [
        ("verified", {}, "needs --finding"),
        ("verified", {"finding": "gone"}, "none of its words"),
        ("verified", {"finding": "dead", "note": " "}, "needs --note"),
        ("decided", {"decision": "clear"}, "needs --outcome"),
        ("decided", {"outcome": "fraud"}, "needs --decision"),
        ("decided", {"decision": "recover", "outcome": "fraud"}, "needs --amount"),
        ("decided", {"decision": "suspend", "outcome": "fraud", "until": date(2025, 1, 1)}, "--until"),
        ("approved", {"finding": "dead"}, "belongs to verified"),
        ("approved", {"amount": Decimal(1)}, "does not belong"),
        ("recovering", {"amount": Decimal("0.005")}, "not an amount"),
        ("recovering", {"amount": Decimal(-1)}, "not an amount"),
        ("withdrawn", {}, "none of its words"),
        ("candidate", {}, "none of its words"),
    ],
)
def test_a_state_says_what_it_must_and_no_more(desk: Desk, to: str, said: dict, message: str) -> None:
    desk.list(MAY, POINT)
    with pytest.raises(UsageWrong, match=message):
        desk.record(to, **said)


def test_money_to_recover_is_recovered_before_a_case_is_closed(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    desk.record("decided", decision="recover", outcome="fraud", amount=Decimal(5), name="Decider")
    desk.record("approved", name="Approver")
    with pytest.raises(TransitionRefused, match="not recovered yet"):
        desk.record("closed")
    desk.record("recovering", amount=Decimal(2))
    desk.record("recovering", amount=Decimal(3))
    assert desk.record("closed").number == 7


def test_an_approver_sends_a_decision_back_to_be_verified_anew(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify("dead")
    desk.record("decided", decision="suspend", outcome="late_report", name="Decider")
    desk.record("verified", finding="alive", name="Second")
    with pytest.raises(TransitionRefused, match="Next comes decided"):
        desk.record("approved", name="Approver")


def test_an_event_after_one_that_was_not_seen_is_refused(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.record("dispatched", after=0)
    with pytest.raises(CaseMoved, match="somebody was faster"):
        desk.record("verified", finding="dead", after=0)
    assert desk.record("verified", finding="dead", after=1).number == 2


def test_an_identity_number_in_a_note_is_refused(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.record("dispatched")
    with pytest.raises(UsageWrong, match="holds an identity number"):
        desk.record("verified", finding="dead", note=f"本人 {identity_number(7)} 已到场")
    assert desk.record("verified", finding="dead", note="document 123456789012345678 seen").number == 2


def test_identity_numbers_are_seen_however_they_are_written() -> None:
    number = identity_number(7)
    spaced = f"{number[:6]} {number[6:14]}-{number[14:]}"
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    hidden = f"{number[:9]}\u200b{number[9:]}"
    old = number[:6] + number[8:17]
    written = (number, f"号码{number}。", spaced, wide, hidden, old, f"00{number}", number.lower())
    assert [text for text in written if not holds_identity_number(text)] == []
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    assert [text for text in (wrong, "2024-05-31 1234.56", "") if holds_identity_number(text)] == []


@pytest.mark.parametrize("note", ["x" * 2001, "two\nlines", "\x07"])
def test_a_note_that_may_not_be_kept_is_refused(desk: Desk, note: str) -> None:
    desk.list(MAY, POINT)
    with pytest.raises(UsageWrong, match="a note has at most"):
        desk.record("dispatched", note=note)


def test_a_case_is_found_by_the_beginning_of_its_id(desk: Desk) -> None:
    desk.list(MAY, POINT, replace(POINT, case_id="a1a1b2b2" * 3, person_id="Q"))
    assert desk.record("dispatched", case="A1A1a1").case_id == POINT.case_id
    with pytest.raises(NotUnique):
        desk.record("dispatched", case="a1a1")
    with pytest.raises(NotFound):
        desk.record("dispatched", case="ffff")


@pytest.mark.parametrize(
    "statement",
    [
        "update ops.case_events set note = 'other'",
        "delete from ops.case_events",
        "truncate ops.case_events",
        "set session_replication_role = replica; delete from ops.case_events",
    ],
)
def test_events_are_neither_changed_nor_removed(desk: Desk, statement: str) -> None:
    desk.list(MAY, POINT)
    desk.record("dispatched")
    with desk.warehouse.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_an_event_without_its_entry_is_refused(desk: Desk) -> None:
    case = "e5" * 12
    desk.list(MAY, replace(POINT, case_id=case))
    desk.record("dispatched", case=case)
    copied = (
        "insert into ops.case_events select (json_populate_record(null::ops.case_events,"
        " (to_jsonb(e) || '{\"number\": 2}')::json)).* from ops.case_events as e"
    )
    # A connection whose own commit is refused is not closed.
    with (
        desk.warehouse.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute(copied)
    assert len(desk.events(case)) == 1


def test_an_event_of_a_run_is_entered_with_its_month(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.list(JUNE)
    copied = (
        "insert into ops.case_events select (json_populate_record(null::ops.case_events,"
        ' (to_jsonb(e) || \'{"number": 2, "from_month": "2031-01"}\')::json)).* from ops.case_events as e'
    )
    # A connection whose own commit is refused is not closed.
    with (
        desk.warehouse.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute(copied)
    assert desk.events() == [(1, "closed", "fundwatch", JUNE)]


def test_every_event_is_entered_without_what_was_said(desk: Desk) -> None:
    desk.list(MAY, POINT)
    desk.verify()
    with desk.warehouse.connect() as connection:
        entries = audit.entries(connection, stream=audit.CASES, last=2)
        (verdict,) = [
            verdict for verdict in audit.verify(connection, anchors={}) if verdict.stream == audit.CASES
        ]
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("case dispatched", "Auditor"), ("case verified", "Verifier"),
    ]  # fmt: skip
    assert "seen at the office" not in entries[1].details
    assert verdict.fault == ""
