"""The amount of an exception, from the landed rows its evidence names and what the site says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import psycopg
from psycopg.rows import dict_row

from fundwatch.database.warehouse import Warehouse
from tests.oracle.bases.subjects import Person, Unit
from tests.oracle.values import month_of

LANDED = {"AC43": "production__ac43", "AB07": "production__ab07", "voucher": "tax__voucher"}
Row = dict[str, str | None]
Subject = Person | Unit


class Evidence:
    """The landed rows that speak for one exception, as they are in month ``at``."""

    def __init__(self, exception: dict[str, str], rows: dict[str, list[Row]], at: str) -> None:
        self.exception, self.rows, self.at = exception, rows, at

    def is_within(self, month: str) -> bool:
        """Whether a month is one of those the exception spans."""
        return self.exception["first_month"] <= month <= self.exception["last_month"]

    def by_month(self, table: str, batch: str = "") -> dict[str, list[Row]]:
        """Rows of a table by month, those in force in a batch, that of the month asked for by default."""
        months: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            if _is_in_force(row, batch or self.at):
                months[_month(row["aae003"])].append(row)
        return months

    def first_landed(self) -> dict[str, Row]:
        """What was collected as a unit by month, as it landed first."""
        months: dict[str, Row] = {}
        for row in sorted(self.rows["AB07"], key=lambda row: row["_valid_from"], reverse=True):
            months[_month(row["aae003"])] = row
        return months


def evidence_of(warehouse: Warehouse, exceptions: list[dict[str, str]], at: str) -> list[Evidence]:
    """Read the landed rows of the evidence of exceptions; a row that is named and not there is an error."""
    named: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for exception in exceptions:
        for entry in json.loads(exception["evidence"]):
            named[entry["table"]].add((entry["source_file_id"], entry["source_row"]))
    landed: dict[tuple[str, str, int], Row] = {}
    with warehouse.connect() as connection:
        for table in LANDED.keys() & named.keys():
            rows = _landed(connection, LANDED[table], named[table])
            landed |= {(table, *key): row for key, row in rows.items()}
    every = []
    for exception in exceptions:
        own: dict[str, list[Row]] = defaultdict(list)
        for entry in json.loads(exception["evidence"]):
            if entry["table"] in LANDED:
                key = entry["table"], entry["source_file_id"], entry["source_row"]
                own[entry["table"]].append(landed[key])
        every.append(Evidence(exception, own, at))
    return every


def _landed(connection: psycopg.Connection, table: str, keys: set) -> dict[tuple[str, int], Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            f"select landed.* from landing.{table} as landed inner join unnest(%s::text[], %s::bigint[])"
            " as named (file_id, line) on landed._file_id = named.file_id and landed._row = named.line",
            ([file for file, _ in keys], [line for _, line in keys]),
        )
        return {(row["_file_id"], row["_row"]): row for row in rows}


def recomputed(evidence: Evidence, subject: Subject) -> Decimal:
    """Return the amount of an exception of a subject; of one without money nothing."""
    rule = _RULES.get(evidence.exception["exception"])
    return rule(evidence, subject) if rule else Decimal("0.00")


def _bases(evidence: Evidence, subject: Subject) -> dict[str, Decimal]:
    """The bases of the months in evidence: a person's, a unit's as collected, or its employees' sum."""
    contributions = {
        month: sum((Decimal(row["aae180"]) for row in rows if row["aaa115"] == "10"), Decimal(0))
        for month, rows in evidence.by_month("AC43").items()
    }
    if isinstance(subject, Person) or subject.method == "single":
        return contributions
    collected = {month: Decimal(rows[0]["aab120"]) for month, rows in evidence.by_month("AB07").items()}
    first = {month: Decimal(row["aab120"]) for month, row in evidence.first_landed().items()}
    return {month: (first if subject.is_provisional(month) else collected)[month] for month in collected}


def _difference(subject: Subject, right: Decimal, base: Decimal, month: str) -> Decimal:
    return abs(subject.premium(right, month) - subject.premium(base, month))


def _sided(evidence: Evidence, subject: Subject) -> Decimal:
    right, is_low = Decimal(evidence.exception["expected"]), evidence.exception["exception"].endswith("low")
    months = {
        month: base
        for month, base in _bases(evidence, subject).items()
        if evidence.is_within(month) and ((base < right) if is_low else (base > right))
    }
    return _summed(evidence, subject, {month: (right, base) for month, base in months.items()})


def _ladder(evidence: Evidence, subject: Subject) -> Decimal:
    bases = _bases(evidence, subject)
    return _summed(
        evidence, subject, {month: (subject.bounds[month][0], base) for month, base in bases.items()}
    )


def _trueup(evidence: Evidence, subject: Subject) -> Decimal:
    right = subject.expected
    due = booked = Decimal(0)
    if isinstance(subject, Person):
        for month, base in _bases(evidence, subject).items():
            if subject.is_provisional(month):
                due += subject.premium(right, month) - subject.premium(base, month)
        for row in evidence.rows["AC43"]:
            if row["aaa115"] in ("31", "32"):
                booked += Decimal(row["aae022"] or 0)
                booked += Decimal(row["aae020"] or 0) if subject.method == "single" else 0
        return abs(due - booked)
    now = evidence.by_month("AB07")
    for month, row in evidence.first_landed().items():
        due += subject.premium(right, month) - Decimal(row["aae020"])
        booked += Decimal(now[month][0]["aae020"]) - Decimal(row["aae020"])
    return abs(due - booked)


def _changed(evidence: Evidence, subject: Subject) -> Decimal:
    """Against the base that stands: the first in evidence, or that of an approved application since."""
    months, standing = {}, None
    for month, base in sorted(_bases(evidence, subject).items()):
        is_accepted = any(
            application["effective"] == month and application["new"] in (None, base)
            and subject.year.first <= month_of(application["applied"]) <= subject.year.last
            for application in subject.applications
        )  # fmt: skip
        if standing is None or is_accepted:
            standing = base
        elif base != standing:
            months[month] = (standing, base)
    return _summed(evidence, subject, months)


def _corrected(evidence: Evidence, subject: Subject) -> Decimal:
    if evidence.exception["months"] == "0":
        return Decimal("0.00")
    table, column = ("AC43", "aae180") if isinstance(subject, Person) else ("AB07", "aab120")
    starts = [row["_valid_from"] for row in evidence.rows[table]]
    then = evidence.by_month(table, max(subject.year.last, min(starts)))
    months = {}
    for month, rows in evidence.by_month(table).items():
        now, former = Decimal(rows[0][column]), Decimal(then[month][0][column])
        if now != former:
            months[month] = (now, former)
    return _summed(evidence, subject, months)


def _broken(evidence: Evidence, subject: Unit) -> Decimal:
    """A month that was not collected has no row to show: whether it was, is asked of the unit itself."""
    amount = Decimal(0)
    for month, rows in evidence.by_month("AC43").items():
        amount += sum(Decimal(row["aae020"] or 0) for row in rows)
        if month not in subject.collected and subject.expected is not None:
            amount += subject.premium(subject.expected, month)
    return amount


def _taxed(evidence: Evidence, subject: Unit) -> Decimal:
    taxed: dict[str, Decimal] = defaultdict(Decimal)
    for row in evidence.rows["voucher"]:
        taxed[_month(row["month_from"])] += Decimal(row["base"])
    bases = _bases(evidence, subject)
    return _summed(evidence, subject, {month: (total, bases[month]) for month, total in taxed.items()})


def _summed(evidence: Evidence, subject: Subject, months: dict[str, tuple[Decimal, Decimal]]) -> Decimal:
    """Sum premiums of differences over the months of the wrong, of which there must be as many as it says."""
    assert len(months) == int(evidence.exception["months"]), evidence.exception
    assert all(abs(right - base) > 0 for right, base in months.values())
    return sum((_difference(subject, *bases, month) for month, bases in months.items()), Decimal("0.00"))


def _month(written: str | None) -> str:
    text = (written or "").replace("-", "")
    return f"{text[:4]}-{text[4:6]}"


def _is_in_force(row: Row, batch: str) -> bool:
    until = row.get("_valid_to")
    return row["_valid_from"] <= batch and (until is None or until > batch)


_RULES: dict[str, Callable] = {
    **dict.fromkeys(("unit_base_low", "unit_base_high", "personal_base_low", "personal_base_high"), _sided),
    **dict.fromkeys(("unit_base_changed", "base_changed_in_year"), _changed),
    "flexible_below_ladder": _ladder,
    "not_trued_up": _trueup,
    "late_correction": _corrected,
    "dual_base_broken": _broken,
    "below_tax_base": _taxed,
}
