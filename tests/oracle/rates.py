"""The rates of business data on the scorecard, by the formulas of docs/quality.md."""

from __future__ import annotations

from pathlib import Path

from tests.oracle.catalogue import PLACEHOLDER_COLUMNS, TABLES
from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.places import Places
from tests.oracle.production import City, city_of
from tests.oracle.readable_rules import is_unreadable
from tests.oracle.rules import RULES, broken_rows
from tests.oracle.values import identity18, is_placeholder, valid_identity

Rate = tuple[int, int]
NO_RULES = (0, 0)
"""A city row exists for every table and metric; without rules there is nothing to divide by."""


def scorecard(city: City | Path, month: str) -> dict[tuple[str, str, str, str], Rate]:
    """Measure the rates of a month over the production rows as landed.

    Shape: (month, division, table, metric) -> (numerator, denominator), for every county and the
           city, every production table, and each metric defined for the table.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    places = Places(ledgers)
    card: dict[tuple[str, str, str, str], Rate] = {}
    for table, spec in TABLES.items():
        for division, rows in places.rows_by_division(table).items():
            rates = {
                "completeness": _completeness(table, rows),
                "fill_rate": _fill_rate(table, rows, ledgers),
                "code_match_rate": _code_match_rate(table, rows, ledgers),
                "duplication_rate": _duplication_rate(table, rows),
            }
            if division == places.site.city or "AAB301" in spec.columns:
                rates["load_rate"] = (_loadable(rows, division, places),) * 2
            if table in RULES:
                rates["anomaly_rate"] = (broken_rows(table, rows, ledgers), len(rows))
            elif division == places.site.city:
                rates["anomaly_rate"] = NO_RULES
            if table == "AC01":
                rates["duplication_rate_identity"] = _identity_duplication(rows)
            for metric, rate in rates.items():
                card[month, division, table, metric] = rate
    return card


def holds_value(column: str, value: str | None) -> bool:
    """Tell a value that is neither missing nor, where placeholders apply, a placeholder."""
    if value is None:
        return False
    return column not in PLACEHOLDER_COLUMNS or not is_placeholder(value)


def _loadable(rows: list[tuple], division: str, places: Places) -> int:
    """Rows current after the batch ÷ rows counted at the source, by AAB301 for a county."""
    if division == places.site.city:
        return len(rows)
    return sum(row.AAB301 is not None for row in rows)


def _completeness(table: str, rows: list[tuple]) -> Rate:
    """Required columns present with at least one valid value ÷ required columns."""
    required = TABLES[table].required
    valid = sum(any(holds_value(column, getattr(row, column)) for row in rows) for column in required)
    return valid, len(required)


def _fill_rate(table: str, rows: list[tuple], ledgers: Ledgers) -> Rate:
    """Cells holding a value ÷ cells that apply.

    "Required columns, plus AAE138 of the dead and AAB001 of employees in AC02 and AC43."
    """
    required = TABLES[table].required
    held = applying = 0
    for row in rows:
        cells = list(required)
        if table == "AC01" and ledgers.batch.code("AAC060", row.AAC060) == "2":
            cells.append("AAE138")
        if table in ("AC02", "AC43") and is_employee(table, row, ledgers):
            cells.append("AAB001")
        held += sum(
            holds_value(column, getattr(row, column))
            and not is_unreadable(table, column, getattr(row, column))
            for column in cells
        )
        applying += len(cells)
    return held, applying


def is_employee(table: str, row: tuple, ledgers: Ledgers) -> bool:
    """Tell an employee: AAC066 = 11 of the row itself, or of the contribution's enrolment."""
    if table == "AC02":
        return ledgers.batch.code("AAC066", row.AAC066) == "11"
    scheme = ledgers.batch.code("AAE140", row.AAE140)
    enrolment = ledgers.enrolment_of(row.AAC001, scheme, row.AAB001)
    return enrolment is not None and enrolment.identity == "11"


def _code_match_rate(table: str, rows: list[tuple], ledgers: Ledgers) -> Rate:
    """Coded cells whose value is or maps to a standard code ÷ coded cells not missing."""
    matched = present = 0
    for column in ledgers.batch.coded_columns(table):
        for row in rows:
            value = getattr(row, column)
            present += value is not None
            matched += ledgers.batch.code(column, value) is not None
    return matched, present


def _duplication_rate(table: str, rows: list[tuple]) -> Rate:
    """(rows − distinct keys) ÷ rows."""
    key = TABLES[table].key
    keys = {tuple(getattr(row, column) for column in key) for row in rows}
    return len(rows) - len(keys), len(rows)


def _identity_duplication(rows: list[tuple]) -> Rate:
    """(persons − distinct numbers) ÷ persons, among distinct AAC001 with a valid number."""
    valid = [row for row in rows if row.AAC001 is not None and valid_identity(row.AAC002)]
    persons = {row.AAC001 for row in valid}
    return len(persons) - len({identity18(row.AAC002) for row in valid}), len(persons)
