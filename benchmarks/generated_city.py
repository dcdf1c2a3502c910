"""A city generated and landed by the database itself: as many persons as asked, with no file read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import LiteralString

import psycopg

from fundwatch.catalogue import TABLES

PERSONS = int(os.environ.get("FUNDWATCH_BENCH_PERSONS", "1000000"))
MONTH, NEXT_MONTH = "2024-06", "2024-07"
MONTHS_PAID = 6
DIVISION = "'2306' || lpad((1 + {number} % 20)::text, 2, '0')"
PERSON = "'P' || lpad({number}::text, 9, '0')"

# Table -> (numbers generated for each person, what a numbered row holds). Everybody is enrolled in two
# schemes and paid for six months in each: twelve contributions. One in fifty is enrolled in a second
# county, one in five draws a pension.
_ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "AB01": (
        "generate_series(1, {persons} / 50) as n",
        {
            "aab001": "'E' || n",
            "aab004": "'单位' || n",
            "aab019": "'10'",
            "aab301": DIVISION.format(number="n"),
        },
    ),
    "AC01": (
        "generate_series(1, {persons}) as n",
        {
            "aac001": PERSON.format(number="n"),
            "aac003": "'某' || n",
            "aac004": "(1 + n % 2)::text",
            "aac006": "to_char(date '1935-01-01' + (n % 29000), 'YYYYMMDD')",
            "aac058": "'01'",
            "aac060": "'1'",
            "aab301": DIVISION.format(number="n"),
        },
    ),
    "AC02": (
        (
            "generate_series(1, {persons}) as n, unnest(array['110', '310', '390']) as s"
            " where s <> '390' or n % 50 = 0"
        ),
        {
            "aaz159": "n || s",
            "aac001": PERSON.format(number="n"),
            "aae140": "case when s = '390' then '110' else s end",
            "aab001": "case when s <> '390' then 'E' || (1 + n % ({persons} / 50)) end",
            "aac008": "case when n % 100 = 0 then '2' else '1' end",
            "aac066": "case when s = '390' then '12' else '11' end",
            "aac030": "'20200101'",
            "aac049": "case when n % 200 = 0 then '202406' else '202001' end",
            "aab301": DIVISION.format(number="(case when s = '390' then n + 1 else n end)"),
        },
    ),
    "AC43": (
        (
            "generate_series(1, {persons}) as n, unnest(array['110', '310']) as s,"
            " generate_series(1, {months}) as m"
        ),
        {
            "aaz223": "n || s || m",
            "aac001": PERSON.format(number="n"),
            "aab001": "'E' || (1 + n % ({persons} / 50))",
            "aae140": "s",
            "aae002": "'20240' || m",
            "aae003": "'20240' || m",
            "aaa115": "case when n % 97 = 0 then '31' else '10' end",
            "aac040": "(4000 + n % 9000)::text",
            "aae180": "(4000 + n % 9000)::text",
            "aae020": "((4000 + n % 9000) * 16)::text || '.25'",
            "aae022": "((4000 + n % 9000) * 8)::text || '.50'",
            "aae080": "((4000 + n % 9000) * 16)::text || '.25'",
            "aae082": "((4000 + n % 9000) * 8)::text || '.50'",
            "aae078": "case when n % 31 = 0 and m = 6 then '0' else '1' end",
            "aab191": "'20240' || m || '15'",
        },
    ),
    "AC60": (
        "generate_series(5, {persons}, 5) as n",
        {
            "aaz257": "'B' || n",
            "aac001": PERSON.format(number="n"),
            "aae140": "'110'",
            "aic161": "(array['01', '02', '03', '11'])[1 + n % 4]",
            "aae210": "'202001'",
            "aae116": "'1'",
            "aab301": DIVISION.format(number="n"),
        },
    ),
    "AC82": (
        "generate_series(5, {persons}, 5) as n, generate_series(1, {months}) as m",
        {
            "aaz220": "n || '-' || m",
            "aaz257": "'B' || n",
            "aac001": PERSON.format(number="n"),
            "aae140": "'110'",
            "aae002": "'20240' || m",
            "aae003": "'20240' || m",
            "aae019": "(2000 + n % 3000)::text || '.75'",
            "aae145": "(1 + n % 3)::text",
            "aae117": "case when n % 41 = 0 then '2' else '1' end",
        },
    ),
}


def land_city(
    connection: psycopg.Connection, *, persons: int, contributions: Mapping[str, str] | None = None
) -> int:
    """Land a first extract of MONTH; return how many contributions it holds.

    ``contributions``: columns of AC43 that hold something else, as SQL over person ``n``, scheme ``s`` and
    month ``m``.
    """
    number, values = _ROWS["AC43"]
    rows = {**_ROWS, "AC43": (number, {**values, **(contributions or {})})}
    land_rows(connection, rows, persons=persons)
    connection.execute("analyze")
    return count_contributions(connection)


def land_rows(
    connection: psycopg.Connection, rows: Mapping[str, tuple[str, dict[str, str]]], *, persons: int
) -> None:
    """Land an extract of MONTH: of each table the rows generated, of others none."""
    for table, spec in TABLES.items():
        if table in rows:
            _land(connection, table, *rows[table], persons=persons)
        connection.execute(
            "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
            f" select %s, 1, %s, %s, count(*), %s from landing.production__{table.lower()}",
            (MONTH, table, f"extract-{table}", [column.landed for column in spec.columns]),
        )


def count_contributions(connection: psycopg.Connection) -> int:
    """Return how many contributions are landed."""
    (count,) = connection.execute("select count(*) from landing.production__ac43").fetchone() or (0,)
    return count


def _land(
    connection: psycopg.Connection, table: str, numbers: str, values: Mapping[str, str], *, persons: int
) -> None:
    sizes = {"persons": persons, "months": MONTHS_PAID}
    chosen = ", ".join(value.format(**sizes) for value in values.values())
    connection.execute(
        f"insert into landing.production__{table.lower()}"
        f" ({', '.join(values)}, aae036, _file_id, _row, _valid_from)"
        f" select {chosen}, '20240630', 'extract-{table}', row_number() over (), '{MONTH}'"
        f" from {numbers.format(**sizes)}"
    )


def change_contributions(
    connection: psycopg.Connection,
    *,
    one_in: int,
    month: str,
    rows: LiteralString = "_row",
    sequence: int = 2,
) -> int:
    """Land an extract of ``month`` with other amounts in a share of the contributions; return how many.

    It is another extract of MONTH, or one of NEXT_MONTH. Other tables are as they were. ``rows``: SQL that
    numbers the rows, of which one in so many changed.
    """
    changed = connection.execute(
        "create temporary table changed on commit drop as"
        " select ctid as place, landed.* from landing.production__ac43 as landed"
        f" where {rows} %% %s = 0 and _valid_to is null",
        (one_in,),
    ).rowcount
    extract = {"month": month, "first": MONTH, "sequence": sequence, "extract": f"{month}-{sequence}"}
    columns = ", ".join(column.landed for column in TABLES["AC43"].columns)
    connection.execute(
        "update landing.production__ac43 as landed set _valid_to = %s from changed"
        " where landed.ctid = changed.place",
        (month,),
    )
    connection.execute(
        "update changed set aae080 = (aae080::numeric - 1)::text, aae078 = '1', aae036 = '20240731'"
    )
    connection.execute(
        f"insert into landing.production__ac43 ({columns}, _file_id, _row, _valid_from)"
        f" select {columns}, %(extract)s || '-AC43', _row, %(month)s from changed",
        extract,
    )
    connection.execute(
        "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
        " select %(month)s, %(sequence)s, table_name, %(extract)s || '-' || table_name, source_rows,"
        " source_columns from ops.extracts where month = %(first)s and sequence = 1",
        extract,
    )
    connection.commit()
    connection.execute("analyze landing.production__ac43")
    return changed
