"""What the tax bureau and the treasury send: vouchers per county and month, and the treasury's receipts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulator import clock, numbers, parameters
from simulator.collection import Arrivals
from simulator.employers import Employers
from simulator.enrolments import Enrolments
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.parameters import EMPLOYEE, FLEXIBLE
from simulator.population import Population
from simulator.span import Span

VOUCHER_COLUMNS = (
    "voucher_no", "taxpayer_no", "taxpayer_name", "person_id_number", "scheme", "month_from", "month_to",
    "kind", "base", "rate", "amount", "collected_on", "treasury_on", "original_voucher_no", "division",
)  # fmt: skip
RECEIPT_COLUMNS = (
    "receipt_no", "voucher_no", "scheme", "amount", "received_on", "transferred_on", "division",
)  # fmt: skip
_COLLECTING_DAYS = (8, 15, 22, 28)
_SPLIT_SHARE = 0.05
_LEAST_SPLIT = 10_000
_OWN_PART = 2


@dataclass(frozen=True)
class Voucher:
    """One tax voucher; ``employer`` or ``person`` is an index or -1, money in cents."""

    county: int
    employer: int
    person: int
    taxpayer_no: str
    name: str
    scheme: int
    for_month: int
    kind: str
    base: int
    amount: int
    collected_on: int
    original: int | None = None


@dataclass(frozen=True)
class Credit:
    """What the treasury passes on to a fiscal account: one sum per county, scheme and collecting day."""

    county: int
    scheme: int
    received_on: int
    credited_on: int
    amount: int
    reference: str


@dataclass(frozen=True)
class Difference:
    """A planted disagreement between tax and agency, as the arrival review must show it."""

    month: int
    status: str
    subject: str
    scheme: int
    for_month: int
    tax: int
    agency: int


def draw_vouchers(
    rng: np.random.Generator,
    month: int,
    arrived: Arrivals,
    people: Population,
    employers: Employers,
    enrolled: Enrolments,
) -> list[Voucher]:
    """Return the vouchers behind a month's arrivals; employers' split by kind, persons' one per month."""
    by_employer = arrived.employer >= 0
    firm = np.where(by_employer, arrived.employer, -1)
    who = np.where(by_employer, arrived.employer, arrived.person)
    part = np.where(by_employer, arrived.part, _OWN_PART)
    key = ((part * 10**8 + who) * 1000 + arrived.scheme) * 10**5 + arrived.for_month
    distinct, first, places = np.unique(key, return_index=True, return_inverse=True)
    amount = np.bincount(places, weights=arrived.amount).astype(np.int64)
    base = np.bincount(places, weights=arrived.base).astype(np.int64)
    base = np.where(part[first] == _OWN_PART, arrived.base[first], base)
    county = np.where(
        firm[first] >= 0,
        employers.county[firm[first]],
        enrolled.county[np.maximum(arrived.enrolment[first], 0)],
    )
    days = clock.day_in(month, rng.choice(_COLLECTING_DAYS, size=len(distinct)))
    kinds = np.array(["employer", "employee", "flexible"], dtype=object)[part[first]]
    vouchers = []
    for place in np.flatnonzero(amount > 0).tolist():
        row = int(first[place])
        employer, person = int(firm[row]), -1 if by_employer[row] else int(arrived.person[row])
        vouchers.append(
            Voucher(
                county=int(county[place]),
                employer=employer,
                person=person,
                taxpayer_no=employers.tax_number[employer] if employer >= 0 else "",
                name=employers.name[employer] if employer >= 0 else people.name[person],
                scheme=int(arrived.scheme[row]),
                for_month=int(arrived.for_month[row]),
                kind=kinds[place],
                base=int(base[place]),
                amount=int(amount[place]),
                collected_on=int(days[place]),
            )
        )
    return vouchers


def with_incidents(
    rng: np.random.Generator, span: Span, month: int, vouchers: list[Voucher], employers: Employers
) -> list[Voucher]:
    """Split a few vouchers, add refunds of over-collected money and late fees; sums stay as they were."""
    whole: list[Voucher] = []
    for voucher in vouchers:
        if voucher.employer >= 0 and voucher.amount > _LEAST_SPLIT and rng.random() < _SPLIT_SHARE:
            share = voucher.amount * 2 // 5
            whole += [replace(voucher, amount=share), replace(voucher, amount=voucher.amount - share)]
        else:
            whole.append(voucher)
    chosen = [place for place, voucher in enumerate(whole) if voucher.employer >= 0]
    for place in rng.choice(chosen, size=min(max(2, len(chosen) // 400), len(chosen)), replace=False):
        extra = int(rng.integers(10, 900)) * 100
        original = whole[place]
        whole[place] = replace(original, amount=original.amount + extra)
        whole.append(
            replace(
                original,
                kind="refund",
                amount=-extra,
                base=0,
                collected_on=clock.day_in(month, 28),
                original=int(place),
            )
        )
    late = {v.employer for v in vouchers if v.employer >= 0 and v.kind == "employee"}
    for employer in sorted(late):
        if employers.cleared_in[employer] == month - span.first:
            source = next(v for v in vouchers if v.employer == employer and v.kind == "employee")
            whole.append(replace(source, kind="late_fee", amount=int(rng.integers(100, 90_000)), base=0))
    return whole


def with_differences(
    rng: np.random.Generator,
    month: int,
    vouchers: list[Voucher],
    employers: Employers,
    count: int,
) -> tuple[list[Voucher], list[Difference]]:
    """Plant ``count`` disagreements of each kind among employers with two plain vouchers."""
    fits = [v for v in vouchers if v.kind == "employee" and v.for_month == month and v.scheme in (110, 310)]
    refunded = {v.employer for v in vouchers if v.kind in ("refund", "late_fee")}
    fits = [v for v in fits if v.employer not in refunded]
    chosen = [fits[place] for place in rng.choice(len(fits), size=min(3 * count, len(fits)), replace=False)]
    planted: list[Difference] = []
    changed = list(vouchers)
    for place, voucher in enumerate(chosen):
        subject = employers.ids[voucher.employer]
        mine = [v for v in changed if _slot(v) == _slot(voucher) and v.kind != "late_fee"]
        agency = sum(v.amount for v in mine)
        if place % 3 == 0:
            extra = int(rng.integers(1, 400)) * 25
            target = next(i for i, v in enumerate(changed) if v is mine[0])
            changed[target] = replace(mine[0], amount=mine[0].amount + extra)
            planted.append(
                Difference(month, "amount_differs", subject, voucher.scheme, month, agency + extra, agency)
            )
        elif place % 3 == 1:
            changed = [replace(v, amount=0) if any(v is one for one in mine) else v for v in changed]
            planted.append(Difference(month, "agency_only", subject, voucher.scheme, month, 0, agency))
        else:
            earlier = month - 13 - int(rng.integers(0, 6))
            extra = replace(voucher, scheme=210, for_month=earlier, amount=int(rng.integers(50, 3000)) * 100)
            changed.append(extra)
            planted.append(Difference(month, "tax_only", subject, 210, earlier, extra.amount, 0))
    known = set(employers.tax_number)
    for place in range(count):
        code = numbers.draw_credit_code(rng, 230107, government=False)
        if code not in known and fits:
            like = fits[place % len(fits)]
            stray = replace(
                like,
                employer=-1,
                taxpayer_no=code,
                name="哈尔滨远洋贸易有限公司",
                amount=int(rng.integers(500, 9000)) * 100,
            )
            changed.append(stray)
            planted.append(Difference(month, "unknown_payer", code, stray.scheme, month, stray.amount, 0))
    return changed, planted


def send_vouchers(outbox: Outbox, month: int, vouchers: list[Voucher], people: Population) -> list[Credit]:
    """Write a month's voucher files and receipt files per county; return what the treasury passes on."""
    to_fiscal: list[Credit] = []
    code = clock.month_code(month)
    numbered = [f"TV{code}{place:07d}" for place in range(1, len(vouchers) + 1)]
    for county, division in enumerate(parameters.COUNTIES):
        mine = [(n, v) for n, v in zip(numbered, vouchers, strict=True) if v.county == county and v.amount]
        rows = [_row(number, voucher, numbered, people, division) for number, voucher in mine]
        outbox.send(
            feed="tax", layout="tax-voucher-csv/1", division=division, month=month,
            body=csv_bytes(VOUCHER_COLUMNS, rows, encoding="gb18030"), encoding="gb18030",
            rows=len(rows), cents=sum(voucher.amount for _, voucher in mine), suffix="csv",
            late_days=9 if (month + county) % 11 == 0 else 0,
        )  # fmt: skip
        passed_on = _credits(county, [voucher for _, voucher in mine])
        receipts = [
            (
                f"TR{credit.reference[2:]}", "", credit.scheme, money_text(credit.amount),
                clock.day_text(credit.received_on), clock.day_text(credit.credited_on), division,
            )
            for credit in passed_on
        ]  # fmt: skip
        outbox.send(
            feed="tax", layout="treasury-receipt-csv/1", division=division, month=month,
            body=csv_bytes(RECEIPT_COLUMNS, receipts, encoding="utf-8"), encoding="utf-8",
            rows=len(receipts), cents=sum(credit.amount for credit in passed_on), suffix="csv",
        )  # fmt: skip
        to_fiscal += passed_on
    return to_fiscal


def _slot(voucher: Voucher) -> tuple[int, int, int]:
    return voucher.employer, voucher.scheme, voucher.for_month


def _row(
    number: str, voucher: Voucher, numbered: list[str], people: Population, division: str
) -> tuple[object, ...]:
    month = clock.month_code(voucher.for_month)
    rate = parameters.rates(voucher.scheme, FLEXIBLE if voucher.kind == "flexible" else EMPLOYEE)
    permille = rate[0] if voucher.kind == "employer" else rate[1]
    return (
        number,
        voucher.taxpayer_no,
        voucher.name,
        people.number[voucher.person] if voucher.person >= 0 else "",
        voucher.scheme,
        month,
        month,
        voucher.kind,
        money_text(voucher.base) if voucher.base else "",
        f"{permille / 1_000_000:.4f}" if permille and voucher.base else "",
        money_text(voucher.amount),
        clock.day_text(voucher.collected_on),
        clock.day_text(clock.shift_day(voucher.collected_on, 1)),
        numbered[voucher.original] if voucher.original is not None else "",
        division,
    )


def _credits(county: int, vouchers: list[Voucher]) -> list[Credit]:
    sums: dict[tuple[int, int], int] = {}
    for voucher in vouchers:
        key = (voucher.scheme, voucher.collected_on)
        sums[key] = sums.get(key, 0) + voucher.amount
    return [
        Credit(
            county=county,
            scheme=scheme,
            received_on=clock.shift_day(day, 1),
            credited_on=clock.shift_day(day, 4),
            amount=amount,
            reference=f"GK{parameters.COUNTIES[county]}{scheme}{day}",
        )
        for (scheme, day), amount in sorted(sums.items())
        if amount > 0
    ]
