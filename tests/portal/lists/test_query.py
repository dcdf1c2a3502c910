"""What is asked of a list is checked whole before anything is read."""

from __future__ import annotations

import pytest

from portal.lists.catalogue import LISTS
from portal.lists.query import Query
from portal.problems import Problem
from reporting.exports import EXPORTS

SAME = {
    "figures": "reports", "scorecard": "scorecard", "rule-results": "rule_results", "issues": "rectification",
    "cases": "cases", "files": "files", "reconciliation": "reconciliation", "bases": "bases",
    "base-exceptions": "base_exceptions",
}  # fmt: skip


@pytest.mark.parametrize(("listed", "export"), SAME.items())
def test_a_list_begins_with_the_columns_of_its_export(listed: str, export: str) -> None:
    names = tuple(column.name for column in LISTS[listed].columns)
    assert names[: len(EXPORTS[export].columns)] == EXPORTS[export].columns


@pytest.mark.parametrize(
    ("listed", "given", "where"),
    [
        ("issues", [("key", "1")], "query"),
        ("issues", [("sort", "key")], "sort"),
        ("issues", [("sort", "--month")], "sort"),
        ("issues", [("division", "2306")], "division"),
        ("issues", [("division", "230602"), ("division", "230602")], "division"),
        ("issues", [("month", "2024-13")], "month"),
        ("issues", [("month", "2024-06"), ("publication", "1")], "publication"),
        ("issues", [("publication", "١")], "publication"),
        ("issues", [("due_on", "2024-02-30")], "due_on"),
        ("issues", [("limit", "0")], "limit"),
        ("issues", [("limit", "1001")], "limit"),
        ("issues", [("state", "a\x00b")], "state"),
        ("runs", [("publication", "1")], "query"),
        ("cases", [("person_id", "1")], "query"),
    ],
)
def test_what_is_unknown_repeated_or_malformed_is_named(
    listed: str, given: list[tuple[str, str]], where: str
) -> None:
    with pytest.raises(Problem) as refused:
        Query.parsed(LISTS[listed], given)
    assert refused.value.status == 422
    assert [place for place, _ in refused.value.errors] == [where]


def test_filters_are_bound_in_the_order_of_their_names() -> None:
    query = Query.parsed(LISTS["issues"], [("table", "persons"), ("division", "230602"), ("sort", "-due_on")])
    other = Query.parsed(LISTS["issues"], [("sort", "-due_on"), ("division", "230602"), ("table", "persons")])
    assert query.binding(LISTS["issues"], "u") == other.binding(LISTS["issues"], "u")
    assert query.binding(LISTS["issues"], "u") != query.binding(LISTS["issues"], "v")
