"""What is asked of a list: filters, order, publication, how many rows and from where."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from portal.lists.columns import Column, List, Order
from portal.lists.values import NOT_A_NUMBER, ValueWrong, checked
from portal.problems import invalid

FIRST, MOST = 100, 1000
_NUMBER = re.compile("[0-9]{1,9}")
_MONTH = Column("month", "month")

UNKNOWN = "没有这个参数"
REPEATED = "参数重复"
BOTH = "month 与 publication 只能给出一个"
NOT_SORTABLE = "不能按此排序"
OUT_OF_RANGE = "须为 1 至 1000"
NOT_A_CURSOR = "不是本次查询的游标"


@dataclass(frozen=True)
class Query:
    """A checked query of one list; ``filters`` are equal values by column, in the order of their names.

    ``month`` and ``publication`` choose the publication of a published list, the last approved by default.
    """

    filters: tuple[tuple[str, str], ...] = ()
    month: str | None = None
    publication: int | None = None
    sort: str | None = None
    limit: int = FIRST
    cursor: str | None = None

    @staticmethod
    def parsed(listed: List, parameters: Iterable[tuple[str, str]]) -> Query:
        """Return the query of an address's parameters.

        Raises: Problem (422, one error for each parameter that is unknown, repeated or malformed).
        """
        given: dict[str, str] = {}
        faults: list[tuple[str, str]] = []
        for name, text in parameters:
            if name not in _known(listed):
                faults.append(("query", UNKNOWN))
            elif name in given:
                faults.append((name, REPEATED))
            else:
                given[name] = text
        query, filters = Query(), {}
        for name, text in given.items():
            try:
                if name in listed.filters:
                    filters[name] = checked(listed.filters[name], text)
                else:
                    query = _with(query, listed, name, text)
            except ValueWrong as wrong:
                faults.append((name, wrong.what))
        if query.month is not None and query.publication is not None:
            faults.append(("publication", BOTH))
        if faults:
            raise invalid(faults)
        return replace(query, filters=tuple(sorted(filters.items())))

    def order(self, listed: List) -> tuple[Order, ...]:
        """Return the order of the rows: the one asked for, then the list's own."""
        if self.sort is None:
            return listed.order
        return listed.sorted_by(self.sort.removeprefix("-"), descending=self.sort.startswith("-"))

    def binding(self, listed: List, user: str) -> list[str]:
        """Return what a cursor of this query is bound to; how many rows a page has may change."""
        filters = [f"{name}={value}" for name, value in self.filters]
        return [listed.name, user, self.month or "", str(self.publication or ""), self.sort or "", *filters]


def only(parameters: Iterable[tuple[str, str]], names: Collection[str]) -> dict[str, str]:
    """Return the parameters of an address that takes ``names`` and nothing else.

    Raises: Problem (422).
    """
    given: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for name, text in parameters:
        if name not in names:
            faults.append(("query", UNKNOWN))
        elif name in given:
            faults.append((name, REPEATED))
        else:
            given[name] = text
    if faults:
        raise invalid(faults)
    return given


def _known(listed: List) -> set[str]:
    own = {"sort", "limit", "cursor"} | ({"month", "publication"} if listed.is_published else set())
    return own | set(listed.filters)


def _with(query: Query, listed: List, name: str, text: str) -> Query:
    """Return the query with one of the parameters that every list has.

    Raises: ValueWrong.
    """
    if name == "month":
        return replace(query, month=checked(_MONTH, text))
    if name == "publication":
        return replace(query, publication=_number(text))
    if name == "limit":
        limit = _number(text)
        if not 1 <= limit <= MOST:
            raise ValueWrong(OUT_OF_RANGE)
        return replace(query, limit=limit)
    if name == "sort":
        column = listed.by_name.get(text.removeprefix("-"))
        if column is None or not column.is_sortable:
            raise ValueWrong(NOT_SORTABLE)
        return replace(query, sort=text)
    return replace(query, cursor=text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueWrong(NOT_A_NUMBER)
    return int(text)
