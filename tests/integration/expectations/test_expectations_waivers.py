"""Waivers of issues: their months, their end, lifting, and what they need."""

from __future__ import annotations

from datetime import date

import pytest

from fundwatch import audit
from fundwatch.acts.waivers import day_of, lift, waive
from fundwatch.errors import NotFound, SignOffRefused, UsageWrong
from tests.integration.expectations.error_lists import APRIL, ENDS, JUNE, MARCH, MAY


def test_waived_issue_says_so_with_its_reason_until_the_day_it_expires(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=lists.issue(APRIL)[:6], name="王", reason="court file", until=ENDS[MAY])
    assert lists.of(APRIL, "state", "reason") == [("waived", "court file")]
    lists.measured(MAY, ("P1",))
    assert lists.of(MAY, "state", "reason") == [("waived", "court file")]
    lists.measured(MAY, ("P1",), as_of=date(2024, 6, 1))
    assert lists.of(MAY, "state", "reason") == [("open", None)]
    lists.measured(JUNE, ("P1",))
    assert lists.of(JUNE, "state", "reason") == [("overdue", None)]


def test_waiver_leaves_lists_before_the_last_one_as_they_are(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=lists.issue(APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(MARCH, ("P1",))
    assert lists.of(MARCH) == [("P1", "open")]
    assert lists.of(APRIL) == [("P1", "waived")]


def test_waived_issue_closes_when_its_row_passes(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=lists.issue(APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(MAY)
    assert lists.of(MAY, "state", "reason") == [("corrected", None)]
    with pytest.raises(SignOffRefused, match="was corrected in 2024-05"):
        waive(lists.warehouse, issue=lists.issue(MAY), name="王", reason="why", until=date(2024, 12, 31))


def test_lifted_waiver_lets_an_issue_be_overdue_again(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(MAY, ("P1",))
    issue = lists.issue(MAY)
    assert waive(lists.warehouse, issue=issue, name="王", reason="a", until=ENDS[JUNE]).state == "waived"
    assert lift(lists.warehouse, issue=issue, name="李", reason="b").state == "overdue"
    with pytest.raises(SignOffRefused, match="not waived"):
        lift(lists.warehouse, issue=issue, name="李", reason="b")


def test_waiving_and_lifting_write_the_list_that_measuring_again_derives(lists):
    rows = (("P1",), ("P2",))
    lists.measured(MARCH, rows[0])
    lists.measured(MAY, *rows)
    assert lists.of(MAY) == [("P1", "overdue"), ("P2", "open")]
    issues = [issue_id for (issue_id,) in lists.of(MAY, "issue_id")]
    acts = ((waive, {"until": ENDS[MAY]}, ["waived", "waived"]), (lift, {}, ["overdue", "open"]))
    for act, options, states in acts:
        for issue in issues:
            act(lists.warehouse, issue=issue, name="王", reason="why", **options)
        written = lists.of(MAY, "key", "state", "reason")
        assert [state for _, state, _ in written] == states
        lists.measured(MAY, *rows)
        assert lists.of(MAY, "key", "state", "reason") == written


def test_waiver_counts_as_an_error_that_was_issued_and_not_corrected(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=lists.issue(APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(JUNE, ("P1",))
    assert lists.rate(JUNE) == (0, 1)


@pytest.mark.parametrize(("name", "reason"), [(" ", "why"), ("王", " ")])
def test_waiver_without_a_name_or_a_reason_is_refused(lists, name, reason):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(SignOffRefused):
        waive(lists.warehouse, issue=lists.issue(APRIL), name=name, reason=reason, until=ENDS[JUNE])
    assert lists.of(APRIL) == [("P1", "open")]


def test_waiver_that_is_over_before_its_list_is_judged_is_refused(lists):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(SignOffRefused, match="2024-04-29"):
        waive(lists.warehouse, issue=lists.issue(APRIL), name="王", reason="why", until=date(2024, 4, 29))


@pytest.mark.parametrize("issue", ["%", "abc", "0123456789abcdef0123", "__"])
def test_waiver_of_an_issue_no_list_holds_is_refused(lists, issue):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(NotFound):
        waive(lists.warehouse, issue=issue, name="王", reason="why", until=ENDS[JUNE])


def test_waiver_is_entered_in_the_audit_log(lists):
    lists.measured(APRIL, ("P1",))
    issue = lists.issue(APRIL)
    waive(lists.warehouse, issue=issue, name="王", reason="court file", until=ENDS[MAY])
    with lists.warehouse.connect() as connection:
        actor, about, details = connection.execute(
            "select actor, object, details from ops.audit where stream = 'waivers'"
            " order by sequence desc limit 1"
        ).fetchone()
        assert {stream.stream: stream.fault for stream in audit.verify(connection, anchors={})}[
            "waivers"
        ] == ""
    assert (actor, about) == ("王", f"issue {issue}")
    assert '"until": "2024-05-31"' in details
    assert "P1" not in details


@pytest.mark.parametrize(("text", "day"), [("2024-02", date(2024, 2, 29)), ("2024-12-01", date(2024, 12, 1))])
def test_waiver_ends_with_the_month_or_the_day_it_names(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["2024", "2024-13", "20240201", "soon", ""])
def test_waiver_until_anything_else_is_refused(text):
    with pytest.raises(UsageWrong):
        day_of(text)
