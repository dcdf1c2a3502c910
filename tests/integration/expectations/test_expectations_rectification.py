"""Error lists over months: identity, due days, closing and coming back, order, and the correction rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.expectations.error_lists import APRIL, CITY, ENDS, JUNE, MARCH, MAY, SOUTH


def test_issue_keeps_its_identity_first_month_and_due_day_over_months(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",))
    [april], [may] = (lists.of(month, "issue_id", "first_seen", "due_on") for month in (APRIL, MAY))
    assert april == may
    assert april[1:] == (APRIL, date(2024, 6, 15))


def test_issues_of_other_rules_and_of_each_row_of_a_repeated_key_are_told_apart(lists):
    error_list = lists.measured(APRIL, ("P1",), ("P1", "AC01-5"), ("P2",), ("P2",))
    assert len({issue for (issue,) in lists.of(APRIL, "issue_id")}) == 4
    assert error_list.issued == error_list.open == 4


def test_issue_of_a_key_is_told_apart_from_one_whose_key_ends_like_an_occurrence(lists):
    lists.measured(APRIL, ("P1",), ("P1",), ("P1|2",), ("P1,2",), ("",))
    assert len(lists.of(APRIL)) == 5


@pytest.mark.parametrize(("as_of", "state"), [(date(2024, 6, 15), "open"), (date(2024, 6, 16), "overdue")])
def test_issue_is_overdue_the_day_after_its_due_day(lists, as_of, state):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",), as_of=as_of)
    assert lists.of(MAY) == [("P1", state)]


def test_issue_is_never_overdue_where_the_calendar_names_no_day(lists):
    with lists.warehouse.connect() as connection:
        connection.execute("update site.calendar set day = '' where event = 'error_list_due'")
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",), as_of=date(2099, 1, 1))
    assert lists.of(MAY, "due_on", "state") == [(None, "open")]
    assert lists.rate(MAY, as_of=date(2099, 1, 1)) == (0, 0)


def test_issue_closes_at_the_end_of_the_month_in_which_its_row_is_not_found_failing(lists):
    lists.measured(APRIL, ("P1",), ("P2",))
    lists.measured(MAY, ("P2",), as_of=date(2024, 7, 31))
    assert lists.of(MAY, "key", "state", "corrected_on") == [
        ("P1", "corrected", ENDS[MAY]),
        ("P2", "overdue", None),
    ]


def test_corrected_issue_stands_in_the_list_of_its_month_alone(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY)
    lists.measured(JUNE)
    assert lists.of(JUNE) == []


def test_issue_comes_back_under_the_same_identity_with_a_new_due_day(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL)
    lists.measured(MAY)
    error_list = lists.measured(JUNE, ("P1",))
    [former], [back] = (lists.of(month, "issue_id", "first_seen", "due_on") for month in (MARCH, JUNE))
    assert back == (former[0], MARCH, date(2024, 8, 15))
    assert error_list.issued == 1


def test_month_that_was_not_measured_closes_nothing(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(JUNE, ("P1",))
    assert lists.of(JUNE, "issued_month", "state") == [(MARCH, "overdue")]


def test_rule_that_is_not_judged_in_a_month_closes_nothing(lists):
    lists.measured(MARCH, ("P1", "AC01-5"))
    lists.measured(APRIL, rules=("AC01-1",))
    lists.measured(MAY, ("P1", "AC01-5"))
    assert lists.of(APRIL) == []
    assert lists.of(MAY, "issued_month", "state") == [(MARCH, "overdue")]


def test_lists_are_the_same_in_whatever_order_months_are_measured(lists):
    months = {MARCH: [("P1",), ("P2",)], APRIL: [("P2",)], MAY: [("P1",), ("P2",)], JUNE: [("P1",)]}
    for month, failing in months.items():
        lists.measured(month, *failing)
    in_order = lists.everything()
    with lists.warehouse.connect() as connection:
        for name in ("error_lists", "rectification", "rule_results", "failures"):
            connection.execute(f"delete from quality.{name}")
    for month in (JUNE, APRIL, MARCH, MAY):
        lists.measured(month, *months[month])
    assert lists.everything() == in_order
    assert len(in_order) > 6


def test_month_measured_again_without_an_error_restates_the_lists_after_it(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",))
    lists.measured(APRIL)
    assert lists.of(MAY, "first_seen", "due_on") == [(MAY, date(2024, 7, 15))]


def test_months_measured_before_there_were_lists_get_theirs(lists):
    lists.measured(APRIL, ("P1",))
    with lists.warehouse.connect() as connection:
        for name in ("error_lists", "rectification"):
            connection.execute(f"delete from quality.{name}")
    lists.measured(MAY, ("P1",))
    assert lists.of(MAY, "first_seen", "due_on") == [(APRIL, date(2024, 6, 15))]


def test_second_measurement_writes_no_row_that_is_the_same(lists):
    lists.measured(APRIL, ("P1",), ("P2",))
    lists.measured(MAY, ("P1",))
    written = "select xmin::text, issue_id from quality.rectification order by month, issue_id"
    with lists.warehouse.connect() as connection:
        before = connection.execute(written).fetchall()
    lists.measured(MAY, ("P1",))
    with lists.warehouse.connect() as connection:
        assert connection.execute(written).fetchall() == before
    assert len(before) == 4


def test_month_without_errors_has_an_empty_list(lists):
    error_list = lists.measured(APRIL)
    assert vars(error_list) == {"issued": 0, "open": 0, "overdue": 0, "waived": 0, "corrected": 0}
    assert lists.of(APRIL) == []
    assert lists.rate(APRIL) == (0, 0)


def test_correction_rate_counts_errors_corrected_by_their_due_day_among_those_due(lists):
    lists.measured(MARCH, ("P1",), ("P2",), ("P3",), ("S1", "AC01-1", SOUTH))
    lists.measured(APRIL, ("P2",), ("P3",), ("P4",))  # P1 and S1 corrected on 30 April, due 15 May
    lists.measured(MAY, ("P3",), ("P4",), ("P5",))  # P2 corrected on 31 May, too late; P5 due 15 July
    assert lists.rate(APRIL) == (0, 0)
    assert lists.rate(APRIL, as_of=date(2024, 5, 15)) == (1, 3)
    assert lists.rate(MAY) == (1, 3)
    assert lists.rate(MAY, SOUTH) == (1, 1)
    assert lists.rate(MAY, CITY) == (2, 4)
    lists.measured(JUNE)
    assert lists.rate(JUNE) == (1, 4)  # P4, due 15 June, was corrected on 30 June


def test_correction_rate_counts_an_error_that_came_back_once_more(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL)
    lists.measured(MAY, ("P1",))
    assert lists.rate(MAY, as_of=date(2024, 8, 1)) == (Decimal(1), Decimal(2))
