"""A city for the cross-checks: contributors, pensioners paid item by item, deaths, two ids of one human.

Few are wrong, as in life: one person in a thousand has a second id, one contributor in a thousand contributes
in two counties, one in five hundred below the floor; one pensioner in a hundred is paid after death.
"""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import LiteralString

import psycopg

from benchmarks.generated_city import (
    DIVISION,
    MONTH,
    PERSON,
    change_contributions,
    count_contributions,
    land_rows,
)
from fundwatch.catalogue import TABLES

_MONTHS, _FUND_MONTHS = 12, 3
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IS_PENSIONER = "n % 5 = 0"
_BORN = (
    f"case when {_IS_PENSIONER} then date '1942-01-01' + (n / 5) % 4000 else date '1975-01-01' + n % 8000 end"
)
_ORDER = "lpad((n / 1000 % 1000)::text, 3, '0')"
_BODY = f"'2306' || lpad((1 + n % 20)::text, 2, '0') || to_char({_BORN}, 'YYYYMMDD') || {_ORDER}"
_CHECK = " + ".join(
    f"{weight} * substr(body, {place}, 1)::int" for place, weight in enumerate(_WEIGHTS, start=1)
)
_NUMBER = f"body || substr('10X98765432', 1 + ({_CHECK}) % 11, 1)"
_PERSONS = f"generate_series(1, {{persons}}) as n, lateral (select {_BODY} as body, {_BORN} as born) as b"
_PAID_MONTH = "to_char(date '2023-06-01' + make_interval(months => m), 'YYYYMM')"
_BASE = "(case when n % 500 = 1 then 3000 else 5000 + n % 9000 end)"
_EMPLOYER = "'E' || (1 + (n + case when s = '390' then 1 else 0 end) % ({persons} / 50))"
_AMOUNT = "(2000 + n % 3000)"

ROWS: dict[str, tuple[str, dict[str, str]]] = {
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
        f"{_PERSONS}, unnest(array['P', 'Q']) as s where s = 'P' or n % 1000 = 3",
        {
            "aac001": "s || lpad(n::text, 9, '0')",
            "aac002": _NUMBER,
            "aac003": "'某' || n",
            "aac004": "(2 - n / 1000 % 2)::text",
            "aac006": "to_char(born, 'YYYYMMDD')",
            "aac058": "'01'",
            "aac060": "'1'",
            "aab301": DIVISION.format(number="n"),
        },
    ),
    "AC02": (
        (
            "generate_series(1, {persons}) as n, unnest(array['110', '310', '390']) as s"
            f" where not {_IS_PENSIONER} and (s <> '390' or n % 1000 = 1)"
        ),
        {
            "aaz159": "n || s",
            "aac001": PERSON.format(number="n"),
            "aae140": "case when s = '390' then '110' else s end",
            "aab001": _EMPLOYER,
            "aac008": "'1'",
            "aac066": "'11'",
            "aac030": "case when s = '390' then '20240101' else '20200101' end",
            "aac049": "'202001'",
            "aab301": DIVISION.format(number="(case when s = '390' then n + 1 else n end)"),
        },
    ),
    "AC43": (
        (
            "generate_series(1, {persons}) as n, unnest(array['110', '310', '390']) as s,"
            f" generate_series(1, {_MONTHS}) as m where not {_IS_PENSIONER}"
            f" and (s = '110' or m > {_MONTHS - _FUND_MONTHS} and (s = '310' or n % 1000 = 1))"
        ),
        {
            "aaz223": "n || s || lpad(m::text, 2, '0')",
            "aac001": PERSON.format(number="n"),
            "aab001": _EMPLOYER,
            "aae140": "case when s = '390' then '110' else s end",
            "aae002": _PAID_MONTH,
            "aae003": _PAID_MONTH,
            "aaa115": "'10'",
            "aac040": f"{_BASE}::text",
            "aae180": f"{_BASE}::text",
            "aae020": f"({_BASE} * 16 / 100)::text || '.00'",
            "aae022": f"({_BASE} * 8 / 100)::text || '.00'",
            "aae080": f"({_BASE} * 16 / 100)::text || '.00'",
            "aae082": f"({_BASE} * 8 / 100)::text || '.00'",
            "aae078": "'1'",
            "aab191": f"{_PAID_MONTH} || '15'",
        },
    ),
    "AC50": (
        "generate_series(1, {persons}) as n",
        {
            "aac001": PERSON.format(number="n"),
            "aae140": "'110'",
            "aae240": "(n % 50000)::text || '.10'",
            "aae201": "(12 + n % 300)::text",
        },
    ),
    "AC60": (
        f"{_PERSONS} where {_IS_PENSIONER}",
        {
            "aaz257": "'B' || n",
            "aac001": PERSON.format(number="n"),
            "aae140": "'110'",
            "aic161": "'01'",
            "aae210": "to_char(born + make_interval(months => 721), 'YYYYMM')",
            "aae116": "'1'",
            "aae010": "'62' || lpad(n::text, 16, '0')",
            "aab301": DIVISION.format(number="n"),
        },
    ),
    "AC61": (
        f"{_PERSONS}, unnest(array['101', '102']) as s where {_IS_PENSIONER}",
        {
            "aaz257": "'B' || n",
            "aaa036": "s",
            "aae041": "to_char(born + make_interval(months => 721), 'YYYYMM')",
            "aae019": f"case when s = '101' then {_AMOUNT}::text || '.00' else '300.75' end",
        },
    ),
    "AC82": (
        f"generate_series(1, {{persons}}) as n, generate_series(1, {_MONTHS}) as m where {_IS_PENSIONER}",
        {
            "aaz220": "n || '-' || m",
            "aaz257": "'B' || n",
            "aac001": PERSON.format(number="n"),
            "aae140": "'110'",
            "aae002": _PAID_MONTH,
            "aae003": _PAID_MONTH,
            "aae019": f"({_AMOUNT} + 300)::text || '.75'",
            "aae010": "'62' || lpad(n::text, 16, '0')",
            "aae145": "'1'",
            "aae117": "case when n % 41 = 0 and m = 12 then '2' else '1' end",
        },
    ),
    "AC83": (
        (
            f"generate_series(1, {{persons}}) as n, generate_series(1, {_MONTHS}) as m,"
            f" unnest(array['101', '102']) as s where {_IS_PENSIONER}"
        ),
        {
            "aaz220": "n || '-' || m",
            "aaa036": "s",
            "aae019": f"case when s = '101' then {_AMOUNT}::text || '.00' else '300.75' end",
        },
    ),
}  # fmt: skip

_DRAWN: LiteralString = "(hashtext(aac001) & 2147483647)"

_DEATHS = f"""
    insert into landing.civil_registry__death_event (
        source, source_event_id, event_type, id_type, id_number, name, sex, birth_date, death_date,
        death_date_precision, category, registered_on, division, _file_id, _row
    )
    select
        'police', 'D' || n, 'create', '01', {_NUMBER}, '某' || n, (2 - n / 1000 % 2)::text,
        to_char(born, 'YYYYMMDD'), '20240310', 'D', '01', '20240320',
        {DIVISION.format(number="n")}, 'deaths', row_number() over ()
    from {_PERSONS} where n % {{one_in}} = 0
"""


def land_checked_city(connection: psycopg.Connection, *, persons: int) -> int:
    """Land a first extract of MONTH and a file of deaths; return how many contributions there are."""
    land_rows(connection, ROWS, persons=persons)
    _land_deaths(connection, persons=persons, one_in=500)
    return count_contributions(connection)


def change_persons(connection: psycopg.Connection, *, one_in: int, sequence: int) -> int:
    """Land another extract of MONTH with other amounts of one in so many persons; return how many rows.

    The rows are contributions and payments; the persons are drawn by a hash.
    """
    contributions = change_contributions(
        connection, one_in=one_in, month=MONTH, rows=_DRAWN, sequence=sequence
    )
    connection.execute(
        "create temporary table changed_payments on commit drop as"
        " select ctid as place, landed.* from landing.production__ac82 as landed"
        f" where {_DRAWN} %% %s = 0 and _valid_to is null",
        (one_in,),
    )
    connection.execute(
        "update landing.production__ac82 as landed set _valid_to = %s from changed_payments as changed"
        " where landed.ctid = changed.place",
        (MONTH,),
    )
    columns = ", ".join(column.landed for column in TABLES["AC82"].columns)
    connection.execute(
        "update changed_payments set aae019 = (aae019::numeric + 1)::text, aae036 = '20240731'"
    )
    payments = connection.execute(
        f"insert into landing.production__ac82 ({columns}, _file_id, _row, _valid_from)"
        f" select {columns}, %s, _row, %s from changed_payments",
        (f"{MONTH}-{sequence}-AC82", MONTH),
    ).rowcount
    connection.commit()
    connection.execute("analyze landing.production__ac82")
    return contributions + payments


def land_register(connection: psycopg.Connection, *, persons: int, one_in: int) -> int:
    """Land the persons alone, and deaths of one in so many of them; return how many deaths there are."""
    land_rows(connection, {"AC01": ROWS["AC01"]}, persons=persons)
    return _land_deaths(connection, persons=persons, one_in=one_in)


def _land_deaths(connection: psycopg.Connection, *, persons: int, one_in: int) -> int:
    deaths = connection.execute(_DEATHS.format(persons=persons, one_in=one_in)).rowcount
    connection.execute(
        "insert into ops.files (file_id, feed, format, division, month, sequence, name, state, rows_loaded)"
        " values ('deaths', 'civil_registry', 'police-fixed/1', '230600', %s, 1, 'deaths', 'loaded', %s)",
        (MONTH, deaths),
    )
    connection.execute("analyze")
    return deaths


def write_parameters(site: Path) -> None:
    """Give a benchmark's site the limits, wages, rates, ages and mortality of the example site."""
    example = files("fundwatch").joinpath("example_site")
    for name in (
        "average_wages",
        "contribution_limits",
        "contribution_rates",
        "retirement_ages",
        "mortality",
    ):
        with (
            example.joinpath(f"{name}.csv").open("rb") as source,
            (site / f"{name}.csv").open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
    with (site / "divisions.csv").open("a", encoding="utf-8") as handle:
        handle.write("230000,省,Province,province,\n")
