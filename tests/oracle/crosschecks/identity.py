"""The rules of who is who: several ids of one human, rewritten identities, one hand writing and checking."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from tests.oracle.crosschecks.facts import Facts
from tests.oracle.crosschecks.people import people_of
from tests.oracle.crosschecks.points import Point, Wrong, point, wrongs
from tests.oracle.names import folded
from tests.oracle.production import Batch
from tests.oracle.values import ZERO, amount, day, identity18, is_placeholder, month_of

SAME_HAND = ("AC01", "AC02", "AC43", "AC50", "AC60", "AC61", "AC82")
KEYS = {"AC01": "AAC001", "AC02": "AAZ159", "AC43": "AAZ223", "AC60": "AAZ257", "AC82": "AAZ220"}


def one_person_many_ids(facts: Facts) -> list[Point]:
    """Two person ids of one human, of class A and B."""
    points = []
    for (person, other), grade in people_of(facts).pairs.items():
        wrong = Wrong(divisions={facts.home(person), facts.home(other)})
        for row in (*facts.ledgers.enrolments, *facts.entitlements.values()):
            if row.person in (person, other):
                wrong.divisions.add(getattr(row, "division", None) or getattr(row, "place", None))
        points.append(
            point("one_person_many_ids", (person, other, ""), wrong, match_class=grade, is_state=True)
        )
    return points


def _stems(facts: Facts) -> list[str]:
    """List the months whose production databases were read, up to m."""
    stems = sorted(
        path.stem.removeprefix("production-") for path in facts.city.folder.glob("production-*.db")
    )
    return [stem for stem in stems if stem <= facts.month and (facts.landed is None or stem in facts.landed)]


@lru_cache(maxsize=16)
def _registers(folder: Path, stem: str, city: object) -> tuple[dict, dict]:
    """Give AC01 and AC60 of a batch by key."""
    batch = Batch(
        folder / f"production-{stem}.db", site=city.site, month=stem, tables=("AA10", "AC01", "AC60")
    )
    return (
        {row.AAC001: row for row in batch.current["AC01"]},
        {row.AAZ257: row for row in batch.current["AC60"]},
    )


def _batches(facts: Facts) -> Iterator[tuple[str, tuple[dict, dict], tuple[dict, dict]]]:
    """Give each batch with the one before: its month, both registers."""
    stems = _stems(facts)
    for before, later in pairwise(stems):
        folder = facts.city.folder
        yield later, _registers(folder, before, facts.city), _registers(folder, later, facts.city)


def _name_differs(left: tuple, right: tuple) -> bool:
    names = folded(left.AAC003), folded(right.AAC003)
    is_known = not any(name == "" or is_placeholder(name) for name in names)
    return is_known and names[0] != names[1]


def _number_differs(left: tuple, right: tuple) -> bool:
    numbers = identity18(left.AAC002), identity18(right.AAC002)
    is_known = not any(number is None or is_placeholder(number) for number in numbers)
    return is_known and numbers[0] != numbers[1]


def _is_another(former: str | None, later: str | None) -> bool:
    """Whether a value changed that was there and is: a placeholder is a value, too."""
    return bool(former) and bool(later) and former != later


def identity_rewritten(facts: Facts) -> list[Point]:
    """Name and number of one person id both differ between two batches, whichever up to m."""
    months: dict[str, list[str]] = {}
    for at, (before, _), (later, _) in _batches(facts):
        for person, row in later.items():
            former = before.get(person)
            if former is not None and _name_differs(former, row) and _number_differs(former, row):
                months.setdefault(person, []).append(at)
    return [
        point(
            "identity_rewritten",
            (person, "", ""),
            Wrong(divisions={facts.home(person)}),
            is_state=True,
            first=min(at),
            last=max(at),
        )
        for person, at in months.items()
        if person in facts.persons
    ]


def same_hand(facts: Facts) -> list[Point]:
    """Records that who wrote them also checked; an identity and an account changed by one hand."""
    sums = wrongs()
    # Judged by the month of AAE036: whatever month a payment is for.
    paid = {payment.payment_id for payment in facts.booked if payment.is_paid}
    for table in SAME_HAND:
        for row in facts.batch.current[table]:
            if row.AAE011 is None or row.AAE011 != row.YAE016:
                continue
            entitlement = facts.entitlements.get(row.AAZ257) if table == "AC61" else None
            person = entitlement.person if entitlement is not None else getattr(row, "AAC001", None)
            handled = _handled(row)
            if person is None or not facts.is_past(handled):
                continue
            money = ZERO
            if table == "AC82" and row.AAZ220 in paid:
                money = amount(row.AAE019) or ZERO
            sums[person, "", _scheme(facts, table, row)].add(
                [handled], money, evidence=_row_key(table, row), divisions=_places(facts, table, row, person)
            )
    _changed_by_one_hand(facts, sums)
    return [point("same_hand", key, wrong) for key, wrong in sums.items()]


def _handled(row: tuple) -> str | None:
    """Give the month of AAE036, which may hold a time of day."""
    digits = "".join(letter for letter in row.AAE036 or "" if letter in "0123456789")[:8]
    handled = day(digits)
    return None if handled is None else month_of(handled)


def _scheme(facts: Facts, table: str, row: tuple) -> str:
    if table == "AC01":
        return ""
    if table == "AC61":
        entitlement = facts.entitlements.get(row.AAZ257)
        return (entitlement.scheme if entitlement else "") or ""
    return facts.code("AAE140", row.AAE140) or ""


def _row_key(table: str, row: tuple) -> list[tuple[str, str]]:
    return [(table, getattr(row, KEYS[table]) or "")] if table in KEYS else []


def _places(facts: Facts, table: str, row: tuple, person: str) -> set[str | None]:
    """Give AC01's division, or for records of entitlements and payments theirs."""
    entitlement = facts.entitlements.get(row.AAZ257) if table in ("AC60", "AC61", "AC82") else None
    own = facts.batch.division(row.AAB301) if table == "AC02" else None
    return {facts.home(person), *([entitlement.place] if entitlement else []), *([own] if own else [])}


def _changed_by_one_hand(facts: Facts, sums: dict) -> None:
    """Between the last two batches: a name or number, and account and status of one entitlement."""
    batches = [entry for entry in _batches(facts) if entry[0] == facts.month]
    for _, (persons_before, before), (persons, later) in batches:
        for its_id, row in later.items():
            former, person = before.get(its_id), persons.get(row.AAC001)
            person_before = persons_before.get(row.AAC001)
            if None in (former, person, person_before) or row.AAE011 is None:
                continue
            names = folded(person_before.AAC003), folded(person.AAC003)
            numbers = identity18(person_before.AAC002), identity18(person.AAC002)
            identity = _is_another(*names) or _is_another(*numbers)
            account = former.AAE010 != row.AAE010
            status = facts.code("AAE116", former.AAE116) != facts.code("AAE116", row.AAE116)
            if identity and account and status and person.AAE011 == row.AAE011:
                handled = _handled(row)
                if facts.is_past(handled):
                    sums[row.AAC001, "", facts.code("AAE140", row.AAE140) or ""].add(
                        [handled],
                        evidence=[("AC60", its_id)],
                        divisions=_places(facts, "AC60", row, row.AAC001),
                    )
