"""Open the production database for context, and find the catalogue's tables in it."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SAWarning, SQLAlchemyError
from sqlalchemy.pool import NullPool

from fundwatch.catalogue import TABLES, Table
from fundwatch.errors import ProductionUnavailable
from ingestion.production.source.database import Source, SourceTable
from ingestion.production.source.dialects import begin, settle
from ingestion.production.source.encoding import as_utf8, on_connect
from ingestion.production.source.failures import failed_to_open, no_row_values
from ingestion.production.source.relations import relations

Named = TypeVar("Named")
_NEXT_STEP = "Check FUNDWATCH_PRODUCTION_URL and that the database can be read from here"
_INSTALL = (
    "Install it (MariaDB, MySQL, Oracle: pip install --require-hashes -r requirements/drivers.txt), then run"
    " the same command again"
)
_UTC = ZoneInfo("UTC")


@contextmanager
def open_source(
    url: str, *, renamed: Mapping[tuple[str, str], str], zone: ZoneInfo = _UTC
) -> Iterator[Source]:
    """Open the production database in one read transaction and find the catalogue's tables in it.

    Source: every relation the user sees without naming a schema; names match without regard to case.
            ``renamed`` maps (table, raw column), both in upper case, to the standard column.
            ``zone`` is the one instants are converted to.
    Raises: ProductionUnavailable (wrong URL, no driver, no answer, none of the tables there, or two of one
            name).
    """
    engine = _engine(url)
    try:
        with _connect(engine) as connection:
            with no_row_values(connection):
                settle(connection, zone)
                with warnings.catch_warnings():
                    # A type that SQLAlchemy does not know is read as the driver gives it.
                    warnings.simplefilter("ignore", SAWarning)
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
        engine = sa.create_engine(as_utf8(parsed), poolclass=NullPool, hide_parameters=True)
    except ArgumentError:
        raise ProductionUnavailable(
            "FUNDWATCH_PRODUCTION_URL is not a database URL SQLAlchemy knows", next_step=_NEXT_STEP
        ) from None
    except ImportError as error:
        raise ProductionUnavailable(
            f"the driver {error.name or 'of the production database'} is not installed", next_step=_INSTALL
        ) from None
    # Before SQLAlchemy asks the server for anything.
    sa.event.listen(engine, "connect", on_connect(parsed), insert=True)
    return engine


def _open_sqlite(path: str) -> sqlite3.Connection:
    """Open a file that is there, for context: SQLite would otherwise make an empty database."""
    location = path if path.startswith("file:") else f"file:{quote(path)}?mode=ro"
    return sqlite3.connect(location, uri=True, check_same_thread=False)


@contextmanager
def _connect(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except (SQLAlchemyError, OSError, AssertionError) as error:
        # SQLAlchemy asserts that it knows the server's version.
        raise failed_to_open(error, where=_shown(engine.url)) from None
    with connection:
        with no_row_values(connection):
            begin(connection)
        yield connection


def _find(connection: sa.Connection, renamed: Mapping[tuple[str, str], str]) -> dict[str, SourceTable]:
    """Match the source's relations and columns to the catalogue's; one that is missing is left out.

    Raises: ProductionUnavailable (two of them differ by case alone: either may be the one that counts).
    """
    inspector, source_tables = sa.inspect(connection), {}
    named = _by_name(
        relations(connection, inspector, wanted=frozenset(TABLES)), lambda relation: relation.name
    )
    for name, table in TABLES.items():
        candidates = named.get(name, [])
        if not candidates:
            continue
        relation = _only(candidates, [candidate.name for candidate in candidates], what="tables", of="")
        kinds = relation.columns(inspector)
        columns = _standard(table, list(kinds), renamed)
        position = relation.position(connection.dialect.name)
        source_tables[name] = SourceTable(
            table=table,
            name=relation.name,
            columns=columns,
            types={standard: kinds[raw] for standard, raw in columns.items()},
            position=position if _has(connection, relation.name, position) else None,
        )
    return source_tables


def _standard(table: Table, columns: list[str], renamed: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Map standard columns, in catalogue order, to the source's; a configured renaming takes precedence."""
    by_name = _by_name(columns, str)
    by_renaming: dict[str, list[str]] = {}
    for raw, names in by_name.items():
        standard = renamed.get((table.name, raw)) or renamed.get(("", raw))
        if standard:
            by_renaming.setdefault(standard, []).extend(names)
    return {
        column.name: _only(candidates, candidates, what="columns", of=f" in {table.name}")
        for column in table.columns
        if (candidates := by_renaming.get(column.name) or by_name.get(column.name))
    }


def _by_name(objects: Iterable[Named], name_of: Callable[[Named], str]) -> dict[str, list[Named]]:
    """Group by upper-case name; a letter outside ASCII is no other case of one of a catalogue name."""
    grouped: dict[str, list[Named]] = {}
    for named_object in objects:
        name = name_of(named_object)
        grouped.setdefault(name.upper() if name.isascii() else name, []).append(named_object)
    return grouped


def _only(candidates: list[Named], names: list[str], *, what: str, of: str) -> Named:
    """Return the one candidate of a name.

    Raises: ProductionUnavailable, naming all of them.
    """
    if len(candidates) > 1:
        listed = " and ".join(repr(str(name)) for name in sorted(names))
        raise ProductionUnavailable(
            f"the production database has several {what} for one{of}: {listed}",
            next_step="Take the wrong one out of the user's sight, rename it, or correct column_map.csv",
        )
    return candidates[0]


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
