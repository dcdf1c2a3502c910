"""The production tables: columns in the order and upper case of the catalogue, and their types."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

_COMMON = "AAE036 AAE011 YAE016 YAE013"
_SPEC = {
    "AA10": "AAA100 AAA102 AAA103 AAE011 YAE016 YAE013",
    "AB01": f"AAB001 AAB004 AAB030 AAB019 AAB020 AAB022 AAA149 AAB301 {_COMMON}",
    "AB02": f"AAB001 AAE140 AAB051 AAB033 {_COMMON}",
    "AB07": "AAB001 AAE140 AAE003 AAE002 AAB119:number AAB120:money AAE020:money AAE080:money "
    f"AAE078:number AAB191 {_COMMON}",
    "AC01": f"AAC001 AAC002 AAC003 AAC004 AAC006 AAC007 AAC009 AAC013 AAC058 AAC060 AAE138 AAB301 {_COMMON}",
    "AC02": f"AAZ159:number AAC001 AAE140 AAB001 AAC008 AAC066 AAC030 AAC049 AAB301 {_COMMON}",
    "AC43": "AAZ223:number AAC001 AAB001 AAE140 AAE002 AAE003 AAE041 AAE042 AAA115 AAC040:money "
    "AAE180:money AAE020:money AAE022:money AAE080:money AAE082:money AAE078:number AAB191 "
    f"{_COMMON}",
    "AC50": f"AAC001 AAE140 AAE240:money AAE201:number {_COMMON}",
    "AC60": "AAZ257:number AAC001 AAE140 AIC161 AIC162 AAE210 AAE211 AAE116 AAC063 AAE009 AAE010 "
    f"AAB301 {_COMMON}",
    "AC61": f"AAZ257:number AAA036 AAE041 AAE042 AAE019:money {_COMMON}",
    "AC82": "AAZ220:number AAZ257:number AAC001 AAE140 AAE002 AAE003 AAE019:money AAE010 AAE145 "
    f"AAE117:number AAE357 {_COMMON}",
    "AC83": f"AAZ220:number AAA036 AAE019:money {_COMMON}",
    "YC01": f"AAC001 AAE140 AAE041 AAE042 AAE019:money AAE058:money {_COMMON}",
    "YC02": f"AAC001 AAE140 YAE001 AAE003 YAB301 AAE019:money {_COMMON}",
}
_TYPES: dict[str, Callable[[], sa.types.TypeEngine]] = {
    "number": sa.BigInteger,
    "money": lambda: sa.Numeric(16, 2),
    "": sa.Text,
}
NAMES = tuple(_SPEC)


def columns_of(table: str) -> tuple[str, ...]:
    """Return the column names of a table, in order."""
    return tuple(item.partition(":")[0] for item in _SPEC[table].split())


def money_columns(table: str) -> frozenset[str]:
    """Return the columns of a table that hold amounts (kept as cents until they are written)."""
    return frozenset(item.partition(":")[0] for item in _SPEC[table].split() if item.endswith(":money"))


def define(metadata: sa.MetaData, *, lower: bool = False) -> dict[str, sa.Table]:
    """Define all tables, without keys: a production database can repeat them, and so can this one.

    ``lower`` leaves the case of names to the database (PostgreSQL folds to lower, Oracle to upper).
    """

    def named(name: str) -> str:
        return name.lower() if lower else name

    return {
        table: sa.Table(
            named(table),
            metadata,
            *(
                sa.Column(named(name), _TYPES[kind](), nullable=True)
                for name, _, kind in (item.partition(":") for item in spec.split())
            ),
        )
        for table, spec in _SPEC.items()
    }
