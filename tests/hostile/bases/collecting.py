"""What is collected of a unit as a whole: rows of AB07, and the vouchers of the tax bureau."""

from __future__ import annotations

from tests.hostile.bases.declaring import DECLARATIONS
from tests.hostile.bases.register import Term
from tests.hostile.bases.rows import OFF, Drawn, Person, effective_base, months_between, rewritten_after
from tests.hostile.drawing import MONTH, Dice, Row, code, money, shifted


def tax_number(place: int) -> str:
    """Give the tax number of a unit; every ninth has that of the second."""
    return f"T{place if place % 9 else 1:03d}"


def collect(
    dice: Dice, drawn: Drawn, unit: str, term: Term, people: list[Person], scheme: str,
    applied: dict[str, int],
) -> None:  # fmt: skip
    """Collect the unit's base month by month: of the bill, the sum, or one that 99 divides."""
    bill = _monthly_bill(drawn, unit, term)
    settled = max(term.settling, min((m for p in people for m in p.months if m >= term.settling), default=""))
    summed = sum(person.bases.get((scheme, settled), 0) for person in people if person.identity == "11")
    right = max(bill, summed) + int(str(dice.of(*OFF)))
    follows = dice.chance(0.7)
    for month in months_between(max(term.first, "2022-01"), min(term.last, shifted(MONTH, 1))):
        if dice.chance(0.07):
            continue
        base = effective_base(applied, term.settling, month) if follows else None
        base = right if base is None else base
        if dice.chance(0.08):
            base = int(str(dice.of(990000, 989999, right + 1, right + 30000)))
        cells: Row = {
            "AAB001": unit, "AAE140": scheme, "AAE003": code(month), "AAE002": code(month), "AAB119": 1,
            "AAB120": None if dice.chance(0.01) else money(base), "AAE020": money(base * 16 // 100),
            "AAE078": 1,
        }  # fmt: skip
        row = drawn.add("AB07", cells)
        if dice.chance(0.3 if month < term.settling else 0.08):
            first = base + int(str(dice.of(1, 500, -500)))
            drawn.former[id(row)] = rewritten_after(dice), {
                "AAB120": money(first), "AAE020": money(first * 16 // 100)
            }  # fmt: skip


def _monthly_bill(drawn: Drawn, unit: str, term: Term) -> int:
    """Give what the unit declared for a month, in cents; nothing where it declared nothing."""
    for row in drawn.files[DECLARATIONS]:
        if (row["unit_id"], row["wage_year"]) == (unit, str(term.wage_year)):
            cents, months = round(float(str(row["wage_bill"])) * 100), int(str(row["months"]))
            return (2 * cents + months) // (2 * months)
    return 0


def tax(dice: Dice, drawn: Drawn, unit: str, term: Term, people: list[Person], scheme: str) -> None:
    """Let the tax bureau collect on the unit's base, on one that 99 % of are it, or on another."""
    for month in months_between(term.first, min(term.last, MONTH)):
        if not dice.chance(0.4):
            continue
        own = [row for row in drawn.tables["AB07"] if (row["AAB001"], row["AAE140"]) == (unit, scheme)]
        bases = [row["AAB120"] for row in own if row["AAE003"] == code(month)]
        summed = sum(person.bases.get((scheme, month), 0) for person in people)
        base = round(float(str(bases[0])) * 100) if bases and bases[0] else summed
        taxed = int(str(dice.of(base * 100 // 99, base * 100 // 99 + 2, base * 1000 // 985, 1000000, base)))
        cents = [taxed] if dice.chance(0.6) else [taxed // 2, taxed - taxed // 2]
        for part in cents:
            drawn.files["tax-voucher-csv/1"].append({
                "voucher_no": f"V{dice.next():06d}", "taxpayer_no": tax_number(int(unit[1:])),
                "scheme": scheme, "month_from": code(month), "month_to": code(month),
                "kind": dice.of("employer", "employer", "employer", "employee"),
                "base": "" if dice.chance(0.1) else money(part), "rate": "0.16",
                "amount": money(part // 6 + 1),
                "collected_on": "2024-01-10", "treasury_on": "2024-01-11", "division": term.county,
            })  # fmt: skip
