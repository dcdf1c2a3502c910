"""What employers owe, month by month, and the late fee on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.values import ZERO, half_up, last_day, shift

NEW_RATE = date(2011, 7, 1)


def arrears_and_late_fees(ground: Ground) -> Iterator[Row]:
    """One row per employer, scheme and month with a balance."""
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    ledgers = ground.ledgers
    for contribution in (*ledgers.contributions, *ledgers.unit_contributions):
        of_employee = contribution.person is None or (contribution.is_employee and contribution.kind != "32")
        if not (
            contribution.counts
            and of_employee
            and contribution.employer
            and contribution.scheme
            and contribution.month <= ground.month
        ):
            continue
        balance = sums[contribution.employer, contribution.scheme, contribution.month]
        balance[0] += contribution.due
        balance[1] += contribution.paid if contribution.arrived else ZERO
    for (employer, scheme, month), (due, arrived) in sums.items():
        division = ledgers.employer_division(employer)
        if due <= arrived or division is None:
            continue
        when = due_day(ground, division, scheme, month)
        status, items = "not_checked", []
        if when is not None and when >= ground.as_of:
            status = "not_due"
        elif when is not None:
            status = "historic" if month < f"{ground.month[:4]}-01" else "current"
            items = [_fee(ground, due - arrived, when)]
        yield row(
            "arrears_and_late_fees", ("due", "arrived"), (due, arrived), status, as_of=ground.as_of,
            division=division, scheme=scheme, subject=employer, for_month=month, items=items,
        )  # fmt: skip


def due_day(ground: Ground, division: str, scheme: str, month: str) -> date | None:
    """Say when a month's premium is due, None where the site does not."""
    deadline = ground.site.look_up("contribution_deadlines", division, None, (("scheme", scheme),))
    if deadline is None or deadline["months_after"] is None or deadline["day"] is None:
        return None
    due = shift(month, int(deadline["months_after"]))
    last = last_day(due)
    when = min(last, last.replace(day=1) + timedelta(int(deadline["day"]) - 1))
    return ground.calendar.moved(when)


def _fee(ground: Ground, balance: Decimal, due: date) -> Item:
    days = [due + timedelta(number) for number in range(1, (ground.as_of - due).days + 1)]
    old = sum(when < NEW_RATE for when in days)
    fee = balance * (Decimal("0.002") * old + Decimal("0.0005") * (len(days) - old))
    return Item("late_fee", half_up(fee), due, None, len(days))
