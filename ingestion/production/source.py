"""The agency's production database: opened for reading only, seen in one consistent transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from fundwatch.catalogue import TABLES, Table
from fundwatch.errors import ProductionUnavailable

_BATCH = 2_000
_CONSISTENT = ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")
# What orders the occurrences of a repeated key as they lie in the table.
_POSITIONS = {"sqlite": "rowid", "postgresql": "ctid", "oracle": "rowid"}
_NEXT_STEP = "Check FUNDWATCH_PRODUCTION_URL and that the database can be read from here"


@dataclass(frozen=True)
class SourceTable:
    """A catalogue table as it is found at the source.

    ``columns`` maps each standard column that is there to the name it has at the source.
    """

    table: Table
    name: str
    columns: Mapping[str, str]
    position: str | None


class Source:
    """An open, consistent view of the production database."""

    def __init__(self, connection: sa.Connection, tables: Mapping[str, SourceTable]) -> None:
        """Wrap an open transaction; ``open_source`` makes these."""
        self._connection = connection
        self.tables = tables

    def rows(self, found: SourceTable) -> Iterator[list[sa.Row]]:
        """Yield batches of rows in key order, columns in catalogue order; memory stays flat."""
        names = {name: sa.column(at_source) for name, at_source in found.columns.items()}
        order = [names[name] for name in found.table.key if name in names]
        order += [sa.literal_column(found.position)] if found.position else list(names.values())
        query = sa.select(*names.values()).select_from(sa.table(found.name)).order_by(*order)
        with _no_row_values():
            streamed = self._connection.execution_options(stream_results=True, yield_per=_BATCH)
            yield from streamed.execute(query).partitions()

    def count(self, found: SourceTable) -> list[tuple[object, int]]:
        """Return rows by division (AAB301), or one pair with None where the table has no division."""
        counted = sa.func.count().label("counted")
        division = found.columns.get("AAB301")
        if division:
            column = sa.column(division)
            query = sa.select(column, counted).group_by(column)
        else:
            query = sa.select(sa.null(), counted)
        with _no_row_values():
            result = self._connection.execute(query.select_from(sa.table(found.name)))
            return [(value, number) for value, number in result]


@contextmanager
def open_source(url: str, *, renamed: Mapping[tuple[str, str], str]) -> Iterator[Source]:
    """Open the production database in one read transaction and find the catalogue's tables in it.

    Source: tables and views of the default schema; names are matched without regard to case.
            ``renamed`` maps (table, raw column), both in upper case, to the standard column.
    Raises: ProductionUnavailable (wrong URL, no driver, no answer, none of the tables there).
    """
    engine = _engine(url)
    try:
        with _connect(engine) as connection:
            with _no_row_values():
                tables = _find(connection, renamed)
            if not tables:
                raise ProductionUnavailable(
                    f"the production database at {_shown(engine.url)} holds none of the catalogue's tables",
                    next_step="Check the database, and the schema its user sees first",
                )
            yield Source(connection, tables)
    finally:
        engine.dispose()


def _engine(url: str) -> sa.Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            path = parsed.database or ""
            return sa.create_engine(parsed, poolclass=NullPool, creator=lambda: _open_sqlite(path))
        return sa.create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    except ArgumentError:
        what = "FUNDWATCH_PRODUCTION_URL is not a database URL SQLAlchemy knows"
    except ImportError as error:
        what = f"the driver {error.name or 'of the production database'} is not installed"
    raise ProductionUnavailable(what, next_step=_NEXT_STEP)


def _open_sqlite(path: str) -> sqlite3.Connection:
    """Open a file that is there, for reading: SQLite would otherwise make an empty database."""
    location = path if path.startswith("file:") else f"file:{quote(path)}?mode=ro"
    connection = sqlite3.connect(location, uri=True, check_same_thread=False)
    # A vendor's export may hold text that is not UTF-8; such a row lands with the bytes spelt out.
    connection.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    return connection


@contextmanager
def _connect(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except (SQLAlchemyError, OSError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise ProductionUnavailable(
            f"the production database at {_shown(engine.url)} cannot be opened ({reason})",
            next_step=_NEXT_STEP,
        ) from None
    with connection:
        with _no_row_values():
            _begin(connection)
        yield connection


def _begin(connection: sa.Connection) -> None:
    """Begin the one transaction everything is read in, at the best isolation the source offers."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin")
        return
    offered = connection.dialect.get_isolation_level_values(connection.connection.dbapi_connection)
    level = next((level for level in _CONSISTENT if level in offered), None)
    if level:
        connection.execution_options(isolation_level=level)
    if connection.dialect.name == "postgresql":
        connection.execution_options(postgresql_readonly=True)


def _find(connection: sa.Connection, renamed: Mapping[tuple[str, str], str]) -> dict[str, SourceTable]:
    """Match the source's tables and columns to the catalogue's; one that is missing is left out."""
    inspector = sa.inspect(connection)
    tables = inspector.get_table_names()
    named = {name.upper(): name for name in (*inspector.get_view_names(), *tables)}
    found = {}
    for name, table in TABLES.items():
        if name in named:
            at_source = named[name]
            columns = [column["name"] for column in inspector.get_columns(at_source)]
            position = _POSITIONS.get(connection.dialect.name) if at_source in tables else None
            found[name] = SourceTable(
                table=table,
                name=at_source,
                columns=_standard(table, columns, renamed),
                position=position if _has(connection, at_source, position) else None,
            )
    return found


def _standard(table: Table, columns: list[str], renamed: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Map standard columns, in catalogue order, to the source's; a renaming wins over an equal name."""
    by_name = {name.upper(): name for name in columns}
    for raw in list(by_name):
        standard = renamed.get((table.name, raw)) or renamed.get(("", raw))
        if standard:
            by_name[standard] = by_name[raw]
    return {column.name: by_name[column.name] for column in table.columns if column.name in by_name}


def _has(connection: sa.Connection, table: str, position: str | None) -> bool:
    """Return whether rows of the table have a position (SQLite tables may do without)."""
    if connection.dialect.name != "sqlite" or position is None:
        return position is not None
    try:
        connection.execute(sa.select(sa.literal_column(position)).select_from(sa.table(table)).limit(0))
    except DBAPIError:
        return False
    return True


@contextmanager
def _no_row_values() -> Iterator[None]:
    """Turn a failure of the source into one without its message, which may quote rows."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise ProductionUnavailable(
            f"the production database failed while it was read ({reason})",
            next_step="Run the same command again; if it fails again, ask the database's keeper",
        ) from None


def _shown(url: URL) -> str:
    """Return the URL without anything secret."""
    return url.set(password=None, query={}).render_as_string()
