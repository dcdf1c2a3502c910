"""The facts of a row from other tables: its person, its employer, its enrolment.

Small relations in schema ``quality``, cached with the prepared ones (``expectations.reference.lookups``
builds and refreshes them). Each holds the current version of a key: the latest ``AAE036``, then the last
landed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from expectations.reference.codes import CODES
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
MONTHS = "quality.measuring_months"

# The county a value of AAB301 is counted in; null for the city row alone.
_COUNTY = "case when division.level = 'county' then division.division end"


@dataclass(frozen=True)
class Fact:
    """A lookup relation of rows of other tables.

    ``source`` is the production table it is built from, or the relation of an earlier fact. ``column`` is the
    column it is looked up by, of the same name in the rows that look it up; ``key`` is the column of the
    source it comes from. ``query`` takes a month and the SQL condition of the source's rows to build from.
    """

    relation: str
    source: str
    column: str
    key: str
    query: Callable[[str, str], str]

    @property
    def name(self) -> str:
        """Its relation's name without the schema."""
        return self.relation.partition(".")[2]


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

_LAST_BEGUN = 'began_on desc nulls last, enrolment collate "C" desc'


def _preferred(key: str, order: str, only: str) -> str:
    """Return the query of the enrolment a contribution belongs to, one per ``key``."""
    return (
        f"select distinct on ({key}) aac001, scheme, employer, identity, division from {ENROLMENTS}\n"
        f"where aac001 is not null and scheme is not null and ({only}) order by {key}, {order}"
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


def cells(table: str, columns: list[str], month: str, only: str = "true") -> str:
    """Return the subquery of a table's current rows, its cells cleaned; a fence makes them computed once.

    ``only`` is an SQL condition on the rows as landed.
    """
    chosen = TABLES[table]
    expressions = ",\n    ".join(f"{landed(chosen[name])} as {name.lower()}" for name in columns)
    source = f"from {chosen.landing}\nwhere {current(month)} and ({only})\n{FENCE}"
    return f"(select\n    _file_id, _row,\n    {expressions}\n{source})"


def last_handled(table: str) -> str:
    """Return the order that sorts the current version of a key first, the same as in staging.

    Keys that are one only as standardised (``11`` and ``110``) are ordered as written, part by part: they may
    have landed in different extracts, whose row numbers say nothing about each other.
    """
    written = ", ".join(name.lower() for name in TABLES[table].key)
    return (
        "regexp_replace(coalesce(aae036, ''), '[^0-9]', '', 'g') collate \"C\" desc,"
        f" array_to_string(array[{written}], chr(1), '') collate \"C\" desc, _row desc,"
        ' _file_id collate "C" desc'
    )


def latest(table: str, key: tuple[str, ...], columns: str, month: str, only: str) -> str:
    """Return the query of the current version of every key, the key's codes mapped."""
    names = [column.name for column in TABLES[table].columns if not column.name.startswith("Y")]
    codes = _CODES_OF.get(table, ())
    parts = [f"{name.lower()}_code.standard" if name in codes else name.lower() for name in key]
    division = JOINED_DIVISION if TABLES[table].has_division else ""
    return (
        f"select distinct on ({', '.join(parts)}) {columns}\n"
        f"from {cells(table, names, month, only)} as cells\n{joined_codes(codes)}\n{division}\n"
        f"order by {', '.join(parts)}, {last_handled(table)}"
    )


FACTS = (
    Fact(
        PERSONS, "AC01", "aac001", "AAC001",
        lambda month, only: latest("AC01", ("AAC001",), _PERSON, month, only),
    ),
    Fact(
        EMPLOYERS, "AB01", "aab001", "AAB001",
        lambda month, only: latest("AB01", ("AAB001",), _EMPLOYER, month, only),
    ),
    Fact(
        BASE_METHODS, "AB02", "aab001", "AAB001",
        lambda month, only: latest("AB02", ("AAB001", "AAE140"), _BASE_METHOD, month, only),
    ),
    Fact(
        ENROLMENTS, "AC02", "enrolment", "AAZ159",
        lambda month, only: latest("AC02", ("AAZ159",), _ENROLMENT, month, only),
    ),
    Fact(
        ENROLMENTS_BY_EMPLOYER, ENROLMENTS, "aac001", "aac001",
        lambda _month, only: _preferred("aac001, scheme, employer", _LAST_BEGUN, only),
    ),
    Fact(
        ENROLMENTS_BY_PERSON, ENROLMENTS, "aac001", "aac001",
        lambda _month, only: _preferred(
            "aac001, scheme", f"is_active desc nulls last, {_LAST_BEGUN}", only
        ),
    ),
)  # fmt: skip
