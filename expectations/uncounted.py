"""What was landed and does not count as it stands: rows kept out, cells rounded or read as nothing.

With what staging holds these account for every row and every cent that was landed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import psycopg
from psycopg.rows import class_row

from expectations.reference.codes import YES_NO, coded_columns, prepare_codes
from expectations.reference.facts import cells
from expectations.site_parameters import SiteParameters, read_site_parameters
from expectations.sql import (
    amount,
    cleaned,
    exact_amount,
    identity_key,
    is_count,
    is_rounded,
    month_number,
    quoted,
    real_date,
)
from fundwatch.catalogue import TABLES, Column, Table
from fundwatch.errors import NotFound

_CODES = "pg_temp.uncounted_codes"
# Landing table of files -> the key of which the row of the latest file counts.
_KEYS_OF_FILES = {
    "tax__voucher": ("voucher_no",),
    "tax__treasury_receipt": ("receipt_no",),
    "declaration__unit": ("unit_id", "wage_year"),
    "declaration__person": ("unit_id", "id_number", "wage_year"),
    "declaration__document": ("unit_id", "wage_year", "document"),
    "declaration__application": ("application_no",),
}
# Tables of which, in one file, the last row of one key counts: there a key may be written in two ways.
_LAST_COUNTS = frozenset({"declaration__person"})


@dataclass(frozen=True)
class Uncounted:
    """A landed row, or one of its cells, that does not count as it stands.

    ``column_name`` is None for a row. ``difference`` is what a rounded amount counts more than it says; yuan.
    """

    table_name: str
    column_name: str | None
    reason: str
    key: str | None
    source_file_id: str
    source_row: int
    written: str | None
    difference: Decimal | None


def uncounted(
    connection: psycopg.Connection, *, month: str, tables: Sequence[str] = ()
) -> Iterator[Uncounted]:
    """Yield what was landed for months up to ``month`` and does not count in it as it stands.

    Source: the production rows current in the batch of ``month`` and the rows of loaded files, as landed;
            the rows the ledgers of the month exclude. The newest site parameters say what is a code.
    Shape:  one row per row kept out (``repeated_key``; of files ``superseded``) and per cell whose amount is
            ``rounded`` or which is ``no_amount``, ``no_count``, ``no_date``, ``no_month``, ``no_code`` or
            ``no_division``; by table, column, file and row. ``tables`` (all when empty) are names of the
            catalogue or of landing tables.
    Raises: NotFound (a table of another name, or no site was ever loaded).
    """
    known = [*TABLES, *_KEYS_OF_FILES]
    if unknown := sorted(set(tables) - set(known)):
        raise NotFound(
            f"there is no table {unknown[0]} among those whose rows are kept out",
            next_step=f"Choose of {', '.join(known)}",
        )
    site = _newest_site(connection)
    prepare_codes(connection, site=site, month=month, relation=_CODES)
    for name in tables or known:
        queries = [_superseded(name)] if name in _KEYS_OF_FILES else _of_production(connection, name, site)
        for query in queries:
            with connection.cursor(row_factory=class_row(Uncounted)) as cursor:
                yield from cursor.execute(
                    f"select * from ({query}) as uncounted"
                    " order by column_name nulls first, source_file_id, source_row",
                    {"month": month},
                )


def _newest_site(connection: psycopg.Connection) -> SiteParameters:
    version = connection.execute("select site_version from site.versions order by loaded_at desc limit 1")
    if (row := version.fetchone()) is None:
        raise NotFound("no site parameters were ever loaded", next_step="Build a month first")
    return read_site_parameters(connection, row[0])


def _of_production(connection: psycopg.Connection, name: str, site: SiteParameters) -> list[str]:
    """List the queries of a production table: rows the ledgers exclude, where they are built, and cells."""
    [(is_built,)] = connection.execute("select to_regclass('business_ledger.excluded_rows') is not null")
    queries = [_excluded(name)] if is_built else []
    judged = _judged_columns(connection, TABLES[name], site)
    return [*queries, _cells(TABLES[name], judged)] if judged else queries


def _excluded(table: str) -> str:
    return f"""
select table_name, null::text as column_name, reason, null::text as key, source_file_id, source_row,
    null::text as written, null::numeric as difference
from business_ledger.excluded_rows
where table_name = {quoted(table)} and valid_from_batch <= %(month)s
    and (valid_to_batch is null or valid_to_batch > %(month)s)"""


def _superseded(table: str) -> str:
    """Return the query of the rows of loaded files whose key stands in a later file, too."""
    columns = _KEYS_OF_FILES[table]
    key = " || ' ' || ".join(f"landed.{column}" for column in columns)
    compared = ", ".join(_compared(f"landed.{column}", column) for column in columns)
    order = "desc" if table in _LAST_COUNTS else "asc"
    return f"""
select '{table}' as table_name, null::text as column_name, 'superseded' as reason, key,
    _file_id as source_file_id, _row as source_row, null::text as written, null::numeric as difference
from (
    select {key} as key, landed._file_id, landed._row,
        row_number() over (
            partition by {compared}
            order by files.month desc, files.sequence desc, files.division desc, landed._file_id,
                landed._row {order}
        ) as place
    from landing.{table} as landed join ops.files as files on files.file_id = landed._file_id
    where files.state = 'loaded' and files.month <= %(month)s
) as ranked where place > 1"""


def _compared(value: str, column: str) -> str:
    """Return what is compared of a part of a key: of a number of a person, the valid one in 18 characters."""
    written = cleaned(value, is_folded=True)
    if column != "id_number":
        return written
    return identity_key(f"upper({written})").replace("%", "%%")


def _judged_columns(
    connection: psycopg.Connection, table: Table, site: SiteParameters
) -> list[tuple[Column, str]]:
    """List the columns whose values may not count, each with the SQL of its reason (null: it counts)."""
    coded = {*_coded(connection, table), *YES_NO}
    divisions = ", ".join(quoted(division) for division in sorted(site.divisions)) or "null"
    judged = []
    for column in table.columns:
        value = column.landed
        if column.kind == "amount":
            unread = f"{amount(value)} is null"
            reason = f"case when {unread} then 'no_amount' when {is_rounded(value)} then 'rounded' end"
        elif column.name in coded:
            reason = f"case when not {_is_code(column)} then 'no_code' end"
        elif column.name == "AAB301":
            reason = (
                f"case when {value} not in ({divisions}) and not {_is_code(column)} then 'no_division' end"
            )
        else:
            condition = _parses(column)
            reason = f"case when not ({condition}) then 'no_{column.kind}' end" if condition else ""
        if reason:
            judged.append((column, f"case when {value} is not null then {reason} end"))
    return judged


def _parses(column: Column) -> str | None:
    value = column.landed
    if column.name == "AAE036":  # a date, or a time stamp that begins with one
        value = f"left(replace({value}, '-', ''), 8)"
    return {
        "count": is_count(value),
        "date": f"{real_date(value)} is not null",
        "month": f"{month_number(value)} is not null",
    }.get(column.kind)


def _coded(connection: psycopg.Connection, table: Table) -> list[str]:
    return coded_columns(connection, table, relation=_CODES)


def _is_code(column: Column) -> str:
    return (
        f"exists (select 1 from {_CODES} as code where code.class = {quoted(column.name)}"
        f" and code.raw = {column.landed})"
    )


def _cells(table: Table, judged: Sequence[tuple[Column, str]]) -> str:
    """Return the query of a table's cells that have a reason."""
    names = list(dict.fromkeys((*table.key, *(column.name for column, _ in judged))))
    month = "%(month)s"
    rows = cells(table.name, names, month).replace(f"'{month}'", month)
    any_reason = "\n    or ".join(f"({reason}) is not null" for _, reason in judged)
    values = ",\n    ".join(
        f"({quoted(column.name)}, {reason}, {column.landed}, {_difference(column)})"
        for column, reason in judged
    )
    key = ", ".join(name.lower() for name in table.key)
    return f"""
select {quoted(table.name)} as table_name, noted.column_name, noted.reason,
    array_to_string(array[{key}], '|', '') as key, _file_id as source_file_id, _row as source_row,
    noted.written, noted.difference
from (select * from {rows} as cells where {any_reason}) as cells
cross join lateral (values
    {values}
) as noted (column_name, reason, written, difference)
where noted.reason is not null"""


def _difference(column: Column) -> str:
    if column.kind != "amount":
        return "null::numeric"
    value = column.landed
    return f"case when {is_rounded(value)} then {amount(value)} - {exact_amount(value)} end"
