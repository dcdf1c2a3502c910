"""All scenes: each rule's wrongs with their decoys, as many times as the city is large."""

from __future__ import annotations

from collections.abc import Callable

from simulator.entities.employers import Employers
from simulator.entities.population import Population
from simulator.faults.crosschecks import (
    contributions,
    deaths,
    doubles,
    employers,
    identity,
    payments,
    pensions,
)
from simulator.faults.crosschecks.stage import Stage
from simulator.span import Span
from simulator.truth import Truth

GROUPS = (deaths, payments, pensions, contributions, doubles, employers, identity)
SCENES: tuple[Callable[[Stage], None], ...] = tuple(scene for group in GROUPS for scene in group.SCENES)


def play(span: Span, people: Population, firms: Employers, truth: Truth, *, times: int) -> Stage:
    """Play every scene so many times on persons of its own; return what is to be on file."""
    stage = Stage(span=span, truth=truth, firms=firms, people_count=people.count)
    for _ in range(times):
        for scene in SCENES:
            scene(stage)
    return stage


def name_payments(truth: Truth, *, first_id: int) -> None:
    """Write the keys of planted payments into the truth, now that they are known."""
    for item in truth.planted["AC82-1"]:
        if "place" in item:
            item["key"] = str(first_id + int(str(item.pop("place"))))
    for lists in truth.planted.values():
        for item in lists:
            payments = item.get("payments")
            for payment in payments if isinstance(payments, list) else ():
                if "place" in payment:
                    payment["key"] = str(first_id + payment.pop("place"))
