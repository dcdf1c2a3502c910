"""What a list is made of: columns of a kind, an order of rows, and where the rows come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from psycopg import sql
from psycopg.sql import Composable

Kind = Literal[
    "text", "code", "month", "division", "integer", "decimal", "day", "instant", "boolean", "texts", "objects"
]
# The type of the server that a value of the kind is compared as.
TYPES: dict[Kind, str] = {
    "text": "text", "code": "text", "month": "text", "division": "text", "integer": "bigint",
    "decimal": "numeric", "day": "date", "instant": "timestamptz", "boolean": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a list, named as in the exports.

    ``expression`` is its SQL over ``listed`` where that is more than the column of the same name.
    A personal one is masked; nobody sorts or filters by it. One that ``is_joined`` comes from the list's
    join, which is made when rows are chosen or sorted by it, and looked up for a page's rows else.
    """

    name: str
    kind: Kind = "text"
    is_filter: bool = False
    is_personal: bool = False
    is_joined: bool = False
    expression: str | None = None

    @property
    def sql(self) -> sql.Composable:
        """The column as it is read."""
        if self.expression is not None:
            return sql.SQL(self.expression)
        if self.is_joined:
            return sql.SQL("coalesce(now.{}, listed.state)").format(sql.Identifier(self.name))
        return sql.SQL("listed.{}").format(sql.Identifier(self.name))

    def equal(self, value: Composable, join: Join | None) -> Composable:
        """Return the condition that it equals a value, where what changed is looked up, not joined."""
        if self.is_joined and join is not None and join.changed:
            return join.equal(self.name, value)
        return sql.SQL("{} = {}").format(self.sql, value)

    @property
    def is_sortable(self) -> bool:
        """Whether rows can be sorted by it."""
        return not self.is_personal and self.kind in TYPES


@dataclass(frozen=True)
class Order:
    """One term of an order; without ``collation`` text is compared as the warehouse does."""

    expression: sql.Composable
    kind: Kind
    is_descending: bool = False
    nulls_first: bool = False

    @property
    def sql(self) -> sql.Composable:
        """The term as it stands behind ``order by``."""
        return sql.SQL("{} {} nulls {}").format(
            self.expression,
            sql.SQL("desc" if self.is_descending else "asc"),
            sql.SQL("first" if self.nulls_first else "last"),
        )


@dataclass(frozen=True)
class Join:
    """What stands beside the rows of a list now: a function of ids.

    ``instead`` names the column whose value stands for one that the function does not have. ``changed`` is a
    function of the publication that has only the rows in which it is another; without it all are joined.
    """

    function: str
    key: str
    instead: Mapping[str, str]
    changed: str = ""

    @property
    def sql(self) -> str:
        """The join of all rows; that of a function of the publication takes its number as a parameter."""
        called = f"{self.changed}(%(publication)s)" if self.changed else f"{self.function}()"
        return f"left join {called} as now on now.{self.key} = listed.{self.key}"

    def equal(self, name: str, value: Composable) -> Composable:
        """Return the condition that a column equals a value: as listed, or where it changed, now."""
        changed = sql.SQL("select now.{key} from {changed}(%(publication)s) as now").format(
            key=sql.Identifier(self.key), changed=sql.SQL(self.changed)
        )
        return sql.SQL(
            "(listed.{instead} = {value} and listed.{key} not in ({changed})"
            " or listed.{key} in ({changed} where now.{name} = {value}))"
        ).format(
            instead=sql.Identifier(self.instead[name]), value=value, key=sql.Identifier(self.key),
            changed=changed, name=sql.Identifier(name),
        )  # fmt: skip


@dataclass(frozen=True)
class List:
    """One list: what pages, API and exports show of a relation, in which order.

    ``relation`` is what roles are granted; ``rows`` the SQL that yields them, ``draft_rows`` the same of
    drafts; ``key`` the column that names one row in addresses. The last term of ``order`` tells any two rows
    of one answer apart. A published list is read from one publication, a live one from what the warehouse
    holds now.
    """

    name: str
    relation: str
    rows: str
    columns: tuple[Column, ...]
    order: tuple[Order, ...]
    key: str = ""
    draft_rows: str | None = None
    join: Join | None = None
    is_published: bool = True

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def filters(self) -> dict[str, Column]:
        """Columns that rows can be chosen by."""
        return {column.name: column for column in self.columns if column.is_filter}

    def sorted_by(self, name: str, *, descending: bool) -> tuple[Order, ...]:
        """Return the order by one column, nulls last, then the list's own.

        Raises: KeyError (no such column, or none to sort by).
        """
        column = self.by_name[name]
        if not column.is_sortable:
            raise KeyError(name)
        expression = column.sql
        if TYPES[column.kind] == "text":
            expression = sql.SQL('{} collate "C"').format(expression)
        return (Order(expression, column.kind, is_descending=descending), *self.order)
