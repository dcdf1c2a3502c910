"""Open the production database for context, and find the catalogue's tables in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from fundwatch.catalogue import TABLES, Table
from fundwatch.errors import ProductionUnavailable
from ingestion.production.source.database import Source, SourceTable, no_row_values
from ingestion.production.source.dialects import POSITIONS, begin, settle

_NEXT_STEP = "Check FUNDWATCH_PRODUCTION_URL and that the database can be read from here"
_UTC = ZoneInfo("UTC")


@contextmanager
def open_source(
    url: str, *, renamed: Mapping[tuple[str, str], str], zone: ZoneInfo = _UTC
) -> Iterator[Source]:
    """Open the production database in one read transaction and find the catalogue's tables in it.

    Source: tables and views of the default schema; names are matched without regard to case.
            ``renamed`` maps (table, raw column), both in upper case, to the standard column.
            ``zone`` is the one instants are converted to.
    Raises: ProductionUnavailable (wrong URL, no driver, no answer, none of the tables there).
    """
    engine = _engine(url)
    try:
        with _connect(engine) as connection:
            with no_row_values(connection):
                settle(connection, zone)
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
    """Open a file that is there, for context: SQLite would otherwise make an empty database."""
    location = path if path.startswith("file:") else f"file:{quote(path)}?mode=ro"
    return sqlite3.connect(location, uri=True, check_same_thread=False)


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
        with no_row_values(connection):
            begin(connection)
        yield connection


def _find(connection: sa.Connection, renamed: Mapping[tuple[str, str], str]) -> dict[str, SourceTable]:
    """Match the source's tables and columns to the catalogue's; one that is missing is left out."""
    inspector = sa.inspect(connection)
    tables = inspector.get_table_names()
    named = {name.upper(): name for name in (*inspector.get_view_names(), *tables)}
    source_tables = {}
    for name, table in TABLES.items():
        if name in named:
            at_source = named[name]
            kinds = {column["name"]: column["type"] for column in inspector.get_columns(at_source)}
            position = POSITIONS.get(connection.dialect.name) if at_source in tables else None
            columns = _standard(table, list(kinds), renamed)
            source_tables[name] = SourceTable(
                table=table,
                name=at_source,
                columns=columns,
                types={standard: kinds[raw] for standard, raw in columns.items()},
                position=position if _has(connection, at_source, position) else None,
            )
    return source_tables


def _standard(table: Table, columns: list[str], renamed: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Map standard columns, in catalogue order, to the source's; a configured renaming takes precedence."""
    by_name = {name.upper(): name for name in columns}
    for raw in list(by_name):
        standard = renamed.get((table.name, raw)) or renamed.get(("", raw))
        if standard:
            by_name[standard] = by_name[raw]
    return {column.name: by_name[column.name] for column in table.columns if column.name in by_name}


def _has(connection: sa.Connection, table: str, position: str | None) -> bool:
    """Return whether rows of the table have a position (SQLite tables may have none)."""
    if connection.dialect.name != "sqlite" or position is None:
        return position is not None
    try:
        connection.execute(sa.select(sa.literal_column(position)).select_from(sa.table(table)).limit(0))
    except DBAPIError:
        return False
    return True


def _shown(url: URL) -> str:
    """Return the URL without secrets."""
    return url.set(password=None, query={}).render_as_string()
