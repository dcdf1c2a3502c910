"""Which values of a coded column are codes: the standard codes, the site's map, the code table AA10.

A value that is a standard code means itself; otherwise the site's ``code_map.csv`` decides; otherwise a value
that AA10 lists for its column means itself. Anything else is no code: never guessed, never folded.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import psycopg

from expectations.site_parameters import SiteParameters
from expectations.sql import cleaned
from fundwatch.catalogue import Table

CODES = "quality.measuring_codes"

# Coded only at a site whose AA10 or code map has the class: the catalogue leaves their values to the site.
SITE_CODED = frozenset({"AAB019", "AAB020", "AAB022", "AAC009", "AAC058"})
# Mapped like codes, but not in the code match rate: yes or no.
YES_NO = frozenset({"AAC063", "AAE078"})

_FROM_AA10 = f"""
insert into {{relation}} (class, raw, standard, source)
select distinct {cleaned("aaa100", is_folded=True)}, {cleaned("aaa102", is_folded=True)},
    {cleaned("aaa102", is_folded=True)}, 'code table'
from landing.production__aa10
where _valid_from <= %(month)s and (_valid_to is null or %(month)s < _valid_to)
    and {cleaned("aaa100", is_folded=True)} is not null
    and {cleaned("aaa102", is_folded=True)} is not null
on conflict (class, raw) do nothing
"""


@cache
def standard_codes() -> Mapping[str, tuple[str, ...]]:
    """Return the standard codes by class, from the seed the ledgers use: ``standard_codes.csv``."""
    seed = files("dbt_project") / "seeds" / "standard_codes.csv"
    codes: dict[str, list[str]] = {}
    with seed.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            codes.setdefault(row["class"], []).append(row["code"])
    return {name: tuple(values) for name, values in codes.items()}


def prepare_codes(
    connection: psycopg.Connection, *, site: SiteParameters, month: str, relation: str = CODES
) -> None:
    """Fill ``quality.measuring_codes``, or a temporary relation: the standard code of every value of a class.

    Shape: one row per class and value (cleaned), with the standard code and its source.
    Again: the relation is replaced.
    """
    connection.execute(f"drop table if exists {relation}")
    kind = "unlogged" if relation == CODES else "temporary"
    connection.execute(
        f"create {kind} table {relation} (class text, raw text, standard text not null,"
        " source text not null, primary key (class, raw))"
    )
    standard = [(name, code, code, "standard") for name, codes in standard_codes().items() for code in codes]
    mapped = [(name, raw, code, "code map") for (name, raw), code in site.code_map(month).items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {relation} values (%s, %s, %s, %s) on conflict (class, raw) do nothing",
            standard + mapped,
        )
    connection.execute(_FROM_AA10.format(relation=relation), {"month": month})
    # As vendors with numeric columns write it in a text: 1.0 is 1.
    connection.execute(
        f"insert into {relation} select class, raw || '.0', standard, source from {relation}"
        " on conflict (class, raw) do nothing"
    )
    connection.execute(f"analyze {relation}")


def coded_columns(connection: psycopg.Connection, table: Table, *, relation: str = CODES) -> list[str]:
    """List the columns of ``table`` whose cells count in the code match rate, at this site."""
    rows = connection.execute(f"select class from {relation} where source <> 'standard'")
    coded_here = SITE_CODED & {name for (name,) in rows}
    coded = (standard_codes().keys() - SITE_CODED - YES_NO) | coded_here
    return [column.name for column in table.columns if column.name in coded]


def accepted_values(connection: psycopg.Connection, name: str) -> list[str]:
    """List the values that are codes of a class, as they are written at this site."""
    rows = connection.execute(f"select raw from {CODES} where class = %s order by raw", (name,))
    return [raw for (raw,) in rows]
