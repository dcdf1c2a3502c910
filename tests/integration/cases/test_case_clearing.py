"""What models read of cleared cases: the evidence that was known, while the decision is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crosschecks.cases import clearing
from tests.integration.cases.desk import JUNE, MAY, Desk, Point, Row

PAIR = Point(
    rule_id="one_person_many_ids", scheme="", other_person_id="Q", known_on=None, division="640301",
    evidence=(Row("AC01", "P", row=1), Row("AC01", "Q", row=2)),
)  # fmt: skip
LAST = date(2024, 6, 30)


def cleared(desk: Desk, *, month: str, as_of: date) -> list[tuple]:
    clearing.prepare(desk.warehouse, month=month, as_of=as_of)
    return desk.rows(
        "select rule_id, scheme, person_id, other_person_id, landed_table, row_key, source_file_id,"
        " source_row from crosschecks.cleared_evidence order by row_key"
    )


def test_evidence_of_a_cleared_pair_is_read_until_its_last_day(desk: Desk) -> None:
    desk.list(JUNE, PAIR)
    desk.clear(until=LAST)
    assert cleared(desk, month=JUNE, as_of=LAST) == [
        ("one_person_many_ids", "", "P", "Q", "AC01", "P", "file", 1),
        ("one_person_many_ids", "", "P", "Q", "AC01", "Q", "file", 2),
    ]
    assert cleared(desk, month=JUNE, as_of=date(2024, 7, 1)) == []


def test_a_pair_is_not_cleared_in_a_month_before(desk: Desk) -> None:
    desk.list(JUNE, PAIR)
    desk.clear(until=LAST)
    assert cleared(desk, month=MAY, as_of=date(2024, 5, 31)) == []


@pytest.mark.parametrize("decision", ["suspend", "recover"])
def test_only_what_was_cleared_is_read(desk: Desk, decision: str) -> None:
    desk.list(JUNE, PAIR)
    desk.verify()
    desk.record("decided", decision=decision, outcome="fraud", amount=Decimal(1), name="Decider")
    desk.record("approved", name="Approver")
    assert cleared(desk, month=JUNE, as_of=LAST) == []


def test_a_pair_is_cleared_by_its_approval_and_no_more_once_it_is_dispatched_anew(desk: Desk) -> None:
    desk.list(MAY, PAIR)
    desk.verify("alive")
    desk.record("decided", decision="clear", outcome="no_issue", until=LAST, name="Decider")
    assert cleared(desk, month=MAY, as_of=LAST) == []
    desk.record("approved", name="Approver")
    assert len(cleared(desk, month=MAY, as_of=LAST)) == 2
    desk.record("closed")
    changed = (Row("AC01", "P", row=1), Row("AC01", "Q", row=7))
    desk.list(JUNE, replace(PAIR, evidence=changed))
    assert desk.state(JUNE) == "open"
    desk.record("dispatched")
    assert cleared(desk, month=JUNE, as_of=LAST) == []
    assert len(cleared(desk, month=MAY, as_of=LAST)) == 2


def test_a_cleared_case_that_says_no_last_day_expires_after_a_year(desk: Desk) -> None:
    desk.list(JUNE, PAIR)
    desk.verify("alive")
    recorded = desk.record("decided", decision="clear", outcome="no_issue", name="Decider")
    assert recorded.until == date(2025, 6, 30)
