"""Entitlements, approved items, payments with their items, what banks send back; accounts and claims."""

from __future__ import annotations

from tests.hostile.contributing import Registers
from tests.hostile.drawing import MONTH, NORTH, NOWHERE, SOUTH, Dice, Row, code, money, shifted
from tests.hostile.people import Human, written_name

KINDS = {
    "110": ("01", "01", "02", "03", "11", "51", "51"),
    "120": ("01", "02", "11", "51", "51"),
    "170": ("01", "01", "51"),
    "210": ("21",),
    "410": ("41", "41", "11"),
}
ITEMS = {
    "01": ("101", "102", "103"),
    "02": ("101", "103"),
    "03": ("101",),
    "11": ("301", "502"),
    "21": ("201",),
    "41": ("401",),
    "51": ("501", "502", "101"),
}
ACCOUNTS = tuple(f"62220000000000{place:02d}" for place in range(12))
LISTED = ACCOUNTS[:3]
Returned = list[dict[str, str]]


def draw_benefits(dice: Dice, rows: Registers, humans: list[Human]) -> Returned:
    """Draw what people are paid; return the rows of the bank's return file."""
    for human in humans:
        for person in human.ids:
            times = dice.of(0, 0, 1, 1, 1) if human.age == "ageing" else dice.of(0, 1, 1, 2, 3)
            for _ in range(int(str(times))):
                _entitle(dice, rows, human, person)
            if dice.chance(0.9 if human.age == "ageing" else 0.5):
                _account(dice, rows, person, 3 if human.age == "ageing" else 2)
            if dice.chance(0.05):
                _claim(dice, rows, person)
    returned: Returned = []
    for entitlement in rows.tables.get("AC60", []):
        if str(entitlement["AAZ257"]).startswith("T") or "approved" in entitlement:
            _pay(dice, rows, entitlement, humans, returned)
    return returned


def _entitle(dice: Dice, rows: Registers, human: Human, person: str) -> None:
    scheme = str(dice.of(*human.palette))
    kind = str(dice.of(*KINDS[scheme]))
    first = dice.month(MONTH, -60, -13, -12, -11, -2, -1, 0)
    if human.age == "youth":
        scheme, kind = "110", "11"
        first = str(dice.of("2021-08", "2021-09", "2021-10", "2024-05", "2024-06", "2024-04"))
    elif human.age == "ageing":
        birth = f"{human.birth[:4]}-{human.birth[4:6]}"
        scheme, kind = str(dice.of("110", "110", "110", "120", "170")), str(dice.of("01", "01", "01", "02"))
        ages = (599, 600, 639, 640, 640, 640, 640, 660, 699, 700, 700, 700, 719, 720)
        first = min(dice.month(birth, *ages), shifted(MONTH, 1))
    entitlement = rows.add("AC60", {
        "AAZ257": f"B{dice.next():05d}", "AAC001": person, "AAE140": scheme, "AIC161": kind,
        "AIC162": f"{code(first)}01", "AAE210": code(first),
        "AAE211": code(dice.month(MONTH, -12, -11, -2, -1, 0, 1)) if dice.chance(0.25) else None,
        "AAE116": dice.of("1", "1", "1", "2", "3"), "AAE009": human.name,
        "AAE010": dice.of(*ACCOUNTS) if dice.chance(0.1) else f"6222{dice.next():012d}",
        "AAB301": dice.of(NORTH, SOUTH, NOWHERE) if dice.chance(0.4) else NORTH, "approved": [],
        "pool": human.pool,
    })  # fmt: skip
    for item in ITEMS[kind]:
        if dice.chance(0.75):
            begins = dice.month(first, 0, 0, 0, 1) if item != "103" else dice.month(MONTH, -11, -1, 0)
            row = rows.add("AC61", {
                "AAZ257": entitlement["AAZ257"], "AAA036": item, "AAE041": code(begins),
                "AAE042": code(dice.month(MONTH, -1, 0)) if dice.chance(0.15) else None,
                "AAE019": money(dice.random.randint(1, 30) * 10000),
            })  # fmt: skip
            entitlement["approved"].append(row)  # type: ignore[attr-defined]


def _account(dice: Dice, rows: Registers, person: str, count: int) -> None:
    for scheme in dice.random.sample(("110", "120", "170"), count):
        rows.add("AC50", {
            "AAC001": person, "AAE140": scheme, "AAE240": dice.of("0.00", "0.01", "1234.56", "-5.00"),
            "AAE201": dice.of(None, 179, 180, 180, 181, 181, 240),
        })  # fmt: skip


def _claim(dice: Dice, rows: Registers, person: str) -> None:
    last = dice.month(MONTH, -13, -12, -11, -1)
    rows.add("YC01", {
        "AAC001": person, "AAE140": dice.of("110", "170"), "AAE041": code(shifted(last, -3)),
        "AAE042": code(last), "AAE019": "1000.00",
        "AAE058": dice.of("1000.00", "999.99", "999.98", "0", None),
    })  # fmt: skip


def _approved(entitlement: Row, month: str) -> list[tuple[str, int]]:
    """List the approved items in force, in cents."""
    return [
        (str(row["AAA036"]), round(float(str(row["AAE019"])) * 100))
        for row in entitlement.get("approved", [])  # type: ignore[attr-defined]
        if str(row["AAE041"]) <= str(code(month)) and (row["AAE042"] or "999999") >= str(code(month))
    ]


def _pay(dice: Dice, rows: Registers, entitlement: Row, humans: list[Human], returned: Returned) -> None:
    for month in dice.some(entitlement.get("pool") or dice.pool()):  # type: ignore[arg-type]
        items = _approved(entitlement, month) or [("101", 100000)]
        times = 1 if dice.chance(0.9) else 2
        for _ in range(times):
            pay(dice, rows, entitlement, month, _varied(dice, items), humans, returned)


def _varied(dice: Dice, items: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Pay as approved, a cent or two off, 30 % more or less, or with a grant."""
    first, cents = items[0]
    off = dice.of(
        0, 0, 0, 0, 1, 2, -1, -2, cents * 3 // 10, cents * 3 // 10 + 1, -cents * 3 // 10, -cents * 3 // 10 - 1
    )
    varied = [(first, cents + int(str(off))), *items[1:]]
    if dice.chance(0.1):
        grant = str(dice.of("501", "502", "503"))
        varied = [pair for pair in varied if pair[0] != grant] + [(grant, 50000)]
    return varied


def pay(
    dice: Dice, rows: Registers, entitlement: Row, month: str, items: list[tuple[str, int]],
    humans: list[Human], returned: Returned,
) -> None:  # fmt: skip
    """Add a payment, its items, and a row of the bank's."""
    payment = f"Z{dice.next():06d}"
    total = sum(cents for _, cents in items)
    gone = f"B9{dice.next():05d}"
    rows.add("AC82", {
        "AAZ220": payment, "AAZ257": entitlement["AAZ257"] if dice.chance(0.97) else gone,
        "AAC001": entitlement["AAC001"], "AAE140": entitlement["AAE140"],
        "AAE002": code(dice.month(month, 0, 0, 0, 0, 1, 2)), "AAE003": code(month),
        "AAE019": money(total), "AAE010": dice.of(*ACCOUNTS) if dice.chance(0.25) else entitlement["AAE010"],
        "AAE145": dice.of("1", "1", "1", "2", "9"), "AAE117": dice.of(1, 1, 1, 1, 1, 1, 0, 2),
    })  # fmt: skip
    if dice.chance(0.85):
        for item, cents in items:
            rows.add("AC83", {"AAZ220": payment, "AAA036": item, "AAE019": money(cents)})
    if dice.chance(0.3):
        holder = str(entitlement["AAE009"])
        name = written_name(dice, holder) if dice.chance(0.5) else holder
        returned.append({
            "payment_id": payment, "account_no": "1", "payee_name": str(name or ""), "amount": money(total),
            "result": str(dice.of("paid", "paid", "paid", "returned")), "reason": "", "value_on": "20240610",
        })  # fmt: skip
