"""Units and their people, and who of them moved."""

from __future__ import annotations

from tests.hostile.bases.collecting import collect, tax, tax_number
from tests.hostile.bases.declaring import declare
from tests.hostile.bases.paying import pay
from tests.hostile.bases.register import CAP, TERMS, Term
from tests.hostile.bases.rows import Drawn, Person, months_between
from tests.hostile.drawing import MONTH, NOWHERE, Dice, code, number15, number18


def draw_unit(dice: Dice, drawn: Drawn, place: int) -> None:
    """Draw a unit, its people, what it declares for each base year and what it pays."""
    county = list(TERMS)[place % len(TERMS)]
    terms, unit = TERMS[county], f"E{place:03d}"
    is_dual = place // len(TERMS) % 2 == 0
    drawn.add("AB01", {
        "AAB001": unit, "AAB004": f"第{place}公司", "AAB030": tax_number(place),
        "AAB019": dice.of("10", "20", "20", "30"), "AAA149": dice.of("1", "1", "2", "3"), "AAB301": county,
    })  # fmt: skip
    schemes = (("110",), ("110", "410"), ("110", "310"), ("110", "170"), ("110",))[place % 5]
    for scheme in schemes:
        method = dice.of("09", *["01" if is_dual else dice.of("02", None)] * 15)
        if method is not None:
            drawn.add("AB02", {"AAB001": unit, "AAE140": scheme, "AAB051": "1", "AAB033": method})
    people = [_draw_person(dice, drawn, unit, county, schemes, terms) for _ in range(place % 5)]
    if dice.chance(0.3) and drawn.people[county]:
        people.append(_move(dice, drawn, unit, county, dice.random.choice(drawn.people[county])))
    drawn.people[county] += people
    for term in terms:
        listed, applied = declare(dice, drawn, unit, term, people)
        for person in people:
            for scheme in person.schemes:
                pay(dice, drawn, unit, term, person, scheme, listed.get(person.person_id), is_dual=is_dual)
        for scheme in schemes:
            if is_dual or dice.chance(0.3):
                collect(dice, drawn, unit, term, people, scheme, applied)
            if scheme != "410":
                tax(dice, drawn, unit, term, people, scheme)


def _draw_person(
    dice: Dice, drawn: Drawn, unit: str, division: str, schemes: tuple[str, ...], terms: tuple[Term, ...]
) -> Person:
    serial = dice.next()
    term = terms[-1]
    birth = f"19{60 + serial % 40}0101"
    identity = "12" if serial % 6 == 0 else "13" if serial % 41 == 0 else "11"
    starts, ends = terms[0].first, MONTH
    if dice.chance(0.4):
        starts = dice.month(term.first, -2, -1, 0, 0, 1, 3)
    elif dice.chance(0.3):
        ends = dice.month(term.settling, -2, -1, 0, 1)
    began = starts if dice.chance(0.5) else dice.month(term.first, -24, -1, 0, 11, 12)
    months = [month for month in months_between(starts, ends) if dice.chance(0.93)]
    if dice.chance(0.1):
        months = [month for month in months if not terms[-2].first <= month <= terms[-2].last]
    floor, cap = term.limit(60), term.limit(CAP)
    wages = (floor, floor - 5000, floor - 30000, floor + 1, 700011, 654321, cap, cap + 1, cap + 9000)
    person = Person(
        f"P{serial:04d}", "X-17b" if serial % 37 == 0 else number18(birth, serial),
        int(str(dice.of(*wages))),
        began, identity, months, ("110",) if identity != "11" else schemes,
    )  # fmt: skip
    for own in (person.person_id, f"{person.person_id}b") if serial % 29 == 0 else (person.person_id,):
        drawn.add("AC01", {
            "AAC001": own, "AAC002": number15(person.number) if serial % 13 == 0 else person.number,
            "AAC003": "张三", "AAC004": "1", "AAC006": birth, "AAC058": "01", "AAC060": "1",
            "AAB301": division,
        })  # fmt: skip
    _enrol(dice, drawn, unit, person, division)
    return person


def _enrol(dice: Dice, drawn: Drawn, unit: str, person: Person, division: str) -> None:
    """Enrol somebody at a unit, mostly in its county; a flexible person also without the unit."""
    for scheme in person.schemes:
        for employer in (unit, None) if person.identity == "12" else (unit,):
            elsewhere = dice.of(*TERMS, NOWHERE)
            drawn.add("AC02", {
                "AAZ159": f"N{dice.next():06d}", "AAC001": person.person_id, "AAE140": scheme,
                "AAB001": employer, "AAC008": "1", "AAC066": person.identity,
                "AAC030": f"{code(person.began)}{dice.of('01', '28')}", "AAC049": "202001",
                "AAB301": elsewhere if dice.chance(0.08) else division,
            })  # fmt: skip


def _move(dice: Dice, drawn: Drawn, unit: str, county: str, former: Person) -> Person:
    """Let somebody of another unit of the county work here too, since the last base year began."""
    began = TERMS[county][-1].first
    person = Person(
        former.person_id, former.number, former.wage, began, "11", months_between(began, MONTH), ("110",)
    )
    _enrol(dice, drawn, unit, person, county)
    return person
