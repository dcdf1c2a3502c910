"""What happens to vouchers on the way: splits, refunds, late fees, and planted disagreements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator import clock, numbers, parameters
from simulator.chance import happens_once
from simulator.entities.employers import Employers
from simulator.feeds.plants.recorder import Recorder
from simulator.feeds.tax import Voucher
from simulator.span import Span

_SPLIT_SHARE = 0.05
_LEAST_SPLIT = 10_000
_PLANTED_SCHEMES = (parameters.PENSION, parameters.MEDICAL)
# Collected towards the end of a month, what tax alone has may be on its way.
_EARLY = 8
_STRANGER = "哈尔滨远洋贸易有限公司"


@dataclass(frozen=True)
class Difference:
    """A planted disagreement between tax and agency, as the arrival review must show it."""

    month: int
    county: int
    status: str
    subject: str
    scheme: int
    for_month: int
    tax: int
    agency: int


def with_incidents(
    rng: np.random.Generator, span: Span, month: int, vouchers: list[Voucher], employers: Employers
) -> list[Voucher]:
    """Split a few vouchers, add refunds of over-collected money and late fees; sums stay as they were."""
    whole = [part for voucher in vouchers for part in _split(rng, voucher)]
    chosen = [place for place, voucher in enumerate(whole) if voucher.employer >= 0]
    refunds = min(max(2, len(chosen) // 400), len(chosen))
    for place in rng.choice(chosen, size=refunds, replace=False).tolist():
        original, extra = whole[place], int(rng.integers(10, 900)) * 100
        whole[place] = replace(original, amount=original.amount + extra)
        whole.append(replace(original, kind="refund", amount=-extra, base=0, original=place))
    made_good = set(np.flatnonzero(employers.cleared_in == month - span.first).tolist())
    for voucher in vouchers:
        if voucher.employer in made_good and voucher.kind == "employee" and voucher.for_month < month:
            made_good.remove(voucher.employer)
            fee = int(rng.integers(100, 90_000))
            whole.append(replace(voucher, kind="late_fee", amount=fee, base=0))
    return whole


def with_differences(
    rng: np.random.Generator, month: int, vouchers: list[Voucher], employers: Employers, count: int
) -> tuple[list[Voucher], list[Difference]]:
    """Plant ``count`` disagreements of each kind, each at an employer of its own."""
    changed, planted = list(vouchers), []
    slots = _plain_slots(month, vouchers, employers)
    chosen = rng.choice(len(slots), size=min(4 * count, len(slots)), replace=False).tolist()
    for order, place in enumerate(chosen):
        slot = slots[place]
        first = vouchers[slot[0]]
        agency = sum(vouchers[index].amount for index in slot)
        subject, scheme, for_month, tax = employers.ids[first.employer], first.scheme, month, 0
        status = ("amount_differs", "agency_only", "tax_only", "unknown_payer")[order % 4]
        if status == "amount_differs":
            tax = agency + int(rng.integers(1, 400)) * 25
            changed[slot[0]] = replace(first, amount=first.amount + tax - agency)
        elif status == "agency_only":
            for index in slot:
                changed[index] = replace(vouchers[index], amount=0)
        elif status == "tax_only":
            scheme, for_month = parameters.UNEMPLOYMENT, month - 13 - int(rng.integers(0, 6))
            tax, agency = int(rng.integers(50, 3000)) * 100, 0
            day = clock.day_in(month, _EARLY)
            changed.append(
                replace(first, scheme=scheme, for_month=for_month, amount=tax, base=0, collected_on=day)
            )
        else:
            subject = numbers.draw_credit_code(rng, 230107, government=False)
            tax, agency = int(rng.integers(500, 9000)) * 100, 0
            changed.append(replace(first, employer=-1, taxpayer_no=subject, name=_STRANGER, amount=tax))
        planted.append(Difference(month, first.county, status, subject, scheme, for_month, tax, agency))
    return changed, planted


def record_differences(recorder: Recorder, planted: Sequence[Difference]) -> None:
    """Record planted disagreements, and that they part tax and agency in four ways, too."""
    for voucher in planted:
        recorder.row(
            "arrival_review", voucher.status, first=voucher.month, last=voucher.month,
            month=clock.month_text(voucher.month), subject=voucher.subject, scheme=str(voucher.scheme),
            for_month=clock.month_text(voucher.for_month), amount_a=f"{voucher.tax / 100:.2f}",
            amount_b=f"{voucher.agency / 100:.2f}",
        )  # fmt: skip
        recorder.row(
            "four_way", "differs", first=voucher.month, last=voucher.month, county=voucher.county,
            scheme=str(voucher.scheme), party_a="tax", party_b="agency",
        )  # fmt: skip


def _split(rng: np.random.Generator, voucher: Voucher) -> tuple[Voucher, ...]:
    if voucher.employer < 0 or voucher.amount < _LEAST_SPLIT or not happens_once(rng, _SPLIT_SHARE):
        return (voucher,)
    share, base = voucher.amount * 2 // 5, voucher.base * 2 // 5
    return (
        replace(voucher, amount=share, base=base),
        replace(voucher, amount=voucher.amount - share, base=voucher.base - base),
    )


def _plain_slots(month: int, vouchers: list[Voucher], employers: Employers) -> list[list[int]]:
    """Return one slot (places of its vouchers) per employer without refunds and late fees this month.

    Employers where only players of the cross-checks work (no weight) are left alone.
    """
    incidents = {voucher.employer for voucher in vouchers if voucher.kind in ("refund", "late_fee")}
    slots: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, voucher in enumerate(vouchers):
        is_plain = voucher.employer >= 0 and employers.weight[voucher.employer] > 0
        if is_plain and voucher.for_month == month and voucher.scheme in _PLANTED_SCHEMES:
            slots[voucher.employer, voucher.scheme].append(place)
    own = {employer: places for (employer, _), places in slots.items() if employer not in incidents}
    return [own[employer] for employer in sorted(own)]
