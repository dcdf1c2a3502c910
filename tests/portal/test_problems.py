"""Errors of acts as problems: a 422 names the field that is wrong; forms of pages are read strictly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fundwatch.acts import waivers
from fundwatch.acts.case_steps import Act, checked
from fundwatch.acts.declarations import declare_in
from fundwatch.acts.reveals import find_cases
from fundwatch.errors import SignOffRefused, UsageWrong
from portal.pages.cases.case import faults
from portal.problems import problem_of


def where(error: Exception) -> list[str]:
    problem = problem_of(error)
    assert problem is not None
    assert problem.status == 422
    return [place for place, _ in problem.errors]


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (Act(to="verified", note="n"), "finding"),
        (Act(to="verified", finding="alive"), "note"),
        (Act(to="decided", decision="clear", note="n"), "outcome"),
        (Act(to="decided", decision="recover", outcome="fraud", note="n"), "amount"),
        (Act(to="dispatched", amount=Decimal(1)), "amount"),
        (Act(to="closed", amount=Decimal(10) ** 15, note="n"), "amount"),
    ],
)
def test_problem_of_an_event_names_the_field_that_is_wrong(act: Act, field: str) -> None:
    with pytest.raises(UsageWrong) as refused:
        checked(act)
    assert where(refused.value) == [field]


def test_problem_of_a_number_or_an_item_that_is_none_names_it() -> None:
    with pytest.raises(UsageWrong) as refused:
        find_cases(None, identity_number="123")  # type: ignore[arg-type]
    assert where(refused.value) == ["identity_number"]
    with pytest.raises(UsageWrong) as refused:
        declare_in(None, item="none", month="2024-06", answer="yes")  # type: ignore[arg-type]
    assert where(refused.value) == ["item"]


def test_problem_of_what_is_wrong_somewhere_names_the_request() -> None:
    assert where(UsageWrong("no", next_step="Say it otherwise")) == ["request"]


@pytest.mark.parametrize(("after", "is_wrong"), [("0", False), ("9" * 5000, True), ("²", True), ("", True)])
def test_number_of_the_last_event_on_a_page_is_one(after: str, *, is_wrong: bool) -> None:
    assert bool(faults({"to": "dispatched", "after": after})) == is_wrong


def test_problem_of_a_waiver_that_is_refused_speaks_of_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SignOffRefused("the issue is not waived", next_step="Nothing has to be lifted")

    monkeypatch.setattr(waivers, "done", refuse)
    with pytest.raises(SignOffRefused, match="is not waived") as refused:
        waivers.lift_in(None, issue="0" * 20, reason="over")  # type: ignore[arg-type]
    problem = problem_of(refused.value)
    assert problem is not None
    assert (problem.status, problem.slug) == (409, "transition-refused")
