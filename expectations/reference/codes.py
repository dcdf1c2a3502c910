"""Which values of a coded column are codes: the standard codes, the site's map, the code table AA10.

A value that is a standard code stands for itself; else the site's ``code_map.csv`` decides; else a value
that AA10 lists for its column stands for itself. Anything else is no code: never guessed, never folded.
"""

from __future__ import annotations

import csv
from pathlib import Path

import psycopg

from expectations.site_parameters import SiteParameters
from expectations.sql import cleaned
from fundwatch.catalogue import Table

CODES = "quality.measuring_codes"

_SEED = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "standard_codes.csv"
# Coded only at a site whose AA10 or code map has the class: the catalogue leaves their values to the site.
_SITE_CLASSES = ("AAB019", "AAB020", "AAB022", "AAC009", "AAC058")
# Mapped like codes, but no coded cells of the match rate.
_FLAG_CLASSES = ("AAE078",)
_NOT_JUDGED = ("AAC063",)


def _seed() -> dict[str, tuple[str, ...]]:
    """Return class -> codes, as the ledgers use them."""
    codes: dict[str, tuple[str, ...]] = {}
    with _SEED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            codes[row["class"]] = (*codes.get(row["class"], ()), row["code"])
    return codes


_CODES = _seed()
SITE_CODES = {name: _CODES.get(name, ()) for name in _SITE_CLASSES}
FLAGS = {name: _CODES[name] for name in _FLAG_CLASSES}
STANDARD_CODES = {
    name: codes
    for name, codes in _CODES.items()
    if name not in (*_SITE_CLASSES, *_FLAG_CLASSES, *_NOT_JUDGED)
}

_FROM_AA10 = f"""
insert into {CODES} (class, raw, standard, source)
select distinct {cleaned("aaa100", is_folded=True)}, {cleaned("aaa102", is_folded=True)},
    {cleaned("aaa102", is_folded=True)}, 'code table'
from landing.production__aa10
where _valid_from <= %(month)s and (_valid_to is null or %(month)s < _valid_to)
    and {cleaned("aaa100", is_folded=True)} is not null
    and {cleaned("aaa102", is_folded=True)} is not null
on conflict (class, raw) do nothing
"""


def prepare_codes(connection: psycopg.Connection, *, site: SiteParameters, month: str) -> None:
    """Fill ``quality.measuring_codes``: what each present value of a class stands for.

    Shape: one row per class and value (cleaned), with the standard code and who says so.
    Again: what was made before is replaced.
    """
    connection.execute(f"drop table if exists {CODES}")
    connection.execute(
        f"create unlogged table {CODES} (class text, raw text, standard text not null,"
        " source text not null, primary key (class, raw))"
    )
    known = {**STANDARD_CODES, **SITE_CODES, **FLAGS}
    standard = [(name, code, code, "standard") for name, codes in known.items() for code in codes]
    mapped = [(name, raw, code, "code map") for (name, raw), code in site.code_map(month).items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {CODES} values (%s, %s, %s, %s) on conflict (class, raw) do nothing",
            standard + mapped,
        )
    connection.execute(_FROM_AA10, {"month": month})
    connection.execute(f"analyze {CODES}")


def coded_columns(connection: psycopg.Connection, table: Table) -> list[str]:
    """List the columns of ``table`` whose cells count in the code match rate, at this site."""
    named = {name for (name,) in connection.execute(f"select class from {CODES} where source <> 'standard'")}
    return [
        column.name
        for column in table.columns
        if column.name in STANDARD_CODES or (column.name in SITE_CODES and column.name in named)
    ]


def accepted_values(connection: psycopg.Connection, name: str) -> list[str]:
    """List the values that are codes of a class, as they are written at this site."""
    rows = connection.execute(f"select raw from {CODES} where class = %s order by raw", (name,))
    return [raw for (raw,) in rows]
