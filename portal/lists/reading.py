"""Reads a list for a visit: one page, every row, or how many there are, by the same statement."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from portal.lists.columns import TYPES, Join, List, Order
from portal.lists.cursor import Cursor, CursorInvalid, opened, sealed
from portal.lists.keyset import after, key_names, key_of
from portal.lists.query import NOT_A_CURSOR, Query
from portal.problems import invalid, not_found, superseded

if TYPE_CHECKING:
    from portal.visits import Visit

_BATCH = 2000
_JUDGED_FIRST = frozenset({"cases", "issues"})
_COVERED = """
    select case when not portal.may(%(relation)s, null) then portal.divisions_of(%(relation)s) end
        as divisions
"""


@dataclass(frozen=True)
class Source:
    """Where the rows of one query come from: the SQL, and the publication it is of (None: a live list).

    ``division`` is the one division whose rows the user sees at all: an index finds them, while the policies
    look at every row. None where the user sees more than one.
    """

    rows: str
    publication: int | None
    division: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list: rows by column, the cursor of the next page, where the rows come from."""

    items: list[dict[str, Any]]
    next: str | None
    source: Source

    @property
    def publication(self) -> int | None:
        """The publication the rows are of."""
        return self.source.publication


def page_of(visit: Visit, listed: List, query: Query) -> Page:
    """Return one page of a list.

    Raises: Problem (404 the user reads nothing of the kind, or no such publication; 410 it, or the one that
            the cursor belongs to, was superseded; 422 the cursor is not one of this query and user).
    """
    require(visit, listed.relation)
    order = query.order(listed)
    cursor = _opened(visit, listed, query, order)
    source = source_of(visit, listed, query, cursor)
    is_joined = _is_joined(listed, query)
    statement, values = statement_of(listed, query, source, order, cursor=cursor, joined=is_joined)
    statement = sql.SQL("{} limit {}").format(statement, sql.Literal(query.limit + 1))
    rows = visit.rows(statement, values)
    items, following = rows[: query.limit], None
    if len(rows) > query.limit:
        last = Cursor(source.publication, key_of(items[-1], order))
        following = sealed(last, key=visit.signing_key, binding=query.binding(listed, visit.user))
    if listed.join is not None and not is_joined:
        _look_up(visit, listed, listed.join, items)
    return Page([shown(row, listed) for row in items], following, source)


def one_of(visit: Visit, listed: List, key: str, *, publication: int | None = None) -> dict[str, Any]:
    """Return the row that has a key: in the publication of a number, or else in the last month that lists it.

    Raises: Problem (404, 410).
    """
    require(visit, listed.relation)
    if listed.name in _JUDGED_FIRST:
        require_shown(visit, f"{listed.name}/{key}")
    if listed.is_published and publication is not None:
        source = source_of(visit, listed, Query(publication=publication))
    else:
        source = Source(listed.rows, None)
    order = listed.order
    if listed.is_published:
        order = (
            Order(sql.SQL("listed.month"), "month", is_descending=True),
            Order(sql.SQL("listed.publication"), "integer", is_descending=True),
            *order,
        )
    by_key = Query(filters=((listed.key, key),))
    statement, values = statement_of(listed, by_key, source, order, joined=False)
    rows = visit.rows(sql.SQL("{} limit 1").format(statement), values)
    if not rows:
        raise not_found()
    if listed.join is not None:
        _look_up(visit, listed, listed.join, rows)
    if listed.is_published:
        visit.publication(None, rows[0]["publication"])
    return shown(rows[0], listed)


def every_row(visit: Visit, listed: List, query: Query, source: Source) -> Iterator[dict[str, Any]]:
    """Yield all rows of a query from its first, whatever its limit and cursor say; few are held at a time."""
    is_joined = _is_joined(listed, query)
    statement, values = statement_of(listed, query, source, query.order(listed), joined=is_joined)
    rows = visit.stream(statement, values, size=_BATCH)
    while batch := list(itertools.islice(rows, _BATCH)):
        # Beside so many rows a join would take longer, and all of them, before the first is there.
        if listed.join is not None and not is_joined:
            _look_up(visit, listed, listed.join, batch)
        for row in batch:
            yield shown(row, listed)


def count_of(visit: Visit, listed: List, query: Query, source: Source, *, most: int | None = None) -> int:
    """Return how many rows a query has; counting ends at ``most``."""
    conditions, values = _conditions(listed, query, source, joined=_is_joined(listed, query))
    statement = sql.SQL("select count(*) as rows from (select 1 {} {}) as counted").format(
        conditions, sql.SQL("" if most is None else f"limit {most:d}")
    )
    return int(visit.rows(statement, values)[0]["rows"])


def require(visit: Visit, relation: str) -> None:
    """Require that a grant of the user reads a relation at all; of several, with a bar between, any.

    Raises: Problem (404).
    """
    query = "select bool_or(portal.reads(r.relation)) as reads from unnest(%(all)s::text[]) as r (relation)"
    if not visit.rows(query, {"all": relation.split("|")})[0]["reads"]:
        raise not_found()


def require_shown(visit: Visit, about: str) -> None:
    """Require that the user sees ``cases/ID``, ``issues/ID`` or, of a unit, ``bases/ID``.

    It is asked before anything else of an object, and by the same statements whether there is one or not: a
    row that policies hide takes longer to be refused than none.
    Raises: Problem (404).
    """
    if not visit.rows("select portal.is_shown(%(about)s) as is_shown", {"about": about})[0]["is_shown"]:
        raise not_found()


def source_of(visit: Visit, listed: List, query: Query, cursor: Cursor | None = None) -> Source:
    """Return where the rows come from: the publication asked for, else the cursor's, else the last approved.

    Raises: Problem (404, 410).
    """
    if not listed.is_published:
        return Source(listed.rows, None)
    of_cursor = cursor.publication if cursor is not None else None
    if of_cursor is None or query.month is not None or query.publication is not None:
        publication = visit.publication(query.month, query.publication)
        if of_cursor is not None and publication.number != of_cursor:
            raise superseded(publication.number)
    else:
        publication = visit.publication(None, of_cursor)
    if not publication.is_draft:
        return Source(listed.rows, publication.number, only_division(visit, listed.relation))
    if listed.draft_rows is None:
        raise not_found()
    return Source(listed.draft_rows, publication.number)


def only_division(visit: Visit, relation: str) -> str | None:
    """Return the one division whose rows the user sees, None where there are more, or rows without any."""
    if any(grant.is_city_up for grant in visit.grants):
        return None
    divisions: list[str] = visit.rows(_COVERED, {"relation": relation})[0]["divisions"] or []
    return divisions[0] if len(divisions) == 1 else None


def statement_of(
    listed: List,
    query: Query,
    source: Source,
    order: tuple[Order, ...],
    *,
    cursor: Cursor | None = None,
    joined: bool = True,
) -> tuple[sql.Composed, dict[str, Any]]:
    """Return the statement of a query in its order, behind the cursor, and its parameters."""
    conditions, values = _conditions(listed, query, source, joined=joined)
    if cursor is not None:
        behind, more = after(order, cursor.values)
        conditions = sql.SQL("{} and {}").format(conditions, behind)
        values |= more
    columns = [one for one in listed.columns if joined or not one.is_joined]
    selected = [sql.SQL("{} as {}").format(one.sql, sql.Identifier(one.name)) for one in columns]
    keys = zip(order, key_names(order), strict=True)
    selected += [sql.SQL("{} as {}").format(term.expression, sql.Identifier(name)) for term, name in keys]
    statement = sql.SQL("select {} {} order by {}").format(
        sql.SQL(", ").join(selected), conditions, sql.SQL(", ").join(term.sql for term in order)
    )
    return statement, values


def shown(row: Mapping[str, Any], listed: List) -> dict[str, Any]:
    """Return a row without the keys of its order."""
    return {column.name: row[column.name] for column in listed.columns}


def _conditions(
    listed: List, query: Query, source: Source, *, joined: bool
) -> tuple[sql.Composed, dict[str, Any]]:
    values: dict[str, Any] = {}
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if source.publication is not None:
        conditions.append(sql.SQL("listed.publication = %(publication)s"))
        values["publication"] = source.publication
    if source.division is not None:
        conditions.append(sql.SQL("listed.division = %(own_division)s"))
        values["own_division"] = source.division
    for name, text in query.filters:
        column = listed.by_name[name]
        placeholder = sql.Placeholder(f"equal_{name}")
        value = sql.SQL("cast({} as {})").format(placeholder, sql.SQL(TYPES[column.kind]))
        conditions.append(column.equal(value, None if joined else listed.join))
        values[f"equal_{name}"] = text
    statement = sql.SQL("from {} as listed {} where {}").format(
        sql.SQL(source.rows),
        sql.SQL(listed.join.sql if joined and listed.join else ""),
        sql.SQL(" and ").join(conditions),
    )
    return statement, values


def _is_joined(listed: List, query: Query) -> bool:
    """Return whether rows are sorted by what stands beside them, or chosen where all must be looked up."""
    names = {(query.sort or "").removeprefix("-")}
    if listed.join is not None and not listed.join.changed:
        names |= {name for name, _ in query.filters}
    return any(column.is_joined for column in listed.columns if column.name in names)


def _look_up(visit: Visit, listed: List, join: Join, rows: list[dict[str, Any]]) -> None:
    """Give rows what stands beside them now."""
    query = sql.SQL("select now.* from {}(%(ids)s) as now").format(sql.SQL(join.function))
    found = {row[join.key]: row for row in visit.rows(query, {"ids": [row[join.key] for row in rows]})}
    for row in rows:
        beside = found.get(row[join.key], {})
        for column in listed.columns:
            if column.is_joined:
                row[column.name] = beside.get(column.name, row.get(join.instead.get(column.name, "")))


def _opened(visit: Visit, listed: List, query: Query, order: tuple[Order, ...]) -> Cursor | None:
    if query.cursor is None:
        return None
    binding = query.binding(listed, visit.user)
    try:
        return opened(query.cursor, key=visit.signing_key, binding=binding, length=len(order))
    except CursorInvalid:
        raise invalid([("cursor", NOT_A_CURSOR)]) from None
