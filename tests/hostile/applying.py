"""Applications for other bases: for those whose base changed or lies outside, and beside what is asked."""

from __future__ import annotations

from tests.hostile.contributing import Registers
from tests.hostile.drawing import Dice, Row, code, money, shifted

_SHARE = 0.25


def draw_applications(dice: Dice, rows: Registers) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Draw applications for what is contributed; the second part decides some of the first anew."""
    numbers = {row["AAC001"]: row["AAC002"] for row in rows.tables["AC01"]}
    first = [
        application
        for row in rows.tables["AC43"]
        if row["AAB001"] and str(numbers.get(row["AAC001"]) or "").strip() and dice.chance(_SHARE)
        for application in _apply(dice, row, str(numbers[row["AAC001"]]))
    ]
    again = [{**row, "decision": str(dice.of("approved", "refused"))} for row in first if dice.chance(0.1)]
    return first, again


def _apply(dice: Dice, row: Row, number: str) -> list[dict[str, str]]:
    """Apply for the base of a row from its month on, or for something else; sometimes twice."""
    at = f"{str(row['AAE003'])[:4]}-{str(row['AAE003'])[4:6]}"
    effective = dice.month(at, 0, 0, 0, -1, 1)
    wage_year = int(at[:4]) - int(str(dice.of(1, 1, 1, 1, 0, 2)))
    applications = [_application(dice, row, number, effective, wage_year)]
    if dice.chance(0.5):
        other = _application(dice, row, number, effective, wage_year)
        spoken_for = {name: applications[0][name] for name in ("unit_id", "id_number", "scheme")}
        applications.append(other | spoken_for)
    if dice.chance(0.1):
        applications.append(_application(dice, row, number, shifted(effective, 1), wage_year))
    return applications


def _application(dice: Dice, row: Row, number: str, effective: str, wage_year: int) -> dict[str, str]:
    day = f"{effective}-{dice.of('03', '17')}"
    scheme = str(row["AAE140"])
    return {
        "application_no": f"P{dice.next():06d}",
        "unit_id": str(dice.of(*[row["AAB001"]] * 6, "E1")),
        "id_number": str(dice.of(*[number, number.lower()] * 4, "")),
        "scheme": str(dice.of("", scheme, scheme, "110", "120")),
        "wage_year": str(wage_year),
        "kind": str(dice.of("correction", "mass_transfer", "split", "merge")),
        "applied_on": day,
        "effective_month": str(dice.of(effective, code(effective))),
        "new_base": str(dice.of("", row["AAE180"], row["AAE180"], money(500000))),
        "decision": str(dice.of(*["approved"] * 5, "refused", "pending")),
        "decided_on": str(dice.of(day, day.replace("-", ""), "")),
        "division": "230602",
    }
