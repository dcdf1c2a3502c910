"""The truth about ``paid_after_death``: payments of the dead, and everything that only looks like it."""

from __future__ import annotations

import numpy as np

from simulator import clock, names, parameters
from simulator.clock import FOREVER
from simulator.entities.benefits import DEATH_BENEFIT, Entitlements
from simulator.entities.cast import Cast
from simulator.entities.payments import Payments
from simulator.entities.population import Population
from simulator.feeds.civil_registry import Event
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth

RULE = "paid_after_death"
_WHYS = {
    "granted": "funeral grant, lump sum and account balance (items 501, 502, 503) paid to the heirs",
    "reissued": "payment for the month of death, returned and paid again afterwards",
    "corrected": "the first death date was two months too early and corrected in the same month",
    "revoked": "the death event was revoked in the same month",
    "other_category": "categories 03, 04, 05 are no deaths",
    "namesake_number": "the event's number belongs to a living person of an unrelated name (class C)",
}


def record_deaths(
    span: Span,
    people: Population,
    cast: Cast,
    rights: Entitlements,
    payments: Payments,
    accounts: History,
    events: list[Event],
    truth: Truth,
) -> None:
    """Record what was paid after death, and the decoys; who was still in pay, or has an account (AC50)."""
    about: dict[int, list[Event]] = {}
    for event in events:
        about.setdefault(event.person, []).append(event)
    for person in sorted(cast.paid_on.tolist()):
        _record_paid_on(span, people, rights, payments, about.get(person, []), truth)
    for person in sorted(cast.revoked_late.tolist()):
        _record_revoked_late(span, people, rights, payments, about.get(person, []), truth)
    known = [person for person in np.flatnonzero(people.died > 0).tolist() if person in about]
    for person in known:
        reported = [event.month for event in about[person] if event.number]
        if reported:
            _record_known(span, people, rights, payments, person, min(reported), truth)
    _record_accounts(span, people, accounts, about, truth)
    for part, why in _WHYS.items():
        for person in sorted(getattr(cast, part).tolist()):
            for event in about.get(person, [])[:1]:
                _decoy(people, person, event.month, why, truth)


def _record_known(
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    person: int,
    reported: int,
    truth: Truth,
) -> None:
    """Record entitlements in pay from the month of the first report until they end, or are paid from."""
    for entry in np.flatnonzero((rights.person == person) & (rights.kind != DEATH_BENEFIT)).tolist():
        paid = (payments.entry == entry) & (payments.for_month > clock.month_of(int(people.died[person])))
        until = min(int(rights.ends_in[entry]), int(payments.paid_since[paid].min(initial=FOREVER)))
        since = max(reported - span.first, int(rights.since[entry]))
        if since < min(until, span.count):
            truth.plant(
                "dead_still_in_pay", person_id=people.ids[person], other_person_id="",
                scheme=str(rights.scheme[entry]), first_month=span.months[since],
                last_month=span.months[until - 1] if until < span.count else None,
            )  # fmt: skip


def _record_accounts(
    span: Span, people: Population, accounts: History, about: dict[int, list[Event]], truth: Truth
) -> None:
    """Record accounts that are not settled in the twelfth month after death."""
    columns = accounts.render(np.arange(len(accounts.since)))
    dead = {
        people.ids[person]: (clock.month_of(int(people.died[person])), reported)
        for person in np.flatnonzero(people.died > 0).tolist()
        if (reported := min((e.month for e in about.get(person, []) if e.number), default=0))
    }
    names = ("AAC001", "AAE140", "AAE240")
    for holder, scheme, cents in zip(*(np.asarray(columns[name]).tolist() for name in names), strict=True):
        if holder in dead and cents > 0:
            died, reported = dead[holder]
            month = max(died + 12, reported)
            if month <= span.last:
                truth.plant(
                    "account_unsettled_after_death", person_id=holder, other_person_id="", scheme=scheme,
                    first_month=clock.month_text(month), last_month=None,
                )  # fmt: skip


def _record_revoked_late(
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    reports: list[Event],
    truth: Truth,
) -> None:
    """A death revoked in a later month: a point until then, a decoy from then on."""
    created = [event for event in reports if event.event_type == "create"]
    revoked = [event for event in reports if event.event_type == "revoke"]
    last = revoked[0].month - 1 if revoked else None
    _record_paid_on(span, people, rights, payments, created, truth, last=last)
    for event in revoked:
        why = "the death event was revoked in first_month; before, the point stood"
        _decoy(people, event.person, event.month, why, truth)


def _decoy(people: Population, person: int, month: int, why: str, truth: Truth) -> None:
    truth.decoy(
        RULE,
        why=why,
        person_id=people.ids[person],
        division=parameters.COUNTIES[people.county[person]],
        first_month=clock.month_text(month),
    )


def _record_paid_on(
    span: Span,
    people: Population,
    rights: Entitlements,
    payments: Payments,
    reports: list[Event],
    truth: Truth,
    *,
    last: int | None = None,
) -> None:
    """Plant a point per scheme: payments for months after the month of death, as the events report it."""
    numbered = [event for event in reports if event.number]
    if not numbered:
        return
    person = numbered[0].person
    died = max(event.died for event in numbered)
    reported_in = min(event.month for event in numbered)
    same_name = {people.name[person], *(names.rewritten(people.name[person], way) for way in range(3))}
    paid_after = (rights.person[payments.entry] == person) & (payments.paid_since < FOREVER)
    paid_after &= payments.for_month > clock.month_number(f"{died[:4]}-{died[4:6]}")
    places = np.flatnonzero(paid_after & (rights.kind[payments.entry] != DEATH_BENEFIT))
    places = places[[last is None or span.first + payments.paid_since[p] <= last for p in places]]
    for scheme in np.unique(rights.scheme[payments.entry[places]]).tolist():
        paid = _paid(span, payments, places[rights.scheme[payments.entry[places]] == scheme])
        truth.plant(
            RULE,
            person_id=people.ids[person],
            scheme=str(scheme),
            match_class="A" if any(event.name in same_name for event in numbered) else "B",
            division=parameters.COUNTIES[people.county[person]],
            died=_day(died),
            reported_in=clock.month_text(reported_in),
            first_month=max(clock.month_text(reported_in), min(payment["visible_from"] for payment in paid)),
            last_month=None if last is None else clock.month_text(last),
            payments=paid,
        )


def _paid(span: Span, payments: Payments, places: np.ndarray) -> list[dict[str, str]]:
    return [
        {
            "for_month": clock.month_text(int(payments.for_month[place])),
            "visible_from": span.months[int(payments.paid_since[place])],
            "amount": f"{payments.amount[place] / 100:.2f}",
            "key": str(payments.ids[place]),
        }
        for place in places
    ]


def _day(died: str) -> str:
    return f"{died[:4]}-{died[4:6]}-{died[6:]}".rstrip("-")
