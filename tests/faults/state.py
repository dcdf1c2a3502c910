"""The state of a warehouse after landing, and the invariants that hold whatever happened on the way."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, fields
from pathlib import Path

import psycopg
from psycopg import sql

from fundwatch.settings import Settings
from tests.faults.arrivals import MONTH
from tests.faults.workers import Forker

_SECONDS = 15


@dataclass(frozen=True)
class State:
    """Everything landing leaves behind: two runs over the same arrivals leave the same."""

    files: bytes
    quarantine: bytes
    tables: dict[str, tuple[int, str]]
    relations: frozenset[str]
    alerts: frozenset[tuple]
    home: dict[str, str]

    def differences(self, other: State) -> list[str]:
        """Name the differences, down to the table or the path."""
        differing = []
        for field in fields(self):
            mine, others = getattr(self, field.name), getattr(other, field.name)
            if isinstance(mine, dict):
                names = sorted(
                    name for name in mine.keys() | others.keys() if mine.get(name) != others.get(name)
                )
                differing += [f"{field.name}: {name}" for name in names]
            elif mine != others:
                differing.append(field.name)
        return differing


def state_of(settings: Settings, forker: Forker) -> State:
    """Return the state of a warehouse and its home."""
    exported = {}
    for what in ("files", "quarantine"):
        ended = forker.run("export", what, "--month", MONTH, settings=settings)
        assert ended.code == 0, ended.errors
        exported[what] = ended.output
    with psycopg.connect(settings.database_url) as connection:
        return State(
            **exported,
            tables=_tables(connection),
            relations=frozenset(name for (name,) in connection.execute(_RELATIONS)),
            alerts=frozenset(connection.execute(_ALERTS)),
            home=_home(settings.home),
        )


def broken_accounts(settings: Settings) -> list[str]:
    """Name every account that does not balance: rows and money of each file, one copy of each.

    They hold at every moment, also while nobody has recovered yet.
    """
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        broken = [
            f"{name}: {row}"
            for name, query in _ACCOUNTS.items()
            for row in connection.execute(query).fetchall()
        ]
        return broken + _miscounted(connection)


def broken_invariants(settings: Settings) -> list[str]:
    """Name every invariant that does not hold after recovery: the accounts, and that nothing is orphaned."""
    broken = broken_accounts(settings)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        broken += [f"{name}: {rows}" for name, rows in _orphans(connection).items() if rows]
    temporary = settings.home.with_name(f"{settings.home.name}-tmp")
    left = [path.name for path in temporary.rglob("*")] if temporary.is_dir() else []
    drafts = [path.name for path in settings.home.rglob("*") if path.suffix in (".tmp", ".part", ".draft")]
    return broken + [f"left behind: {name}" for name in left + drafts]


def _tables(connection: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Return, per table that landing writes, its rows and their hash, without clocks and attempts."""
    sums = {}
    for schema, table, columns in connection.execute(_COLUMNS).fetchall():
        query = sql.SQL(
            "select count(*), coalesce(md5(string_agg(r, chr(10) order by r)), '')"
            " from (select row({})::text as r from {}) as t"
        ).format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, table))
        sums[f"{schema}.{table}"] = connection.execute(query).fetchone()
    assert sums
    return sums


def _home(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def _orphans(connection: psycopg.Connection) -> dict[str, list]:
    """Return what outlived the processes, after the server had time to notice that they died."""
    for _ in range(_SECONDS * 20):
        orphans = {name: connection.execute(query).fetchall() for name, query in _ORPHANS.items()}
        if not any(orphans.values()):
            break
        time.sleep(0.05)
    return orphans


def _miscounted(connection: psycopg.Connection) -> list[str]:
    """Name files whose rows in landing are not what the ledger says."""
    tables = connection.execute(
        "select c.table_name from information_schema.columns as c where c.table_schema = 'landing'"
        " and c.column_name = '_file_id' and c.table_name not like 'production%' order by 1"
    ).fetchall()
    counted: dict[str, set[int]] = {}
    for (table,) in tables:
        query = sql.SQL("select _file_id, count(*), count(distinct _row) from {} group by 1").format(
            sql.Identifier("landing", table)
        )
        for file_id, rows, _ in connection.execute(query):
            counted.setdefault(file_id, set()).add(rows)
    stated = connection.execute(
        "select file_id, case when state in ('loaded', 'superseded') then rows_loaded else 0 end, name"
        " from ops.files where feed <> 'production'"
    ).fetchall()
    known = {file_id for file_id, _, _ in stated}
    wrong = [
        f"rows in landing: {name}" for file_id, rows, name in stated if rows not in counted.get(file_id, {0})
    ]
    return wrong + [f"rows of no file: {file_id}" for file_id in counted.keys() - known]


_COLUMNS = """
select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('landing', 'quarantine', 'ops') and c.relkind = 'r'
    -- How it came about, who looked, what is remembered of the inbox, what a crash empties, random numbers of
    -- messages.
    and c.relname not in (
        'runs', 'file_events', 'inbox_seen', 'vault_seen', 'volatile_state', 'audit', 'audit_heads'
    )
    and c.relname not like 'alert%'
    and a.atttypid <> 'timestamptz'::regtype and a.attname <> 'attempt' and a.attidentity = ''
group by n.nspname, c.relname
"""

_RELATIONS = """
select n.nspname || '.' || c.relname
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname not like 'pg\\_toast%' and n.nspname not in ('pg_catalog', 'information_schema')
"""

_ALERTS = "select kind, feed, format, division, month, subject from ops.alerts where resolved_at is null"

_ORPHANS = {
    "still being loaded": "select name from ops.files where state = 'loading'",
    "open transaction": "select pid from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and xact_start is not null",
    "backend": "select pid, state from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    "advisory lock": "select objid from pg_locks where locktype = 'advisory'"
    " and database = (select oid from pg_database where datname = current_database())",
    "prepared transaction": "select gid from pg_prepared_xacts where database = current_database()",
    "temporary relation": "select c.relname from pg_class as c where c.relpersistence = 't'",
    # Those of other databases that a query is still at are named for its process.
    "temporary file": "select name from pg_ls_tmpdir()"
    " where substring(name from 'pgsql_tmp([0-9]+)')::int not in (select pid from pg_stat_activity)",
}

_ACCOUNTS = {
    "rows of the manifest": """
        select name from ops.files where state in ('loaded', 'superseded')
            and rows_declared is distinct from rows_loaded + rows_quarantined + rows_repeated
    """,
    "amount of the manifest": """
        select name from ops.files where state in ('loaded', 'superseded') and feed <> 'production'
            and amount_declared is distinct from amount_loaded + amount_quarantined + amount_repeated
    """,
    "amount in landing": """
        select name from ops.files as f
        where format = 'tax-voucher-csv/1' and state in ('loaded', 'superseded')
            and amount_loaded is distinct from
                (select sum(amount::numeric) from landing.tax__voucher where _file_id = f.file_id)
    """,
    "rows in quarantine": """
        select name from ops.files as f where feed <> 'production'
            and case when state in ('loaded', 'superseded') then rows_quarantined else 0 end
                <> (select count(*) from quarantine.rows as q where q.file_id = f.file_id)
    """,
    "one copy": """
        select feed, sha256 from ops.files
        where state = 'loaded' and feed <> 'production' and rows_declared > 0
        group by feed, sha256 having count(*) > 1
    """,
    "one file in a slot": """
        select feed, format, division, month, sequence from ops.files
        where state = 'loaded' and feed <> 'production'
        group by feed, format, division, month, sequence having count(*) > 1
    """,
    "one extract": """
        select month, sequence from ops.extracts group by month, sequence having count(*) <> 14
    """,
}
