"""What people pay on, month by month: regular rows, rows twice, rows rewritten, and true-ups."""

from __future__ import annotations

from tests.hostile.bases.register import CAP, LADDER, Term
from tests.hostile.bases.rows import OFF, Drawn, Person, effective_base, months_between, rewritten_after
from tests.hostile.drawing import MONTH, Dice, Row, code, money


def pay(
    dice: Dice, drawn: Drawn, unit: str, term: Term, person: Person, scheme: str, declared: int | None,
    *, is_dual: bool,
) -> None:  # fmt: skip
    """Pay on the right base or one near it, provisional months on that of the year before."""
    bases, right = _draw_bases(dice, term, person, scheme, declared)
    for month, base in bases.items():
        person.bases[scheme, month] = base
        cells = _contribute(dice, drawn, unit, person, scheme, month, base, is_dual=is_dual)
        if dice.chance(0.12 if month < term.settling else 0.02):
            _true_up(dice, drawn, cells, right - base)
    gaps = sorted(set(months_between(term.first, min(term.settling, MONTH))) - set(person.months))
    for month in gaps:
        if person.months and dice.chance(0.3):
            cells = {
                "AAC001": person.person_id, "AAB001": unit, "AAE140": scheme, "AAE003": code(month),
                "AAE078": 1,
            }  # fmt: skip
            _true_up(dice, drawn, cells, 5000)


def _draw_bases(
    dice: Dice, term: Term, person: Person, scheme: str, declared: int | None
) -> tuple[dict[str, int], int]:
    """Draw the bases of a base year by month; return also the right one."""
    share = LADDER[term.wage_year] if person.identity == "12" else 60
    floor, cap = term.limit(share), term.limit(CAP)
    wage = declared or person.wage
    right = min(max(wage, floor), cap)
    last_floor = term.limit(share, wage_year=term.wage_year - 1)
    held = min(max(wage, last_floor), term.limit(CAP, wage_year=term.wage_year - 1))
    carried = person.last_base(scheme) or held
    verified = right + int(str(dice.of(*OFF)))
    provisional = int(str(dice.of(carried, carried, held, right))) + int(str(dice.of(*OFF)))
    at_floors = [bound - off for bound in (floor, last_floor) for off in (0, 1, 2)]
    is_split, follows = dice.chance(0.5), dice.chance(0.7)
    bases = {}
    for month in person.months:
        if not term.first <= month <= term.last:
            continue
        if month < term.settling:
            is_new = month >= term.published and dice.chance(0.5)
            base = right + int(str(dice.of(0, 1, 2))) if is_new else provisional
        else:
            base = effective_base(person.applied, term.settling, month) if follows else None
            base = verified if base is None else base
        if month > term.settling and is_split and dice.chance(0.15):
            base += int(str(dice.of(1, 30000, -30000)))
        if person.identity == "12" and dice.chance(0.3):
            base = dice.random.choice(at_floors)
        bases[month] = base
    return bases, right


def _contribute(
    dice: Dice, drawn: Drawn, unit: str, person: Person, scheme: str, month: str, base: int,
    *, is_dual: bool,
) -> Row:  # fmt: skip
    """Add a regular row, some of them twice or as rewritten since."""
    employer = 0 if is_dual and dice.chance(0.97) else base * 16 // 100
    cells: Row = {
        "AAZ223": f"K{dice.next():06d}", "AAC001": person.person_id,
        "AAB001": None if person.identity == "12" and dice.chance(0.5) else unit, "AAE140": scheme,
        "AAE002": code(month), "AAE003": code(month), "AAA115": "10", "AAE078": 1,
        "AAC040": None if dice.chance(0.05) else money(person.wage + 100),
        "AAE180": None if dice.chance(0.01) else money(base),
        "AAE020": money(employer), "AAE022": money(base * 8 // 100),
    }  # fmt: skip
    row = drawn.add("AC43", cells)
    if dice.chance(0.06):
        drawn.former[id(row)] = rewritten_after(dice), {"AAE180": money(base + int(str(dice.of(1, 500))))}
    if dice.chance(0.04):
        drawn.former[id(row)] = rewritten_after(dice), {"AAA115": "31", "AAE180": money(base + 500)}
    if dice.chance(0.03):
        again = {"AAE002": code(dice.month(month, 0, 1)), "AAE180": money(base + 700)}
        drawn.add("AC43", {**cells, **again, "AAZ223": f"K{dice.next():06d}"})
    return cells


def _true_up(dice: Dice, drawn: Drawn, cells: Row, difference: int) -> None:
    drawn.add("AC43", {
        **cells, "AAZ223": f"K{dice.next():06d}", "AAA115": dice.of("32", "32", "31", "20"),
        "AAE002": code(dice.month(MONTH, -3, 0, 0, 1)), "AAE180": money(difference),
        "AAE020": money(difference * 16 // 100), "AAE022": money(difference * 8 // 100),
    })  # fmt: skip
