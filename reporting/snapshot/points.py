"""What the form of suspicious points (R8) shows beside the cases themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

from fundwatch.case_yields import RuleYield, read_yields
from fundwatch.rounding import half_up
from reporting.snapshot.cases import Case
from reporting.snapshot.coverage import Coverage, coverage_of

Row = TypeVar("Row")


@dataclass(frozen=True)
class RuleText:
    """A rule of the catalogue."""

    rule_id: str
    label_zh: str
    label_en: str
    severity: str


@dataclass(frozen=True)
class Place:
    """A division of the site, the city last."""

    division: str
    name_zh: str
    name_en: str
    level: str


@dataclass(frozen=True)
class MoneyOnce:
    """The money of a division's points, each payment once; of all points where the division is empty."""

    division: str
    amount: Decimal


@dataclass(frozen=True)
class PointInputs:
    """Rules, places, money, what became of cases, and how far deaths were received.

    ``registry_files`` counts the files of the civil registry of months up to this one; ``unrated`` the
    insured persons for whom no death can be expected: no sex, no birth date, or no rate.
    """

    rules: tuple[RuleText, ...]
    places: tuple[Place, ...]
    money: tuple[MoneyOnce, ...]
    yields: tuple[RuleYield, ...]
    coverage: tuple[Coverage, ...]
    registry_files: int
    unrated: int = 0


def point_inputs_of(
    connection: psycopg.Connection, *, month: str, site_version: str, cases: Sequence[Case]
) -> PointInputs | None:
    """Read what R8 shows of a month; None where cross-checks did not run.

    Source: the catalogue; ops.case_events and crosschecks.cases of months up to it;
            deaths received and expected.
    """
    wanted = {"month": month, "version": site_version}
    ((is_checked,),) = connection.execute(_IS_CHECKED, wanted)
    if not is_checked:
        return None
    ((files,),) = connection.execute(_FILES, wanted)
    coverage, unrated = coverage_of(connection, month=month, site_version=site_version)
    return PointInputs(
        rules=tuple(_read(connection, RuleText, _RULES, wanted)),
        places=tuple(_read(connection, Place, _PLACES, wanted)),
        money=_money(connection, month, cases),
        yields=tuple(read_yields(connection, month=month)),
        coverage=coverage,
        registry_files=files,
        unrated=unrated,
    )


def _read(
    connection: psycopg.Connection, kind: type[Row], query: LiteralString, wanted: Mapping[str, object]
) -> list[Row]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, wanted).fetchall()


def _money(connection: psycopg.Connection, month: str, cases: Sequence[Case]) -> tuple[MoneyOnce, ...]:
    """Sum the cases' money, of the whole city and by division."""
    payments = {case.case_id: _payments_of(case) for case in cases}
    every = sorted({key for keys in payments.values() for key in keys})
    amounts: dict[str, Decimal] = dict(
        connection.execute(_PAYMENTS, {"month": month, "payments": every}).fetchall()
    )
    divisions = sorted({case.division or "" for case in cases} - {""})
    return (
        MoneyOnce("", money_once(cases, payments, amounts)),
        *(
            MoneyOnce(division, money_once(of_it, payments, amounts))
            for division in divisions
            if (of_it := [case for case in cases if case.division == division])
        ),
    )


def money_once(
    cases: Iterable[Case], payments: Mapping[str, frozenset[str]], amounts: Mapping[str, Decimal]
) -> Decimal:
    """Return the money of cases in which each payment counts once, the largest case first.

    Of a case that shares payments with larger ones counts the share of those it has alone. Yuan, rounded
    once.
    """
    counted: set[str] = set()
    total = Fraction(0)
    for case in sorted(cases, key=lambda case: (-(case.amount or 0), case.case_id)):
        keys = payments[case.case_id]
        whole = sum((amounts.get(key, Decimal(0)) for key in keys), Decimal(0))
        own = sum((amounts.get(key, Decimal(0)) for key in keys - counted), Decimal(0))
        total += Fraction(case.amount or 0) * (Fraction(own) / Fraction(whole) if whole else 1)
        counted |= keys
    return half_up(Decimal(total.numerator) / Decimal(total.denominator), 2)


def _payments_of(case: Case) -> frozenset[str]:
    return frozenset(row["key"] for row in json.loads(case.evidence or "[]") if row["table"] == "AC82")


_IS_CHECKED = """
select to_regclass('crosschecks.cases') is not null and exists (
    select from ops.runs where month = %(month)s and step = 'crosscheck' and outcome = 'done'
)
"""
_FILES = """
select count(*) from ops.files where feed = 'civil_registry' and state = 'loaded' and month <= %(month)s
"""
_RULES = "select rule_id, label_zh, label_en, severity from staging_site.crosscheck_rules order by rule_id"
_PLACES = """
select division, coalesce(name_zh, division) as name_zh, coalesce(name_en, division) as name_en, level
from site.divisions
where _site_version = %(version)s and level in ('county', 'city')
order by level = 'city', _row
"""
_PAYMENTS = """
select payment_id, coalesce(payment_amount, 0) from business_ledger.payments
where payment_id = any(%(payments)s) and valid_from_batch <= %(month)s
    and (valid_to_batch is null or valid_to_batch > %(month)s)
"""
