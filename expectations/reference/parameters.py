"""The site's parameters as relations: divisions as they are written, limits and rates of contributions.

Small: built only for the divisions, schemes, identities, risk classes and months in use.
"""

from __future__ import annotations

from decimal import Decimal

import psycopg

from expectations.reference.codes import CODES
from expectations.reference.facts import DIVISIONS, EMPLOYERS, ENROLMENTS, LIMITS, MONTHS, RATES
from expectations.site_parameters import Row, SiteParameters, clean, month_of, number
from fundwatch.catalogue import TABLES
from fundwatch.months import add_months

# What the rows of one year of limits share.
_YEAR = ("division", "scheme", "identity", "wage_year")
# Floor, cap, whether the average wage was published, and last year's floor and cap.
_Limits = tuple[Decimal | None, Decimal | None, bool | None, Decimal | None, Decimal | None]


def build_divisions(connection: psycopg.Connection, site: SiteParameters) -> None:
    """List every value of AAB301 that is, or maps to, a division of the site.

    Again: the relation is replaced.
    """
    connection.execute(f"drop table if exists {DIVISIONS}")
    connection.execute(
        f"create unlogged table {DIVISIONS} (written text primary key, division text, level text)"
    )
    levels = {row["division"]: row["level"] for row in site.tables["divisions"] if row["division"]}
    mapped = connection.execute(f"select raw, standard from {CODES} where class = 'AAB301'").fetchall()
    written_as = {division: division for division in levels}
    written_as |= {raw: division for raw, division in mapped if division in levels and raw not in levels}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {DIVISIONS} values (%s, %s, %s)",
            [(written, division, levels[division]) for written, division in written_as.items()],
        )
    connection.execute(f"analyze {DIVISIONS}")


def build_parameters(connection: psycopg.Connection, *, site: SiteParameters) -> None:
    """Look up limits and rates once for every division, scheme, identity, risk class and month in use.

    Again: both relations are replaced. ``record_months`` lists the months in use.
    """
    connection.execute(
        f"drop table if exists {LIMITS}, {RATES};"
        f"create unlogged table {LIMITS} (division text, scheme text, identity text, for_month integer,"
        " floor numeric, cap numeric, is_published boolean, last_floor numeric, last_cap numeric);"
        f"create unlogged table {RATES} (division text, scheme text, identity text, risk_class text,"
        " for_month integer, employer_rate numeric, person_rate numeric)"
    )
    places = connection.execute(
        f"select distinct division, scheme, identity from {ENROLMENTS} where scheme not in ('170', '390')"
    ).fetchall()
    risks = [risk for (risk,) in connection.execute(f"select distinct risk_class from {EMPLOYERS}")]
    months = [month for (month,) in connection.execute(f"select month from {MONTHS} order by month")]
    with connection.cursor().copy(f"copy {LIMITS} from stdin") as copy:
        for division, scheme, identity in places:
            for at in months if scheme in ("110", "120") else ():
                limits = _limits(site, division, scheme, identity, at)
                copy.write_row((*_keys(division, scheme, identity), _serial(at), *limits))
    with connection.cursor().copy(f"copy {RATES} from stdin") as copy:
        for division, scheme, identity in places:
            for risk_class in {None, *risks} if scheme == "410" else {None}:
                for at in months:
                    rates = _rates(site, division, scheme, identity, risk_class, at)
                    keys = _keys(division, scheme, identity, risk_class)
                    copy.write_row((*keys, _serial(at), *rates))
    for relation in (LIMITS, RATES):
        connection.execute(f"analyze {relation}")


def record_months(connection: psycopg.Connection, *, rows: str) -> int:
    """Record the real months that landed contributions are paid for; return how many are new.

    ``rows`` is the SQL condition of the landed rows to read.
    """
    connection.execute(f"create unlogged table if not exists {MONTHS} (month text primary key)")
    texts = connection.execute(f"select distinct aae003 from {TABLES['AC43'].landing} where {rows}")
    months = {month for (text,) in texts if text and (month := month_of(clean(text)))}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {MONTHS} values (%s) on conflict do nothing",
            [(month,) for month in sorted(months) if not month.startswith("0000")],
        )
        return max(cursor.rowcount, 0)


def _limits(
    site: SiteParameters, division: str | None, scheme: str, identity: str | None, at: str
) -> _Limits:
    """Return floor, cap, whether the year's average was published, and last year's limits."""
    row = site.look_up("contribution_limits", division=division, month=at, scheme=scheme, identity=identity)
    if row is None:
        return (None, None, None, None, None)
    wage = _wage(site, division, row["wage_year"], row["wage_kind"])
    former = _last_years(site, row, division=division, scheme=scheme, identity=identity)
    former_wage = _wage(site, division, former["wage_year"], former["wage_kind"])
    out_in = month_of(wage["published_month"]) if wage else None
    is_published = None if out_in is None else at >= out_in
    return (
        _published(row["floor"], row["floor_ratio"], wage), _published(row["cap"], row["cap_ratio"], wage),
        is_published,
        _published(former["floor"], former["floor_ratio"], former_wage),
        _published(former["cap"], former["cap_ratio"], former_wage),
    )  # fmt: skip


def _last_years(
    site: SiteParameters, row: Row, *, division: str | None, scheme: str, identity: str | None
) -> Row:
    """Return the row in force in the month before a row's year began, else its ratios a wage year before.

    Several rows of one wage year are one year.
    """
    year = row["wage_year"]
    months = [
        month_of(other["valid_from"])
        for other in site.tables["contribution_limits"]
        if other is row or (year and all(other[key] == row[key] for key in _YEAR))
    ]
    began = min(filter(None, months), default=None)
    former = began and site.look_up(
        "contribution_limits",
        division=division,
        month=add_months(began, -1),
        scheme=scheme,
        identity=identity,
    )
    if former and former["wage_year"]:
        return former
    before = {"wage_year": str(int(year) - 1) if year and year.isdigit() else None}
    if former:
        return {**former, **before, "wage_kind": row["wage_kind"]}
    return {**row, **before, "floor": None, "cap": None}


def _wage(site: SiteParameters, division: str | None, year: str | None, kind: str | None) -> Row | None:
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
    site: SiteParameters,
    division: str | None,
    scheme: str | None,
    identity: str | None,
    risk: str | None,
    at: str,
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


def _keys(*parts: str | None) -> tuple[str, ...]:
    """Write a missing key as the empty text, so that it joins like any other value."""
    return tuple(part or "" for part in parts)


def _serial(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
