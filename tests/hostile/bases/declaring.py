"""What a unit declares for a wage year: its bill, its people, documents, applications."""

from __future__ import annotations

from tests.hostile.bases.register import Term
from tests.hostile.bases.rows import Drawn, Person
from tests.hostile.drawing import Dice, Row, money, number18, shifted

DECLARATIONS, PERSONS, DOCUMENTS, APPLICATIONS = (
    f"base-{what}-csv/1" for what in ("declaration", "person", "document", "application")
)
_REQUIRED = ("wage_statistics", "final_accounts", "payroll_ledger")


def declare(
    dice: Dice, drawn: Drawn, unit: str, term: Term, people: list[Person]
) -> tuple[dict[str, int | None], dict[str, int]]:
    """Declare a wage year.

    Shape:  the monthly wage of those listed, none where it cannot be determined; the bases of the unit that
            were applied for, by the month they are effective.
    """
    division = term.county
    common: Row = {"unit_id": unit, "wage_year": str(term.wage_year), "division": division}
    listed: dict[str, int | None] = {}
    total, lists = 0, dice.chance(0.85)
    for person in people:
        if dice.chance(0.4):
            person.applied |= _apply(dice, drawn, common, term, person.number, person.wage)
        if not lists or dice.chance(0.15):
            continue
        count = int(str(dice.of(12, 12, 7)))
        pay = None if dice.chance(0.08) else person.wage * count + int(str(dice.of(0, 0, 1, 5)))
        total += pay or 0
        listed[person.person_id] = None if pay is None else (2 * pay + count) // (2 * count)
        drawn.files[PERSONS].append({
            **common, "id_number": person.number.lower() if dice.chance(0.3) else person.number,
            "name": "李四", "months": count, "wage_total": "" if pay is None else money(pay),
            "status": dice.of("insured", "insured", "insured", "rehired", "elsewhere"),
            "proof_no": dice.of("", "证1"),
        })  # fmt: skip
    if lists and dice.chance(0.15):
        drawn.files[PERSONS].append({
            **common, "id_number": dice.of("nobody", number18("19550101", dice.next())), "name": "无",
            "months": 12, "wage_total": "100.00", "status": "rehired", "proof_no": "",
        })  # fmt: skip
        total += 10000
    if dice.chance(0.75):
        bill = max(total, 100) + int(str(dice.of(0, 0, 0, 1, 2, -2, 1200000)))
        drawn.files[DECLARATIONS].append({
            **common, "months": dice.of(12, 12, 7), "employees": len(people), "wage_bill": money(bill),
            "declared_on": "2023-02-01",
        })  # fmt: skip
    applied: dict[str, int] = {}
    if dice.chance(0.6):
        applied = _apply(dice, drawn, common, term, "", sum(person.wage for person in people))
    for document in _REQUIRED:
        received = dice.of("2022-02-01", "2024-06-30", "2024-07-01", "")
        if received:
            drawn.files[DOCUMENTS].append(common | {"document": document, "received_on": received})
    return listed, applied


def _apply(dice: Dice, drawn: Drawn, common: Row, term: Term, number: str, base: int) -> dict[str, int]:
    """Apply for another base, sometimes twice for one month; return the bases by the month of each."""
    ended = shifted(term.last, 1)
    bases: dict[str, int] = {}
    effective = dice.month(term.settling, -2, -1, 0, 1, 1, 2, 13)
    days = (
        f"{term.first}-01",
        f"{shifted(term.first, -1)}-28",
        f"{term.last}-28",
        f"{ended}-01",
        f"{ended}-01",
    )
    applied = dice.random.choice(days)
    decided = dice.of(applied, f"{ended}-20")
    for _ in range(int(str(dice.of(1, 2, 2)))):
        effective = dice.month(effective, 0, 1, 1)
        new = base + int(str(dice.of(0, 30000, 60000)))
        bases[effective] = new
        drawn.files[APPLICATIONS].append({
            **common, "application_no": f"A{dice.next():05d}", "id_number": number,
            "scheme": dice.of("", "", "110", "410"), "kind": dice.of("correction", "split"),
            "applied_on": applied, "effective_month": effective,
            "new_base": dice.of("", money(new), money(new)),
            "decision": dice.of("approved", "approved", "approved", "refused"), "decided_on": decided,
        })  # fmt: skip
        if dice.chance(0.5):
            applied, decided = dice.random.choice(days), dice.of(applied, f"{ended}-20")
    return bases
