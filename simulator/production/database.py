"""The production database as files: one SQLite copy per month, or any other database at the end."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import repeat
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from fundwatch.errors import ProductionUnavailable
from simulator.history import History, Scalar, Update
from simulator.production import tables
from simulator.span import Span

_CHUNK = 20_000
# The table that says of a database that a simulation wrote it.
_MARK = "fundwatch_simulation"


def write_months(histories: list[History], *, span: Span, out: Path) -> dict[str, int]:
    """Write ``production-YYYY-MM.db`` for every month of the range; return rows per table at the end.

    One file grows from month to month, is copied for each, and becomes the last; a row keeps its place
    (``rowid``) over time.
    Amounts are written as numbers with at most two decimals (declared ``NUMERIC(16, 2)``).
    """
    growing = out / "production.db.part"
    growing.unlink(missing_ok=True)
    connection = sqlite3.connect(growing, isolation_level=None)
    try:
        connection.execute("pragma page_size = 16384")
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute("pragma cache_size = -200000")
        for table in tables.define(sa.MetaData()).values():
            ddl = sa.schema.CreateTable(table).compile(dialect=sqlite.dialect())
            connection.execute(str(ddl))
        for index, month in enumerate(span.months):
            connection.execute("begin")
            for history in histories:
                _write_month(connection, history, index)
            connection.execute("commit")
            if month != span.months[-1]:
                shutil.copyfile(growing, out / f"production-{month}.db")
    finally:
        connection.close()
    growing.replace(out / f"production-{span.months[-1]}.db")
    return {history.table: len(history.since) for history in histories}


def write_elsewhere(source: Path, *, url: str) -> None:
    """Write the state in a SQLite file into the database of ``url``, replacing what a simulation wrote there.

    Names are left to the database to fold: lower case on PostgreSQL, upper case on Oracle.
    Raises: ProductionUnavailable, also when the database holds rows that no simulation wrote.
    """
    engine = None
    try:
        engine = sa.create_engine(url)
        metadata = sa.MetaData()
        targets = tables.define(metadata, lower=True)
        _refuse_rows_of_others(engine, targets)
        sa.Table(_MARK, metadata, sa.Column("seed", sa.Integer))
        metadata.drop_all(engine)
        metadata.create_all(engine)
        with closing(sqlite3.connect(source)) as local, engine.begin() as remote:
            for table, rows in _tables_in(local):
                names = [column.name for column in targets[table].columns]
                for chunk in rows:
                    remote.execute(
                        sa.insert(targets[table]),
                        [dict(zip(names, row, strict=True)) for row in chunk],
                    )
    except (sa.exc.SQLAlchemyError, ImportError):
        raise ProductionUnavailable(
            "The production database could not be written",
            state="Its tables may be there without all rows",
            next_step="Check --production-url and the rights of its user, then simulate again",
        ) from None
    finally:
        if engine is not None:
            engine.dispose()


def _refuse_rows_of_others(engine: sa.Engine, targets: dict[str, sa.Table]) -> None:
    """Only a simulation leaves the table that marks it; rows without it are somebody's own."""
    present = set(sa.inspect(engine).get_table_names())
    if _MARK in present:
        return
    with engine.connect() as remote:
        for table in targets.values():
            first = sa.select(sa.literal(1)).select_from(table).limit(1)
            if table.name in present and remote.execute(first).first():
                raise ProductionUnavailable(
                    f"The database of --production-url holds rows in {table.name} that no simulation wrote",
                    next_step="Give the URL of an empty database",
                )


def _tables_in(local: sqlite3.Connection) -> Iterator[tuple[str, Iterator[list[tuple]]]]:
    for table in tables.NAMES:
        columns: list[sa.ColumnClause] = [sa.column(name) for name in tables.columns_of(table)]
        query = sa.select(*columns).select_from(sa.table(table)).order_by(sa.column("rowid"))
        cursor = local.execute(str(query.compile(dialect=sqlite.dialect())))
        yield table, _chunks(cursor)


def _chunks(cursor: sqlite3.Cursor) -> Iterator[list[tuple]]:
    while rows := cursor.fetchmany(_CHUNK):
        yield rows


def _write_month(connection: sqlite3.Connection, history: History, index: int) -> None:
    rows = np.flatnonzero(history.since == index)
    money = tables.money_columns(history.table)
    if len(rows):
        columns = history.render(rows)
        names = list(columns)
        values = [_python_values(columns[name], len(rows), is_money=name in money) for name in names]
        target = sa.table(history.table, sa.column("rowid"), *(sa.column(name) for name in names))
        statement = str(sa.insert(target).compile(dialect=sqlite.dialect()))
        connection.executemany(statement, zip((rows + 1).tolist(), *values, strict=False))
    for update in history.updates:
        if update.since == index:
            _change(connection, history.table, update, money)


def _change(connection: sqlite3.Connection, table: str, update: Update, money: frozenset[str]) -> None:
    names = list(update.columns)
    target = sa.table(table, sa.column("rowid"), *(sa.column(name) for name in names))
    statement = (
        sa.update(target)
        .where(target.c.rowid == sa.bindparam("place"))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    size = len(update.rows)
    values = [_python_values(update.columns[name], size, is_money=name in money) for name in names]
    connection.executemany(
        str(statement.compile(dialect=sqlite.dialect())),
        zip(*values, (update.rows + 1).tolist(), strict=False),
    )


def _python_values(values: np.ndarray | Scalar, size: int, *, is_money: bool) -> Iterable[object]:
    if not isinstance(values, np.ndarray):
        return repeat(values / 100 if is_money and isinstance(values, int) else values, size)
    if is_money and values.dtype != object:
        return (values / 100).tolist()
    if is_money:
        return [None if cents is None else cents / 100 for cents in values.tolist()]
    return values.tolist()
