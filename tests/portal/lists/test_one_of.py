"""One object of a list is read from the last month that lists it, whichever month was published last."""

from __future__ import annotations

from typing import Any, cast

import pytest
from psycopg import sql

from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.pages.cases import find
from portal.problems import Problem
from portal.visits import Visit


class Asked:
    """A visit that may see everything, of which there is nothing; it keeps what it is asked."""

    def __init__(self) -> None:
        self.statement = ""

    def rows(self, query: Any, _: Any = None) -> list[dict[str, Any]]:
        if isinstance(query, str):
            return [{"reads": True, "is_shown": True}]
        self.statement = cast("sql.Composed", query).as_string(None)
        return []


@pytest.mark.parametrize("name", ["cases", "issues"])
def test_one_object_is_that_of_the_last_month(name: str) -> None:
    asked = Asked()
    with pytest.raises(Problem):
        one_of(cast("Visit", asked), LISTS[name], "0" * 24)
    order = asked.statement.partition(" order by ")[2].split(", ")
    assert order[:2] == ["listed.month desc nulls last", "listed.publication desc nulls last"]


def test_cases_that_were_found_are_those_of_the_last_month() -> None:
    assert "order by c.case_id, c.month desc, c.publication desc" in " ".join(find._CASES.split())
