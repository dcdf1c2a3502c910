"""All rules, and those of AB01, AC01 and AC02: each says True (anomalous), False, or None (skipped)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.oracle.benefit_rules import BENEFIT_RULES
from tests.oracle.contribution_rules import CONTRIBUTION_RULES
from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.places import Places
from tests.oracle.production import City, city_of
from tests.oracle.readable_rules import READABLE_RULES
from tests.oracle.register_rules import EMPLOYER_RULES, MONITORED_RULES
from tests.oracle.values import (
    day,
    identity_birth,
    identity_sex,
    is_placeholder,
    last_day,
    month,
    month_of,
    shift,
    valid_credit_code,
    valid_identity,
)

Rule = Callable[[tuple, Ledgers], bool | None]
EARLIEST_BIRTH = date(1900, 1, 1)


def rule_results(city: City | Path, month: str) -> dict[tuple[str, str, str, str], tuple[int, int]]:
    """Judge every landed row of a month by every rule of its table.

    Shape: (month, division, table, rule_id) -> (checked, failed), for every county and the city.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    places = Places(ledgers)
    results = {}
    for table, rules in RULES.items():
        verdicts = judged(table, ledgers)
        for division, rows in places.rows_by_division(table).items():
            for place, rule_id in enumerate(rules):
                verdicts_of_rows = [verdicts[id(row)][place] for row in rows]
                checked = sum(verdict is not None for verdict in verdicts_of_rows)
                failed = sum(verdict is True for verdict in verdicts_of_rows)
                results[month, division, table, rule_id] = (checked, failed)
    return results


def broken_rows(table: str, rows: list[tuple], ledgers: Ledgers) -> int:
    """Count rows breaking at least one rule; a row counts once."""
    verdicts = judged(table, ledgers)
    return sum(True in verdicts[id(row)] for row in rows)


def judged(table: str, ledgers: Ledgers) -> dict[int, tuple[bool | None, ...]]:
    """Judge each landed row of a table once: the verdicts in the order of the rules, by row."""
    if table not in ledgers.judged:
        rules = RULES[table].values()
        ledgers.judged[table] = {
            id(row): tuple(rule(row, ledgers) for rule in rules) for row in ledgers.batch.landed[table]
        }
    return ledgers.judged[table]


def _ab01_1(row: tuple, _ledgers: Ledgers) -> bool | None:
    """AAB030 is not 18 characters of the GB 32100 alphabet with the right 18th character."""
    return None if row.AAB030 is None else not valid_credit_code(row.AAB030)


def _ab01_2(row: tuple, _ledgers: Ledgers) -> bool | None:
    """AAB004 has fewer than 4 characters or is a placeholder."""
    return None if row.AAB004 is None else len(row.AAB004) < 4 or is_placeholder(row.AAB004)


def _resident_number(row: tuple, ledgers: Ledgers) -> bool | None:
    """Tell AAC058 = 01; None when missing."""
    return None if row.AAC058 is None else ledgers.batch.code("AAC058", row.AAC058) == "01"


def _ac01_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC058 = 01 and AAC002 is not a valid identity number."""
    resident = _resident_number(row, ledgers)
    if not resident:
        return resident
    return None if row.AAC002 is None else not valid_identity(row.AAC002)


def _ac01_2(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC058 = 01, valid number, and its birth date differs from AAC006."""
    resident = _resident_number(row, ledgers)
    if not resident:
        return resident
    if row.AAC002 is None or not valid_identity(row.AAC002):
        return None if row.AAC002 is None else False
    birth = day(row.AAC006)
    return None if birth is None else birth != identity_birth(row.AAC002)


def _ac01_3(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC058 = 01, valid number, AAC004 is 1 or 2, and the sex digit differs."""
    resident = _resident_number(row, ledgers)
    if not resident:
        return resident
    if row.AAC002 is None or not valid_identity(row.AAC002):
        return None if row.AAC002 is None else False
    if row.AAC004 is None:
        return None
    sex = ledgers.batch.code("AAC004", row.AAC004)
    return sex in ("1", "2") and sex != identity_sex(row.AAC002)


def _ac01_4(row: tuple, _ledgers: Ledgers) -> bool | None:
    """AAC003 is a placeholder, contains an ASCII digit, or has fewer than 2 characters."""
    name = row.AAC003
    if name is None:
        return None
    return is_placeholder(name) or any(letter in "0123456789" for letter in name) or len(name) < 2


def _ac01_5(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC006 is not a real date (missing too), before 1900-01-01 or after the month's end."""
    birth = day(row.AAC006)
    return birth is None or not EARLIEST_BIRTH <= birth <= last_day(ledgers.batch.month)


def _ac01_6(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC060 is not a code."""
    return None if row.AAC060 is None else ledgers.batch.code("AAC060", row.AAC060) is None


def _ac01_7(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC060 = 2 without AAE138, or AAC060 = 1 with AAE138."""
    if row.AAC060 is None:
        return None
    survival = ledgers.batch.code("AAC060", row.AAC060)
    return survival == ("2" if row.AAE138 is None else "1")


def _ac02_1(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAE140, AAC008 or AAC066 is not a code."""
    cells = [(column, getattr(row, column)) for column in ("AAE140", "AAC008", "AAC066")]
    if any(value is None for _, value in cells):
        return None
    return any(ledgers.batch.code(column, value) is None for column, value in cells)


def _ac02_2(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC001 is not in AC01."""
    return None if row.AAC001 is None else row.AAC001 not in ledgers.persons


def _ac02_3(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC049 is after the month of AAC030, or before the month of the 16th birthday.

    The birthday matters for schemes other than 310, 390 only.
    """
    first, began = month(row.AAC049), day(row.AAC030)
    if row.AAE140 is None or first is None or began is None:
        return None
    late = first > month_of(began)
    if ledgers.batch.code("AAE140", row.AAE140) in ("310", "390"):
        return late
    person = ledgers.persons.get(row.AAC001)
    birth = day(person.AAC006) if person is not None else None
    return None if birth is None else late or first < shift(month_of(birth), 16 * 12)


def _ac02_4(row: tuple, ledgers: Ledgers) -> bool | None:
    """AAC066 = 11 without AAB001, or AAB001 given and not in AB01."""
    if row.AAC066 is None:
        return None
    if row.AAB001 is None:
        return ledgers.batch.code("AAC066", row.AAC066) == "11"
    return row.AAB001 not in ledgers.employers


_OTHERS: dict[str, dict[str, Rule]] = {
    "AB01": {"AB01-1": _ab01_1, "AB01-2": _ab01_2},
    **EMPLOYER_RULES,
    "AC01": {
        "AC01-1": _ac01_1,
        "AC01-2": _ac01_2,
        "AC01-3": _ac01_3,
        "AC01-4": _ac01_4,
        "AC01-5": _ac01_5,
        "AC01-6": _ac01_6,
        "AC01-7": _ac01_7,
    },
    "AC02": {"AC02-1": _ac02_1, "AC02-2": _ac02_2, "AC02-3": _ac02_3, "AC02-4": _ac02_4},
    "AC43": CONTRIBUTION_RULES,
    **BENEFIT_RULES,
    **MONITORED_RULES,
}
RULES: dict[str, dict[str, Rule]] = {
    table: {**READABLE_RULES.get(table, {}), **_OTHERS.get(table, {})}
    for table in sorted({*READABLE_RULES, *_OTHERS})
}
