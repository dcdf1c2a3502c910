"""What the tax bureau and the treasury send: vouchers per county and month, and the treasury's receipts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import clock, parameters
from simulator.entities.collection import Arrivals
from simulator.entities.employers import Employers
from simulator.entities.enrolments import Enrolments
from simulator.entities.population import Population
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.parameters import EMPLOYEE, FLEXIBLE

VOUCHER_COLUMNS = (
    "voucher_no", "taxpayer_no", "taxpayer_name", "person_id_number", "scheme", "month_from", "month_to",
    "kind", "base", "rate", "amount", "collected_on", "treasury_on", "original_voucher_no", "division",
)  # fmt: skip
_COLLECTING_DAYS = (8, 15, 22, 28)
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
    # Under dual base an employer pays on the unit's base, and nothing on each person's.
    base = np.bincount(places, weights=np.where(arrived.amount != 0, arrived.base, 0)).astype(np.int64)
    base = np.where(part[first] == _OWN_PART, arrived.base[first], base)
    county = np.where(
        firm[first] >= 0,
        employers.county[firm[first]],
        enrolled.county[np.maximum(arrived.enrolment[first], 0)],
    )
    days = clock.day_in(month, rng.choice(_COLLECTING_DAYS, size=len(distinct)))
    kinds = np.array(["employer", "employee", "flexible"], dtype=object)[part[first]]
    tax_number, firm_name = employers.tax_number, employers.name
    return [
        Voucher(
            county=its_county,
            employer=employer,
            person=-1 if employer >= 0 else payer,
            taxpayer_no=tax_number[employer] if employer >= 0 else "",
            name=firm_name[employer] if employer >= 0 else people.name[payer],
            scheme=scheme,
            for_month=for_month,
            kind=kind,
            base=its_base,
            amount=cents,
            collected_on=day,
        )
        for its_county, employer, payer, scheme, for_month, kind, its_base, cents, day in zip(
            county.tolist(), firm[first].tolist(), who[first].tolist(), arrived.scheme[first].tolist(),
            arrived.for_month[first].tolist(), kinds.tolist(), base.tolist(), amount.tolist(),
            days.tolist(), strict=True,
        )
        if cents > 0
    ]  # fmt: skip


def send_vouchers(
    outbox: Outbox, month: int, vouchers: list[Voucher], people: Population
) -> list[tuple[str, Voucher]]:
    """Write a month's voucher files per county; return the vouchers of money with their numbers."""
    code = clock.month_code(month)
    numbered = [f"TV{code}{place:07d}" for place in range(1, len(vouchers) + 1)]
    sent: list[tuple[str, Voucher]] = []
    for county, division in enumerate(parameters.COUNTIES):
        due = [(n, v) for n, v in zip(numbered, vouchers, strict=True) if v.county == county and v.amount]
        rows = [_row(number, voucher, numbered, people, division) for number, voucher in due]
        outbox.send(
            feed="tax", layout="tax-voucher-csv/1", division=division, month=month,
            body=csv_bytes(VOUCHER_COLUMNS, rows, encoding="gb18030"), encoding="gb18030",
            rows=len(rows), cents=sum(voucher.amount for _, voucher in due), suffix="csv",
            late_days=9 if (month + county) % 11 == 0 else 0,
        )  # fmt: skip
        sent += due
    return sent


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
