"""Humans under one to three person ids, what AC01 says of them, and what the registry does."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hostile.drawing import (
    MONTH,
    NAMES,
    NORTH,
    NOWHERE,
    SOUTH,
    Dice,
    Row,
    code,
    number15,
    number18,
    shifted,
)

# A birth date, by what it is the boundary of: the reform of ages, 18 years, 110 years.
_AGES = {
    "worker": [f"19{year}{part}" for year in (75, 80, 85, 90) for part in ("0615", "1231")],
    "ageing": [],
    "youth": ["20060512", "20060630", "20060601", "20060701", "20051231", "20070101"],
    "old": ["19130630", "19130701", "19130629", "19140101", "19120229", "19140630"],
}
_CATEGORIES = ("01", "01", "01", "02", "03", "04", "03", "05")
UNEMPLOYMENT = "210"
# Schemes that meet: what somebody contributes to and is paid from.
_PALETTES = (
    ("110",), ("110", "170"), ("110", "120"), ("120", "170"), ("410", "110"), ("410", "120"), ("210", "110"),
    ("210", "170"), ("110", "120", "170", "210", "410"),
)  # fmt: skip


@dataclass
class Human:
    """One human: a number, a birth date, months and schemes that matter, and ids the agency knows them by."""

    number: str
    name: str
    birth: str
    age: str
    pool: list[str]
    palette: tuple[str, ...]
    ids: list[str] = field(default_factory=list)


def draw_birth(dice: Dice) -> tuple[str, str]:
    """Choose a birth date and what it is near to."""
    age = str(dice.of("worker", "worker", "worker", "ageing", "ageing", "youth", "old"))
    if age != "ageing":
        return str(dice.of(*_AGES[age])), age
    months = int(str(dice.of(600, 640, 660, 690, 700, 720, 721, 757, 600, 720)))
    return dice.day(shifted(MONTH, -months - int(str(dice.of(-1, 0, 1, 4, 5, 6, 7, 8))))), age


def draw_humans(dice: Dice, count: int) -> tuple[list[Human], list[Row]]:
    """Draw humans and their rows of AC01."""
    humans, rows = [], []
    for _ in range(count):
        birth, age = draw_birth(dice)
        serial = dice.next()
        human = Human(
            number18(birth, serial),
            str(dice.of(*NAMES)),
            birth,
            age,
            dice.pool(),
            dice.random.choice(_PALETTES),
        )
        for _ in range(int(str(dice.of(1, 1, 1, 2, 2, 3)))):
            human.ids.append(f"P{dice.next():04d}")
            rows.append(_person(dice, human))
        humans.append(human)
    return humans, rows


def written_name(dice: Dice, name: str) -> object:
    """Write a name: as it is, equal, close or unrelated."""
    equal, close, unrelated = NAMES[name]
    return dice.of(name, name, dice.of(*equal), dice.of(*equal), dice.of(*close), dice.of(*unrelated))


def written_number(dice: Dice, human: Human) -> object:
    """Write a number: mostly valid, in one of its ways."""
    number = human.number
    ways: list[object] = [number, number, number, number.lower(), f" {number} "]
    if human.birth.startswith("19"):
        ways.append(number15(number))
    if dice.chance(0.1):
        return dice.of(None, number[:-1] + ("1" if number[-1] != "1" else "2"), "0", number[:17])
    return dice.of(*ways)


def _person(dice: Dice, human: Human) -> Row:
    dead = dice.of(None, None, None, None, "2", "2", "3")
    is_dated = dice.chance(0.8 if dead == "2" else 0.1)
    died = dice.day(dice.month(MONTH, -14, -13, -3, -2, -1)) if is_dated else None
    return {
        "AAC001": human.ids[-1],
        "AAC002": written_number(dice, human),
        "AAC003": written_name(dice, human.name),
        "AAC004": dice.of("1", "2", "2"),
        "AAC006": human.birth if dice.chance(0.95) else None,
        "AAC013": dice.of("1", "1", "2", None),
        "AAC058": "01",
        "AAC060": dead or "1",
        "AAE138": died,
        "AAB301": dice.of(NORTH, NORTH, SOUTH, NOWHERE) if dice.chance(0.3) else NORTH,
    }


def draw_events(dice: Dice, humans: list[Human]) -> list[dict[str, str]]:
    """Draw the events of the registry: several sources, corrected and revoked, some no death."""
    events: list[dict[str, str]] = []
    for human in humans:
        if not dice.chance(0.7 if UNEMPLOYMENT in human.palette else 0.45):
            continue
        around = dice.month(MONTH, -15, -14, -13, -12, -11, -3, -2, -1, 0)
        times = dice.of(2, 3, 4) if UNEMPLOYMENT in human.palette else dice.of(1, 1, 2, 3)
        for _ in range(int(str(times))):
            events += _chain(dice, human, around)
    return events


def _chain(dice: Dice, human: Human, around: str) -> list[dict[str, str]]:
    source = str(dice.of("police", "police", "cremation", "health"))
    event = {
        "source": source,
        "source_event_id": f"D{dice.next():05d}",
        "event_type": "create",
        "name": str(written_name(dice, human.name) or "某人"),
        "id_number": str(written_number(dice, human) or ""),
        "category": str(dice.of("01", "01", "01", "02", "03", "04", "03", "05"))
        if source == "police"
        else "01",
        **_date(dice, around),
    }
    chain = [event]
    if dice.chance(0.3):
        chain.append({**event, "event_type": "correct", **_date(dice, around)})
    if dice.chance(0.2):
        chain.append({**event, "event_type": "revoke"})
        if dice.chance(0.3):
            chain.append({**event, "event_type": "correct", **_date(dice, around)})
    return chain


def _date(dice: Dice, around: str) -> dict[str, str]:
    month = dice.month(around, -12, -2, -1, 0, 0, 0, 1, 2)
    precision = str(dice.of("D", "D", "D", "D", "M", "Y"))
    day = f"{code(month)}{dice.of('01', '02', '15', '28', '30')}" if month[5:] != "02" else f"{code(month)}28"
    return {"death_date": {"D": day, "M": month, "Y": month[:4]}[precision], "precision": precision}
