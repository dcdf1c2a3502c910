"""Faults planted in AC01, with decoys: numbers, names, dates, missing values, repeated keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from simulator import clock, parameters
from simulator.chance import one_each
from simulator.entities.cast import Cast
from simulator.entities.population import CHILD, DEPENDANT, FLEXIBLE, RESIDENT, Population
from simulator.faults.corrections import correct, correction_month, last_month
from simulator.history import History, Scalar
from simulator.span import Span
from simulator.truth import Truth

Columns = dict[str, np.ndarray]
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_YOUNG = 32 * 12
_REAL_BUT_TOO_EARLY = "18991231"
_FIRST_BIRTH_WITHOUT_OLD_NUMBER = 19700101


@dataclass
class PersonFaults:
    """Plants faults in the columns of AC01; nobody gets two, and nobody with a part any."""

    span: Span
    people: Population
    cast: Cast
    columns: Columns
    stays: np.ndarray
    unpensioned: np.ndarray
    truth: Truth
    corrections: list[tuple[int, int, str, Scalar]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Mark those who may be touched: alive, in one county, without a part, of no employer-less payer."""
        self.rng = self.span.stream("faults_people")
        payer = np.isin(self.people.role, (FLEXIBLE, RESIDENT, CHILD, DEPENDANT))
        self.free = self.stays & ~self.cast.reserved & (self.people.died == 0) & ~payer

    def draw(self, rate: float, *, among: np.ndarray | None = None, least: int = 2) -> list[int]:
        """Draw persons at a rate that differs by county, one in each at least, and mark them as touched."""
        county = self.people.county
        chance = rate * parameters.COUNTY_FAULT_FACTOR[county]
        fits = self.free if among is None else self.free & among
        chosen = np.flatnonzero(fits & (self.rng.random(self.people.count) < chance))
        chosen = one_each(self.rng, fits, county, chosen).tolist()
        spare = np.setdiff1d(np.flatnonzero(fits), chosen)
        lacking = min(max(least - len(chosen), 0), len(spare))
        chosen += self.rng.choice(spare, size=lacking, replace=False).tolist()
        self.free[chosen] = False
        return [int(person) for person in chosen]

    def put(self, rule: str, person: int, column: str, wrong: object, *, also: str | None = None) -> None:
        """Write a wrong value and record it, under another rule too that it breaks.

        Most are corrected, but for the first of each rule: every rule has one to the end.
        """
        right = self.columns[column][person]
        self.columns[column][person] = wrong
        first = max(int(self.people.joined[person]) - self.span.first, 0)
        county = int(self.people.county[person])
        index = correction_month(self.rng, self.span, county=county, since=first)
        if not self.truth.planted[rule]:
            index = self.span.count
        self.corrections.append((index, person, column, right))
        for broken in [rule] if also is None else [rule, also]:
            last = last_month(self.span, index)
            self.truth.plant(broken, **self._item(person, first), last_month=last)

    def pretend(self, rule: str, person: int, column: str, value: object, *, why: str) -> None:
        """Write a value that looks wrong and is right, and record the decoy."""
        self.columns[column][person] = value
        first = max(int(self.people.joined[person]) - self.span.first, 0)
        self.truth.decoy(rule, why=why, **self._item(person, first))

    def correct(self, history: History) -> None:
        """Add the corrections to the history of AC01."""
        for index, person, column, right in self.corrections:
            correct(history, self.span, index, person, column, right)

    def _item(self, person: int, first: int) -> dict[str, object]:
        return {
            "table": "AC01",
            "key": self.people.ids[person],
            "division": self.columns["AAB301"][person],
            "first_month": self.span.months[first],
        }


def plant_person_faults(
    span: Span,
    people: Population,
    cast: Cast,
    columns: Columns,
    stays: np.ndarray,
    judged: np.ndarray,
    truth: Truth,
) -> PersonFaults:
    """Plant all faults of AC01 in ``columns`` (in place).

    ``stays`` says who never moves, ``judged`` whose age the rules of pensions and enrolments judge: neither
    sex nor birth of them is wrong or missing.
    """
    young = (people.birth_month > span.first - _YOUNG) & ~judged
    faults = PersonFaults(span, people, cast, columns, stays, young, truth)
    _plant_numbers(faults)
    _plant_others(faults)
    _leave_out(faults)
    return faults


def repeat_person_rows(faults: PersonFaults, since: np.ndarray) -> np.ndarray:
    """Append repeated keys: identical rows, and older versions with another name; return ``since``."""
    columns, people = faults.columns, faults.people
    steady = people.joined == 0
    same = faults.draw(0.0006, among=steady)
    other = faults.draw(0.0004, among=steady)
    rows = np.array(same + other, dtype=int)
    older = np.arange(len(same), len(rows))
    for name, values in columns.items():
        extra = values[rows].copy()
        if name == "AAE036":
            extra[older] = str(clock.day_in(faults.span.first - 40, 5))
        if name == "AAC007":
            extra[older] = str(clock.day_in(faults.span.first - 400, 1))
        columns[name] = np.concatenate([values, extra])
    for person in same:
        faults.truth.plant("repeated_keys", table="AC01", key=people.ids[person], kind="identical")
    for person in other:
        faults.truth.plant("repeated_keys", table="AC01", key=people.ids[person], kind="older_version")
    return np.concatenate([since, since[rows]])


def _plant_numbers(faults: PersonFaults) -> None:
    ways: tuple[Callable[[str], str], ...] = (
        lambda n: n[:17] + ("1" if n[17] != "1" else "2"),
        lambda n: n[:10] + "13" + n[12:],
        lambda n: n[:17],
        lambda n: n[:8] + "A" + n[9:],
        lambda n: n[:6] + "991332" + n[14:17],
        lambda n: n[:13] + str((int(n[13]) + 5) % 10) + n[14:],
    )
    for place, person in enumerate(faults.draw(0.004, least=6)):
        wrong = ways[place % len(ways)](faults.people.number[person])
        faults.put("AC01-1", person, "AAC002", wrong)
    number = faults.people.number
    ends_in_x = np.array([text[17:18] == "X" for text in number])
    old = faults.people.birth < _FIRST_BIRTH_WITHOUT_OLD_NUMBER
    for person in faults.draw(0.02, among=ends_in_x):
        faults.pretend("AC01-1", person, "AAC002", number[person].lower(), why="lower-case x counts as X")
    for person in faults.draw(0.003, among=old):
        short = number[person][:6] + number[person][8:17]
        faults.pretend("AC01-1", person, "AAC002", short, why="valid 15-digit number")
    for person in faults.draw(0.001):
        wide = number[person].translate(_FULL_WIDTH)
        faults.pretend("AC01-1", person, "AAC002", wide, why="full-width digits fold to ASCII")
    for person in faults.draw(0.001):
        faults.columns["AAC058"][person] = ("02", "03", "04")[person % 3]
        passport = f"E{10_000_000 + person * 37 % 89_999_999}"
        faults.pretend("AC01-1", person, "AAC002", passport, why="not a resident identity card")


def _plant_others(faults: PersonFaults) -> None:
    columns = faults.columns
    for person in faults.draw(0.002):
        day = clock.shift_day(int(faults.people.birth[person]), 1)
        faults.put("AC01-2", person, "AAC006", str(day))
    for person in faults.draw(0.004, among=faults.unpensioned):
        wrong = "2" if columns["AAC004"][person] == "1" else "1"
        faults.put("AC01-3", person, "AAC004", wrong)
    for place, person in enumerate(faults.draw(0.001, least=4)):
        family_name = columns["AAC003"][person][0]
        wrong = ("测试", "不详", f"{family_name}3", family_name)[place % 4]
        faults.put("AC01-4", person, "AAC003", wrong)
    for place, person in enumerate(faults.draw(0.002, least=3, among=faults.unpensioned)):
        wrong = (_REAL_BUT_TOO_EARLY, "19850231", "19791301")[place % 3]
        also = "AC01-2" if wrong == _REAL_BUT_TOO_EARLY else None
        faults.put("AC01-5", person, "AAC006", wrong, also=also)
    for person in faults.draw(0.0003, least=1):
        faults.put("AC01-6", person, "AAC060", "7")
    for person in faults.draw(0.0004, least=1):
        faults.put("AC01-7", person, "AAE138", str(clock.day_in(faults.span.first - 3, 8)))
    for person in faults.draw(0.0008):
        faults.put("missing_number", person, "AAC002", (None, "", "NULL")[person % 3])


def _leave_out(faults: PersonFaults) -> None:
    for person in faults.draw(0.006, among=faults.unpensioned):
        faults.put("missing_birth_date", person, "AAC006", None, also="AC01-5")
    for person in faults.draw(0.001):
        faults.put("missing_sex", person, "AAC004", None)
    for person in faults.draw(0.001):
        faults.put("missing_name", person, "AAC003", None)
