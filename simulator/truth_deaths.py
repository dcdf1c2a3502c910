"""The truth about ``paid_after_death``: payments of the dead, and everything that only looks like it."""

from __future__ import annotations

import numpy as np

from simulator import clock, names, parameters
from simulator.benefits import DEATH_BENEFIT, Entitlements
from simulator.clock import FOREVER
from simulator.feeds_registry import Event
from simulator.payments import Payments
from simulator.plan import Plan
from simulator.population import Population
from simulator.span import Span
from simulator.truth import Truth

RULE = "paid_after_death"
_WHYS = {
    "granted": "funeral grant, lump sum and account balance (items 501, 502, 503) paid to the heirs",
    "reissued": "payment for the month of death, returned and paid again afterwards",
    "corrected": "the first death date was two months too early and corrected in the same month",
    "revoked": "the death event was revoked in the same month",
    "revoked_late": "the death event is revoked in first_month; before, the point stands",
    "other_category": "categories 03, 04, 05 are no deaths",
    "namesake_number": "the event's number belongs to a living person of an unrelated name (class C)",
}


def tell_deaths(
    span: Span,
    people: Population,
    plan: Plan,
    rights: Entitlements,
    payments: Payments,
    events: list[Event],
    truth: Truth,
) -> None:
    """Record what was paid after death, and the decoys."""
    about: dict[int, list[Event]] = {}
    for event in events:
        about.setdefault(event.person, []).append(event)
    for person in sorted(plan.paid_on.tolist()):
        _tell_paid_on(span, people, rights, payments, about.get(person, []), person, truth)
    for part, why in _WHYS.items():
        for person in sorted(getattr(plan, part).tolist()):
            reports = about.get(person, [])
            if reports:
                first = max(e.month for e in reports) if part == "revoked_late" else reports[0].month
                item = {
                    "person_id": people.ids[person],
                    "division": parameters.COUNTIES[people.county[person]],
                    "first_month": clock.month_text(first),
                }
                if part != "revoked_late" or any(e.event_type == "revoke" for e in reports):
                    truth.decoy(RULE, why=why, **item)


def _tell_paid_on(
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    reports: list[Event],
    person: int,
    truth: Truth,
) -> None:
    numbered = [event for event in reports if event.number]
    if not numbered:
        return
    death = int(clock.month_of(people.died[person]))
    reported_in = min(event.month for event in numbered)
    same_name = {people.name[person], *(names.rewritten(people.name[person], way) for way in range(3))}
    is_same = any(event.name in same_name for event in numbered)
    mine = (rights.person[payments.entry] == person) & (payments.for_month > death)
    mine &= (rights.kind[payments.entry] != DEATH_BENEFIT) & (payments.paid_since < FOREVER)
    places = np.flatnonzero(mine)
    for scheme in sorted(set(rights.scheme[payments.entry[places]].tolist())):
        paid = [
            {
                "for_month": clock.month_text(int(payments.for_month[place])),
                "visible_from": span.months[int(payments.paid_since[place])],
                "amount": f"{payments.amount[place] / 100:.2f}",
                "key": int(payments.ids[place]),
            }
            for place in places
            if rights.scheme[payments.entry[place]] == scheme
        ]
        first = max(clock.month_text(reported_in), min(p["visible_from"] for p in paid))
        truth.plant(
            RULE,
            person_id=people.ids[person],
            scheme=str(scheme),
            match_class="A" if is_same else "B",
            division=parameters.COUNTIES[people.county[person]],
            died=clock.day_text(int(people.died[person])),
            reported_in=clock.month_text(reported_in),
            first_month=first,
            payments=paid,
        )
