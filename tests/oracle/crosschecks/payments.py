"""The rules of payments that need no second person."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.oracle.crosschecks.facts import Entitlement, Facts, Payment
from tests.oracle.crosschecks.points import Point, Wrong, point, wrongs
from tests.oracle.names import match_class
from tests.oracle.site import in_force
from tests.oracle.values import PENNY, ZERO, amount, month, month_of, shift

SURVIVOR = "11"
CASH = "9"
SHARED_BY = 4
GROWN_UP = 18 * 12
OLDEST = 110
SWING = Decimal("0.30")
SURVIVORS_REFORM = "2021-09"
ADJUSTMENT = "103"
ONE_NUMBER = "11010519491231002X"


def _of(rule: str, payments: list[Payment]) -> list[Point]:
    """Make a point per payments' scheme and person: the months paid for, and AAE019."""
    sums = wrongs()
    for payment in payments:
        sums[payment.person or "", "", payment.scheme or ""].add(
            [payment.month or ""], payment.amount, evidence=[payment.evidence], divisions=[payment.place]
        )
    return [point(rule, key, wrong) for key, wrong in sums.items()]


def survivor_still_paid(facts: Facts) -> list[Point]:
    """Survivors grown up, or of the residents' kind that the reform of 2021-09 ended."""
    wrong = []
    for payment in facts.paid:
        entitlement = payment.entitlement
        if entitlement is None or entitlement.kind != SURVIVOR:
            continue
        born = facts.born(payment.person)
        birthday = shift(month_of(born), GROWN_UP) if born is not None else None
        grown = birthday is not None and entitlement.first is not None and entitlement.first < birthday
        after_reform = (
            entitlement.scheme == "110"
            and entitlement.first is not None
            and entitlement.first > SURVIVORS_REFORM
        )
        if (grown and (payment.month or "") > (birthday or "")) or (
            after_reform and payment.for_the_living is not None
        ):
            wrong.append(payment)
    return _of("survivor_still_paid", wrong)


def age_over_limit(facts: Facts) -> list[Point]:
    """Older than 110 completed years on the as-of day and paid for one of the last twelve months."""
    wrong = []
    for payment in facts.paid:
        born = facts.born(payment.person)
        if born is None or not facts.is_recent(payment.month):
            continue
        had_birthday = (facts.as_of.month, facts.as_of.day) >= (born.month, born.day)
        completed = facts.as_of.year - born.year - (0 if had_birthday else 1)
        if completed > OLDEST:
            wrong.append(payment)
    return _of("age_over_limit", wrong)


def payment_without_entitlement(facts: Facts) -> list[Point]:
    """Paid, no death benefit, of an entitlement that does not exist or ended before."""
    wrong = []
    for payment in facts.paid:
        entitlement = payment.entitlement
        ended = entitlement is None or (
            entitlement.last is not None and entitlement.last < (payment.month or "")
        )
        if ended and payment.for_the_living is not None:
            wrong.append(payment)
    return _of("payment_without_entitlement", wrong)


def paid_in_cash(facts: Facts) -> list[Point]:
    """Paid through channel 9."""
    return _of("paid_in_cash", [payment for payment in facts.paid if payment.channel == CASH])


def paid_differs_from_approved(facts: Facts) -> list[Point]:
    """In a month with a paid payment, what is paid differs from what is approved; it may name nobody."""
    paid: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for entitlement_id, payments in facts.paid_from.items():
        for payment in payments:
            if entitlement_id in facts.entitlements:
                paid[entitlement_id, payment.month or ""].append(payment)
    sums = wrongs()
    for (entitlement_id, at), payments in paid.items():
        entitlement = facts.entitlements[entitlement_id]
        approved = sum((item.amount for item in entitlement.approved if item.holds(at)), ZERO)
        difference = abs(sum((payment.amount for payment in payments), ZERO) - approved)
        if difference > PENNY and entitlement.person is not None:
            sums[entitlement.person, "", entitlement.scheme or ""].add(
                [at],
                difference,
                evidence=[payment.evidence for payment in payments],
                divisions=[entitlement.place],
            )
    return [point("paid_differs_from_approved", key, wrong) for key, wrong in sums.items()]


def duplicate_payment(facts: Facts) -> list[Point]:
    """The same entitlement, month paid for and amount paid twice: all but one of each set.

    A set stands at the person and scheme of the first booked that names both, else somebody.
    """
    sets: dict[tuple[str, str, Decimal], list[Payment]] = defaultdict(list)
    for entitlement_id, payments in facts.paid_from.items():
        for payment in payments:
            if payment.has_amount:
                sets[entitlement_id, payment.month or "", payment.amount].append(payment)
    sums = wrongs()
    for (_, at, paid), payments in sets.items():
        named = [payment for payment in payments if payment.person is not None]
        if len(payments) > 1 and named:
            first = min(named, key=lambda one: (one.scheme is None, one.booked or "", one.payment_id))
            sums[first.person or "", "", first.scheme or ""].add(
                [at],
                paid * (len(payments) - 1),
                evidence=[payment.evidence for payment in payments],
                divisions=[payment.place for payment in payments],
            )
    return [point("duplicate_payment", key, wrong) for key, wrong in sums.items()]


def shared_account(facts: Facts) -> list[Point]:
    """One account paid for four or more persons in one booked month, and is not listed then."""
    listed = [(row["account_no"], row) for row in facts.batch.site.table("account_whitelist")]
    into: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in facts.booked:
        if payment.is_paid and payment.account is not None and facts.is_past(payment.booked):
            into[payment.account, payment.booked or ""].append(payment)
    sums: dict[str, Wrong] = defaultdict(Wrong)
    for (account, booked), payments in sorted(into.items()):
        is_listed = any(account == number and in_force(row, booked) for number, row in listed)
        if len({payment.person for payment in payments}) < SHARED_BY or is_listed:
            continue
        last = max(when for number, when in into if number == account)
        sums[account].add(
            [booked],
            sum((payment.amount for payment in payments), ZERO),
            evidence=[payment.evidence for payment in payments],
            divisions=[payment.place for payment in into[account, last]],
        )
    return [point("shared_account", (account, "", ""), wrong) for account, wrong in sums.items()]


def payee_name_mismatch(facts: Facts) -> list[Point]:
    """The bank paid somebody whose name is neither equal nor close to the account holder's."""
    by_id = {payment.payment_id: payment for payment in facts.payments}
    sums = wrongs()
    for row in facts.returns:
        payment = by_id.get(row.payment_id)
        if payment is None or row.result != "paid" or payment.entitlement is None:
            continue
        if match_class(ONE_NUMBER, row.payee_name, ONE_NUMBER, payment.entitlement.holder):
            continue
        sums[payment.person or "", "", payment.scheme or ""].add(
            [payment.month or ""], row.amount, evidence=[payment.evidence], divisions=[payment.place]
        )
    return [point("payee_name_mismatch", key, wrong) for key, wrong in sums.items()]


def returned_payment_open(facts: Facts) -> list[Point]:
    """Returned two months ago or earlier, and not paid since; unless the entitlement ended before."""
    paid: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entitlement_id, payments in facts.paid_from.items():
        for payment in payments:
            if facts.is_past(payment.booked):
                paid[entitlement_id, payment.month or ""].append(payment.booked or "")
    wrong = []
    for payment in facts.payments:
        booked = payment.booked
        if not payment.is_returned or booked is None or booked > shift(facts.month, -2):
            continue
        again = paid.get((payment.entitlement_id or "", payment.month or ""), [])
        entitlement = payment.entitlement
        cancelled = (
            entitlement is not None
            and entitlement.last is not None
            and entitlement.last < (payment.month or "")
        )
        if not cancelled and not any(since >= booked for since in again):
            wrong.append(payment)
    return _of("returned_payment_open", wrong)


def payment_swing(facts: Facts) -> list[Point]:
    """A pension up or down by more than 30 % against the month before, with no adjustment beginning."""
    sums_of: dict[tuple[str, str, str], list[Payment]] = defaultdict(list)
    for payment in facts.paid:
        if payment.is_pension and payment.booked == payment.month and payment.entitlement is not None:
            scheme = payment.entitlement.scheme or ""
            sums_of[payment.person or "", scheme, payment.month or ""].append(payment)
    sums = wrongs()
    for (person, scheme, at), payments in sums_of.items():
        before = sums_of.get((person, scheme, shift(at, -1)), [])
        now_sum = sum((payment.amount for payment in payments), ZERO)
        before_sum = sum((payment.amount for payment in before), ZERO)
        change = abs(now_sum - before_sum)
        if not facts.is_recent(at) or now_sum <= 0 or before_sum <= 0 or change <= SWING * before_sum:
            continue
        if not any(_adjusted(payment.entitlement, at) for payment in (*payments, *before)):
            sums[person, "", scheme].add(
                [at],
                change,
                evidence=[payment.evidence for payment in (*payments, *before)],
                divisions=[payment.place for payment in payments],
            )
    return [point("payment_swing", key, wrong) for key, wrong in sums.items()]


def _adjusted(entitlement: Entitlement | None, at: str) -> bool:
    return entitlement is not None and any(
        item.item == ADJUSTMENT and item.first == at for item in entitlement.approved
    )


def impostor_not_recovered(facts: Facts) -> list[Point]:
    """More than 0.01 of a claim is open twelve months after its last month."""
    rows = defaultdict(list)
    for row in facts.batch.current["YC01"]:
        open_amount = (amount(row.AAE019) or ZERO) - (amount(row.AAE058) or ZERO)
        last = month(row.AAE042)
        is_old = last is not None and last <= shift(facts.month, -12)
        if open_amount > PENNY and is_old and row.AAC001 is not None:
            scheme = facts.code("AAE140", row.AAE140) or ""
            rows[row.AAC001, "", scheme].append((month(row.AAE041) or "", last or "", open_amount))
    points = []
    for key, claims in rows.items():
        wrong = Wrong(amount=sum((amount for *_, amount in claims), ZERO), divisions={facts.home(key[0])})
        points.append(
            point(
                "impostor_not_recovered",
                key,
                wrong,
                is_state=True,
                first=min(first for first, *_ in claims),
                last=max(last for _, last, _ in claims),
            )
        )
    return points
