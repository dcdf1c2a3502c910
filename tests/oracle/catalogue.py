"""The production tables of the specification: keys, required columns, and what each column holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableSpec:
    """One production table: ``key`` and ``required`` (bold) columns, then the others."""

    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: tuple[str, ...]


def _table(key: str, required: str, others: str = "") -> TableSpec:
    bold = tuple(required.split())
    return TableSpec(tuple(key.split()), bold, (*bold, *others.split(), "AAE011", "YAE016", "AAE036"))


TABLES = {
    "AA10": _table("AAA100 AAA102", "AAA100 AAA102 AAA103"),
    "AB01": _table("AAB001", "AAB001 AAB004 AAB030 AAB019 AAB301", "AAB020 AAB022 AAA149"),
    "AB02": _table("AAB001 AAE140", "AAB001 AAE140 AAB051 AAB033"),
    "AB07": _table(
        "AAB001 AAE140 AAE003",
        "AAB001 AAE140 AAE003 AAE002 AAB119 AAB120 AAE020 AAE080 AAE078",
        "AAB191",
    ),
    "AC01": _table(
        "AAC001",
        "AAC001 AAC002 AAC003 AAC004 AAC006 AAC058 AAC060 AAB301",
        "AAC007 AAC009 AAC013 AAE138",
    ),
    "AC02": _table("AAZ159", "AAZ159 AAC001 AAE140 AAC008 AAC066 AAC030 AAC049 AAB301", "AAB001"),
    "AC43": _table(
        "AAZ223",
        "AAZ223 AAC001 AAE140 AAE002 AAE003 AAA115 AAC040 AAE180 AAE020 AAE022 AAE080 AAE082 AAE078",
        "AAB001 AAE041 AAE042 AAB191",
    ),
    "AC50": _table("AAC001 AAE140", "AAC001 AAE140 AAE240", "AAE201"),
    "AC60": _table(
        "AAZ257",
        "AAZ257 AAC001 AAE140 AIC161 AIC162 AAE210 AAE116 AAE009 AAE010 AAB301",
        "AAE211 AAC063",
    ),
    "AC61": _table("AAZ257 AAA036 AAE041", "AAZ257 AAA036 AAE041 AAE019", "AAE042"),
    "AC82": _table(
        "AAZ220",
        "AAZ220 AAZ257 AAC001 AAE140 AAE002 AAE003 AAE019 AAE010 AAE145 AAE117",
        "AAE357",
    ),
    "AC83": _table("AAZ220 AAA036", "AAZ220 AAA036 AAE019"),
    "YC01": _table("AAC001 AAE140 AAE041", "AAC001 AAE140 AAE041 AAE042 AAE019", "AAE058"),
    "YC02": _table("AAC001 AAE140 YAE001 AAE003", "AAC001 AAE140 YAE001 AAE003 YAB301 AAE019"),
}

STANDARD_CODES = {
    column: frozenset(values.split())
    for column, values in {
        "AAE140": "110 120 170 210 310 390 410 510",
        "AAA149": "1 2 3 4 5 6 7 8",
        "AAB051": "1 2 3",
        "AAB033": "01 02",
        "AAC004": "1 2 9",
        "AAC013": "1 2",
        "AAC060": "1 2 3",
        "AAC008": "1 2 4",
        "AAC066": "11 12 13",
        "AAA115": "10 31 32",
        "AIC161": "01 02 03 11 21 41 51",
        "AAE116": "1 2 3",
        "AAA036": "101 102 103 201 301 401 501 502 503",
        "AAE145": "1 2 9",
        "AAE117": "1 0 2",
        "YAE001": "in out",
    }.items()
}
"""Columns whose values the page lists; coded whatever the code table of the site says."""

SITE_CODED = {
    "AAB019": frozenset(),
    "AAB020": frozenset(),
    "AAB022": frozenset(),
    "AAC009": frozenset(),
    "AAC058": frozenset({"01"}),
}
"""Code columns with an open list: coded only where AA10 or the code map names their class."""

FLAGS = {"AAE078": frozenset({"0", "1"})}
"""Flags map like codes but are no coded cells."""

NAMES = frozenset({"AAB004", "AAC003", "AAE009", "AAA103", "AAE357"})
DATES = frozenset({"AAC006", "AAC007", "AAC030", "AIC162", "AAE138", "AAB191", "AAE036"})
MONTHS = frozenset({"AAE002", "AAE003", "AAC049", "AAE041", "AAE042", "AAE210", "AAE211"})
AMOUNTS = frozenset(
    {
        "AAB119", "AAB120", "AAE020", "AAE022", "AAE080", "AAE082", "AAC040", "AAE180",
        "AAE240", "AAE019", "AAE058", "AAE201",
    }
)  # fmt: skip
TYPED = DATES | MONTHS | AMOUNTS
"""Columns of numbers and dates: of their characters only spaces around them are taken away."""

PLACEHOLDER_COLUMNS = (
    frozenset({"AAB004", "AAC003", "AAE009", "AAE010"})
    | frozenset({"AAB001", "AAB030", "AAC001", "AAC002", "AAZ159", "AAZ223", "AAZ257", "AAZ220"})
    | (DATES - {"AAE036"})
    | MONTHS
)
"""Placeholders apply to names, ids, accounts and dates (months too), never to codes and amounts."""
