"""Enrolments and contributions: overlapping, covering, at the limits, paid back in bulk, at a shell."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hostile.drawing import MONTH, NORTH, NOWHERE, SOUTH, Dice, Row, code, money, shifted
from tests.hostile.people import Human

FLOOR, CAP = {"2022": 416082, "2023": 441879}, {"2022": 2080410, "2023": 2209395}
EMPLOYERS = tuple(f"E{place}" for place in range(1, 25))
SHELLS = tuple(f"S{place}" for place in range(1, 61))
# Employers and schemes whose method, where one is drawn, is no code: neither single nor dual base.
_WITHOUT_METHOD = {(place, "110") for place in range(0, 24, 8)}


@dataclass
class Registers:
    """The rows drawn so far, by table."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> Row:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)
        return row


def draw_employers(dice: Dice, rows: Registers) -> None:
    """Draw employers and their base methods."""
    for place, employer in enumerate((*EMPLOYERS, *SHELLS)):
        rows.add("AB01", {
            "AAB001": employer, "AAB004": f"城市第{place}公司", "AAB030": f"9123060{place}AAAAAAAAA{place}",
            "AAB019": "10", "AAB301": dice.of(NORTH, SOUTH),
        })  # fmt: skip
        for scheme in ("110", "120", "210", "410"):
            method = dice.of("01", "02", None)
            if method is not None:
                is_no_code = (place, scheme) in _WITHOUT_METHOD
                rows.add("AB02", {
                    "AAB001": employer, "AAE140": scheme, "AAB051": "1",
                    "AAB033": "9" if is_no_code else method,
                })  # fmt: skip


def draw_enrolments(dice: Dice, rows: Registers, humans: list[Human]) -> None:
    """Draw what people contribute to: often the same months twice."""
    for human in humans:
        for person in human.ids:
            for _ in range(int(str(dice.of(0, 1, 1, 2, 3)))):
                scheme = str(dice.of(*human.palette))
                identity = "13" if scheme == "170" else str(dice.of("11", "11", "11", "12"))
                enrolment = enrol(dice, rows, person, scheme=scheme, identity=identity)
                _contribute(dice, rows, enrolment, dice.some(human.pool))
    for human in humans:
        if dice.chance(0.08):
            _pay_back(dice, rows, human)
        if human.age == "ageing":
            for identity in ("11", "12"):
                enrol(dice, rows, human.ids[0], scheme="110", identity=identity)


def enrol(dice: Dice, rows: Registers, person: str, *, scheme: str, identity: str, **cells: object) -> Row:
    """Add an enrolment."""
    return rows.add("AC02", {
        "AAZ159": f"N{dice.next():05d}", "AAC001": person, "AAE140": scheme,
        "AAB001": dice.of(*EMPLOYERS, "E404") if identity == "11" or dice.chance(0.1) else None,
        "AAC008": dice.of("1", "1", "2", "4"), "AAC066": identity,
        "AAC030": dice.day(dice.month(MONTH, -100, -100, -11, -2, -1, 0)), "AAC049": "201001",
        "AAB301": dice.of(NORTH, SOUTH, SOUTH, NOWHERE) if dice.chance(0.6) else NORTH, **cells,
    })  # fmt: skip


def draw_base(dice: Dice, month: str) -> int:
    """Choose a base at the limits of a month, in cents."""
    year = str(int(month[:4]) - 1)
    floor, cap = FLOOR.get(year, FLOOR["2022"]), CAP.get(year, CAP["2022"])
    return int(str(dice.of(
        500000, 500000, 500000, 600000, floor, floor - 1, floor - 2, cap, cap + 1, cap + 2, FLOOR["2022"],
        FLOOR["2022"] - 1, FLOOR["2022"] - 2, CAP["2022"], CAP["2022"] + 1, CAP["2022"] + 2, CAP["2023"] + 2,
    )))  # fmt: skip


def _contribute(dice: Dice, rows: Registers, enrolment: Row, months: list[str]) -> None:
    steady = draw_base(dice, MONTH)
    for month in months:
        base = steady if dice.chance(0.7) else draw_base(dice, month)
        contribute(dice, rows, enrolment, month, base=base)


def contribute(dice: Dice, rows: Registers, enrolment: Row, month: str, *, base: int, **cells: object) -> Row:
    """Add a contribution of an enrolment."""
    covers = {}
    if enrolment["AAE140"] == "170":
        first = dice.month(month, -4, 0, 0)
        covers = dice.of(
            {}, {"AAE041": code(first), "AAE042": code(dice.month(first, 0, 1, 6, 11))},
            {"AAE041": code(month), "AAE042": code(month)},
        )  # fmt: skip
    return rows.add("AC43", {
        "AAZ223": f"K{dice.next():05d}", "AAC001": enrolment["AAC001"], "AAB001": enrolment["AAB001"],
        "AAE140": enrolment["AAE140"], "AAE002": code(dice.month(month, 0, 0, 0, 1, 3)),
        "AAE003": code(month), "AAA115": dice.of("10", "10", "10", "10", "31", "32"),
        "AAC040": money(base if dice.chance(0.7) else base + 10000), "AAE180": money(base),
        "AAE020": money(base * 16 // 100), "AAE022": money(base * 8 // 100),
        "AAE080": money(dice.cents()), "AAE082": money(dice.cents()),
        "AAE078": dice.of(1, 1, 1, 1, 0), **covers, **cells,
    })  # fmt: skip


def _pay_back(dice: Dice, rows: Registers, human: Human) -> None:
    """Pay 35 to 37 months back at once, and retire around two years later."""
    scheme = str(dice.of("110", "170"))
    booked = dice.month(MONTH, -25, -24, -23, -1, 0)
    enrolment = enrol(dice, rows, str(dice.of(*human.ids)), scheme=scheme, identity="12", AAB001=None)
    for back in range(int(str(dice.of(35, 36, 36, 37)))):
        kind = "10" if back == 0 and dice.chance(0.3) else "31"
        contribute(
            dice, rows, enrolment, shifted(booked, -1 - back), base=500000, AAA115=kind, AAE002=code(booked),
            AAE078=1 if dice.chance(0.995) else 0,
        )  # fmt: skip
    rows.add("AC60", {
        "AAZ257": f"T{dice.next():05d}", "AAC001": dice.of(*human.ids), "AAE140": scheme,
        "AIC161": dice.of("01", "01", "02", "11"), "AAE210": code(dice.month(booked, -1, 0, 1, 23, 24, 25)),
        "AAE116": "2", "AAE009": human.name, "AAE010": f"6222{dice.next():012d}", "AAB301": NORTH,
    })  # fmt: skip


def draw_shells(dice: Dice, rows: Registers, humans: list[Human]) -> None:
    """Draw employers whose new staff is at the floor and soon claims."""
    for employer in SHELLS:
        start = dice.month(MONTH, -14, -9, -4)
        scheme = dice.of("110", "110", "120")
        for place, human in enumerate(dice.random.sample(humans, int(str(dice.of(4, 5, 5, 6))))):
            began = dice.month(start, 0, 1, 2, 2) if dice.chance(0.95) else shifted(start, 3)
            enrolment = enrol(
                dice, rows, human.ids[0], scheme=str(scheme), identity="11", AAB001=employer,
                AAC030=dice.day(began), AAB301=NORTH,
            )  # fmt: skip
            for by in range(3):
                month = shifted(start, by)
                floor = FLOOR[str(int(month[:4]) - 1)]
                off = dice.of(0, 0, 1, -1) if dice.chance(0.99) else 2
                if month >= began:
                    contribute(dice, rows, enrolment, month, base=floor + int(str(off)), AAA115="10")
            if place < int(str(dice.of(1, 2, 2))):
                rows.add("AC60", {
                    "AAZ257": f"T{dice.next():05d}", "AAC001": human.ids[0], "AAE140": dice.of("210", "410"),
                    "AIC161": dice.of("21", "41"), "AAE210": code(dice.month(began, 0, 5, 6, 6, 7)),
                    "AAE116": "1", "AAE009": human.name, "AAE010": f"6222{dice.next():012d}", "AAB301": NORTH,
                })  # fmt: skip
