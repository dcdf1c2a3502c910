"""What other tables say about a row: its person, its employer, its enrolment, and the site's parameters.

Small relations in schema ``quality``, made for one measurement and dropped after it. Each holds the version
of a key that counts: the latest ``AAE036``, then the last landed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import psycopg

from expectations.codes import CODES
from expectations.site import Row, Site, month_of, number
from expectations.sql import FENCE, landed, real_date
from fundwatch.catalogue import TABLES

PERSONS = "quality.measuring_persons"
EMPLOYERS = "quality.measuring_employers"
BASE_METHODS = "quality.measuring_base_methods"
ENROLMENTS = "quality.measuring_enrolments"
ENROLMENTS_BY_EMPLOYER = "quality.measuring_enrolments_by_employer"
ENROLMENTS_BY_PERSON = "quality.measuring_enrolments_by_person"
DIVISIONS = "quality.measuring_divisions"
LIMITS = "quality.measuring_limits"
RATES = "quality.measuring_rates"

# Where a value of AAB301 is counted: its county, or null for the city row alone.
_COUNTY = "case when division.level = 'county' then division.division end"


def prepare_facts(connection: psycopg.Connection, *, site: Site, month: str) -> None:
    """Make every relation this module names, for the batch of ``month``."""
    _make_divisions(connection, site)
    relations = (
        (PERSONS, latest("AC01", ("AAC001",), _PERSON, month)),
        (EMPLOYERS, latest("AB01", ("AAB001",), _EMPLOYER, month)),
        (BASE_METHODS, latest("AB02", ("AAB001", "AAE140"), _BASE_METHOD, month)),
        (ENROLMENTS, latest("AC02", ("AAZ159",), _ENROLMENT, month)),
        (ENROLMENTS_BY_EMPLOYER, _preferred("aac001, scheme, employer", _LAST_BEGUN)),
        (ENROLMENTS_BY_PERSON, _preferred("aac001, scheme", f"is_active desc nulls last, {_LAST_BEGUN}")),
    )
    make_relations(connection, relations)
    _make_parameters(connection, site=site, month=month)


def make_relations(connection: psycopg.Connection, relations: Iterable[tuple[str, str]]) -> None:
    """Make each relation from its query, in order."""
    for relation, query in relations:
        connection.execute(f"create unlogged table {relation} as {query}")
        connection.execute(f"analyze {relation}")


_PERSON = f"""
    aac001, aab301 is not null as has_division, {_COUNTY} as county, {real_date("aac006")} as born_on
"""
_EMPLOYER = f"""
    aab001, aab301 is not null as has_division, {_COUNTY} as county, aaa149_code.standard as risk_class
"""
_BASE_METHOD = """
    aab001, aae140_code.standard as scheme,
    case when aab033 is not null then coalesce(aab033_code.standard, 'no code') end as base_method
"""
_ENROLMENT = f"""
    aac001, aae140_code.standard as scheme, coalesce(aab001, '') as employer,
    aac008_code.standard = '1' as is_active, aac066_code.standard as identity,
    {real_date("aac030")} as began_on, coalesce(aaz159, '') as enrolment,
    coalesce(division.division, aab301) as division
"""


# Among the versions of a key, the one that counts comes first.
LAST_HANDLED = "regexp_replace(coalesce(aae036, ''), '[^0-9]', '', 'g') collate \"C\" desc, _row desc"
_LAST_BEGUN = 'began_on desc nulls last, enrolment collate "C" desc'


def _preferred(key: str, order: str) -> str:
    """Return the query of the enrolment a contribution belongs to, one per ``key``."""
    return (
        f"select distinct on ({key}) aac001, scheme, employer, identity, division from {ENROLMENTS}\n"
        f"where aac001 is not null and scheme is not null order by {key}, {order}"
    )


def joined_codes(columns: tuple[str, ...]) -> str:
    """Return the joins that give ``<column>_code.standard`` for coded columns of relation ``cells``."""
    return "\n".join(
        f"left join {CODES} as {name}_code on {name}_code.class = '{name.upper()}'"
        f" and {name}_code.raw = cells.{name}"
        for name in (column.lower() for column in columns)
    )


JOINED_DIVISION = f"left join {DIVISIONS} as division on division.written = cells.aab301"
_CODES_OF = {
    "AB01": ("AAA149",),
    "AB02": ("AAE140", "AAB033"),
    "AC02": ("AAE140", "AAC008", "AAC066"),
    "AC60": ("AAE140",),
}


def current(month: str) -> str:
    """Return the condition under which a landed row is current in the batch of ``month``."""
    return f"_valid_from <= '{month}' and (_valid_to is null or '{month}' < _valid_to)"


def cells(table: str, columns: list[str], month: str) -> str:
    """Return the subquery of a table's current rows, its cells cleaned; a fence keeps them computed once."""
    chosen = TABLES[table]
    expressions = ",\n    ".join(f"{landed(chosen.column(name))} as {name.lower()}" for name in columns)
    source = f"from {chosen.landing}\nwhere {current(month)}\n{FENCE}"
    return f"(select\n    _file_id, _row,\n    {expressions}\n{source})"


def latest(table: str, key: tuple[str, ...], columns: str, month: str) -> str:
    """Return the query of the version that counts of every key, the key's codes mapped."""
    needed = [column.name for column in TABLES[table].columns if not column.name.startswith("Y")]
    codes = _CODES_OF.get(table, ())
    parts = [f"{name.lower()}_code.standard" if name in codes else name.lower() for name in key]
    division = JOINED_DIVISION if TABLES[table].has_division else ""
    return (
        f"select distinct on ({', '.join(parts)}) {columns}\n"
        f"from {cells(table, needed, month)} as cells\n{joined_codes(codes)}\n{division}\n"
        f"order by {', '.join(parts)}, {LAST_HANDLED}"
    )


def _make_divisions(connection: psycopg.Connection, site: Site) -> None:
    """List every value of AAB301 that is, or maps to, a division of the site."""
    connection.execute(
        f"create unlogged table {DIVISIONS} (written text primary key, division text, level text)"
    )
    levels = {row["division"]: row["level"] for row in site.tables["divisions"] if row["division"]}
    mapped = connection.execute(f"select raw, standard from {CODES} where class = 'AAB301'").fetchall()
    known = {division: division for division in levels}
    known |= {raw: division for raw, division in mapped if division in levels and raw not in levels}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {DIVISIONS} values (%s, %s, %s)",
            [(written, division, levels[division]) for written, division in known.items()],
        )
    connection.execute(f"analyze {DIVISIONS}")


def _make_parameters(connection: psycopg.Connection, *, site: Site, month: str) -> None:
    """Look up limits and rates once for every division, scheme, identity, risk class and month in use."""
    connection.execute(
        f"create unlogged table {LIMITS} (division text, scheme text, identity text, for_month integer,"
        " floor numeric, cap numeric, is_published boolean, last_floor numeric, last_cap numeric)"
    )
    connection.execute(
        f"create unlogged table {RATES} (division text, scheme text, identity text, risk_class text,"
        " for_month integer, employer_rate numeric, person_rate numeric)"
    )
    places = connection.execute(
        f"select distinct division, scheme, identity from {ENROLMENTS} where scheme not in ('170', '390')"
    ).fetchall()
    risks = [risk for (risk,) in connection.execute(f"select distinct risk_class from {EMPLOYERS}")]
    months = _months_in_use(connection, month)
    with connection.cursor().copy(f"copy {LIMITS} from stdin") as copy:
        for place in places:
            for at in months if place[1] in ("110", "120") else ():
                copy.write_row((*_keys(place), _serial(at), *_limits(site, *place, at)))
    with connection.cursor().copy(f"copy {RATES} from stdin") as copy:
        for place in places:
            for risk_class in {None, *risks} if place[1] == "410" else {None}:
                for at in months:
                    rates = _rates(site, *place, risk_class, at)
                    copy.write_row((*_keys((*place, risk_class)), _serial(at), *rates))
    for relation in (LIMITS, RATES):
        connection.execute(f"analyze {relation}")


def _months_in_use(connection: psycopg.Connection, month: str) -> list[str]:
    """List the real months contributions of the batch are paid for."""
    rows = connection.execute(f"select distinct aae003 from {TABLES['AC43'].landing} where {current(month)}")
    found = {month_of(text.strip(" \u3000")) for (text,) in rows if text}
    return sorted(at for at in found if at and not at.startswith("0000"))


def _limits(site: Site, division: str | None, scheme: str, identity: str | None, at: str) -> tuple:
    """Return floor, cap, whether the year's average was out, and the limits of the wage year before."""
    row = site.look_up("contribution_limits", division=division, month=at, scheme=scheme, identity=identity)
    if row is None:
        return (None,) * 5
    year = row["wage_year"]
    wage = _wage(site, division, year, row["wage_kind"])
    before = _wage(site, division, str(int(year) - 1), row["wage_kind"]) if year and year.isdigit() else None
    floor = _published(row["floor"], row["floor_ratio"], wage)
    cap = _published(row["cap"], row["cap_ratio"], wage)
    out_in = month_of(wage["published_month"]) if wage else None
    is_published = None if out_in is None else at >= out_in
    return (
        floor, cap, is_published,
        _published(None, row["floor_ratio"], before), _published(None, row["cap_ratio"], before),
    )  # fmt: skip


def _wage(site: Site, division: str | None, year: str | None, kind: str | None) -> Row | None:
    if year is None:
        return None
    return site.look_up("average_wages", division=division, year=year, wage_kind=kind)


def _published(value: str | None, ratio: str | None, wage: Row | None) -> Decimal | None:
    """Return the published amount, else ratio x average wage, else None."""
    if number(value) is not None:
        return number(value)
    monthly, times = number(wage["monthly_wage"]) if wage else None, number(ratio)
    return None if monthly is None or times is None else monthly * times


def _rates(
    site: Site, division: str | None, scheme: str | None, identity: str | None, risk: str | None, at: str
) -> tuple[Decimal | None, Decimal | None]:
    row = site.look_up(
        "contribution_rates",
        division=division,
        month=at,
        scheme=scheme,
        identity=identity,
        risk_class=risk,
    )
    return (None, None) if row is None else (number(row["employer_rate"]), number(row["person_rate"]))


def _keys(parts: tuple[str | None, ...]) -> tuple[str, ...]:
    """Write a missing key as the empty text, so that it joins like any other value."""
    return tuple(part or "" for part in parts)


def _serial(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
