"""How far deaths are received: persons matched against deaths expected, by month of death and division."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg

from fundwatch.months import add_months, last_day

_MONTHS = 12


@dataclass(frozen=True)
class Coverage:
    """Deaths received and expected of a month of death; no expected ones where the site has no mortality.

    ``division`` is a county, the city, or empty for persons of no division, whom the city counts too.
    """

    death_month: str
    division: str
    received: int
    expected: Decimal | None


def coverage_of(
    connection: psycopg.Connection, *, month: str, site_version: str
) -> tuple[tuple[Coverage, ...], int]:
    """Return the coverage of the month and the eleven before, and how many insured persons have no rate.

    Source: crosschecks.deaths_received; statistical_ledger.insured_persons and AC01 in the batch of the
            month; the site's mortality.csv (above its highest age counts the rate of that age).
    Shape:  a row per month of death and division, the latest month first and the city last of each; none
            where the month was checked by an earlier version.
    """
    wanted = {"month": month, "version": site_version, "as_of": last_day(month)}
    ((known,),) = connection.execute("select to_regclass('crosschecks.deaths_received') is not null")
    if not known:
        return (), 0
    received: dict[tuple[str, str], int] = {
        (death_month, division): count
        for death_month, division, count in connection.execute(_RECEIVED, wanted)
    }
    places = [division for (division,) in connection.execute(_PLACES, wanted)]
    city = places.pop() if places else ""
    ((has_rates,),) = connection.execute(_HAS_RATES, wanted)
    expected: dict[str, Decimal] = {}
    unrated = 0
    for division, deaths, persons in connection.execute(_EXPECTED, wanted):
        expected[city if division is None else division] = deaths
        unrated = persons if division is None else unrated
    divisions = [*places, *sorted({division for _, division in received} - {*places, city})]
    rows = []
    for death_month in (add_months(month, -back) for back in range(_MONTHS)):
        for division in divisions:
            count = received.get((death_month, division), 0)
            if division or count:
                rows.append(_row(death_month, division, count, expected, has_rates=has_rates))
        # A person has one division in AC01: the city is the sum.
        whole = sum(count for (died, _), count in received.items() if died == death_month)
        rows.append(_row(death_month, city, whole, expected, has_rates=has_rates))
    return tuple(rows), unrated if has_rates else 0


def _row(
    death_month: str, division: str, received: int, expected: dict[str, Decimal], *, has_rates: bool
) -> Coverage:
    known = expected.get(division, Decimal(0)) if has_rates and division else None
    return Coverage(death_month, division, received, known)


_RECEIVED = """
select death_month, division, received_count from crosschecks.deaths_received where month = %(month)s
"""
_PLACES = """
select division from site.divisions
where _site_version = %(version)s and level in ('county', 'city') order by level = 'city', _row
"""
_HAS_RATES = "select exists (select from site.mortality where _site_version = %(version)s)"
# Each insured person with the rate of sex and completed age: by division, and once for the city (null).
_EXPECTED = """
with insured as (
    select person_id, division from statistical_ledger.insured_persons
    where is_in_all and division is not null
        and valid_from_batch <= %(month)s and (valid_to_batch is null or valid_to_batch > %(month)s)
    group by person_id, division
),
aged as (
    select person_id, sex,
        (to_char(%(as_of)s::date, 'YYYYMMDD')::int - to_char(birth_on, 'YYYYMMDD')::int) / 10000 as age
    from business_ledger.persons
    where valid_from_batch <= %(month)s and (valid_to_batch is null or valid_to_batch > %(month)s)
        and birth_on <= %(as_of)s
),
rates as (
    select btrim(sex) as sex, btrim(age)::int as age, btrim(annual_rate)::numeric as rate
    from site.mortality where _site_version = %(version)s
),
oldest as (select sex, max(age) as age from rates group by sex),
rated as (
    select insured.person_id, insured.division, rates.rate
    from insured
    left join aged on insured.person_id = aged.person_id
    left join oldest on aged.sex = oldest.sex
    left join rates on aged.sex = rates.sex and rates.age = least(aged.age, oldest.age)
),
persons as (select person_id, max(rate) as rate from rated group by person_id)
select division, round(coalesce(sum(rate), 0) / 12, 6), count(*) filter (where rate is null)
from rated group by division
union all
select null, round(coalesce(sum(rate), 0) / 12, 6), count(*) filter (where rate is null) from persons
"""
