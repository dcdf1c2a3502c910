"""Settling what is paid because of a death: what was paid after it, what nets it, what is to be recovered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg
from psycopg import sql

from fundwatch.months import last_day
from reporting.case_sheets.evidence import FOR, EvidenceLine
from reporting.case_sheets.reading import SheetCase, current

# Items paid from the personal account, and those that are paid because of the death itself.
ACCOUNT_ITEMS = ("102",)
DEATH_BENEFITS = ("501", "502", "503")
# The rule that takes AC01's word for a death.
OWN_RECORDS = "dead_in_own_records"
_GRANT, _TO_HEIRS = "501", "503"
_NONE = Decimal(0)


@dataclass(frozen=True)
class PaidAfter:
    """One payment of the case: what was paid, and its parts; without items it is undivided.

    ``items`` are file and line of each of its items.
    """

    payment_id: str
    for_month: str
    pooled: Decimal
    account: Decimal
    undivided: Decimal
    items: tuple[tuple[str, int], ...]

    @property
    def amount(self) -> Decimal:
        """What counts as paid after death."""
        return self.pooled + self.account + self.undivided


@dataclass(frozen=True)
class Settlement:
    """Amounts in yuan. ``balance`` is AC50's, ``grant_open`` what is approved as funeral grant and unpaid."""

    death_on: date | None
    payments: tuple[PaidAfter, ...]
    balance: Decimal
    grant_approved: Decimal
    grant_paid: Decimal
    heirs_paid: Decimal

    @property
    def pooled(self) -> Decimal:
        """What the pooled fund paid, payments without items included: nothing says they came elsewhere."""
        return sum((payment.pooled + payment.undivided for payment in self.payments), _NONE)

    @property
    def account(self) -> Decimal:
        """What the personal account paid."""
        return sum((payment.account for payment in self.payments), _NONE)

    @property
    def covered(self) -> Decimal:
        """The part of the account's payments that its balance bears: it would be the heirs' anyway."""
        return max(min(self.account, self.balance), _NONE)

    @property
    def gross(self) -> Decimal:
        """What the fund lost before netting."""
        return max(self.pooled + self.account - self.covered, _NONE)

    @property
    def grant_open(self) -> Decimal:
        """The funeral grant that is approved and not paid."""
        return max(self.grant_approved - self.grant_paid, _NONE)

    @property
    def by_grant(self) -> Decimal:
        """What is netted against the funeral grant."""
        return min(self.gross, self.grant_open)

    @property
    def by_balance(self) -> Decimal:
        """What is netted against the balance that is left."""
        return min(self.gross - self.by_grant, self.balance - self.covered)

    @property
    def to_recover(self) -> Decimal:
        """What is left to be recovered."""
        return self.gross - self.by_grant - self.by_balance

    @property
    def to_survivors(self) -> Decimal:
        """What is left of grant and balance for the survivors."""
        return self.grant_open - self.by_grant + self.balance - self.covered - self.by_balance


def settlement_of(
    connection: psycopg.Connection, case: SheetCase, lines: tuple[EvidenceLine, ...]
) -> Settlement:
    """Settle a case that rests on a death, from the payments and the death its evidence names.

    Source: AC82, AC83, AC50, AC60 and AC61 in the batch of the case's month.
    """
    wanted = {
        "month": case.month, "person": case.person_id, "scheme": case.scheme,
        "payments": [row.key for row in case.evidence if row.table == "AC82"],
        "account": list(ACCOUNT_ITEMS), "benefits": list(DEATH_BENEFITS),
        "grant": _GRANT, "heirs": _TO_HEIRS,
    }  # fmt: skip
    payments = tuple(
        PaidAfter(payment_id, for_month, pooled, account, undivided, tuple(zip(files, lines, strict=True)))
        for payment_id, for_month, pooled, account, undivided, files, lines in connection.execute(
            _PAID, wanted
        )
    )
    ((balance,),) = connection.execute(_BALANCE, wanted)
    ((approved,),) = connection.execute(_APPROVED, wanted)
    ((grant, heirs),) = connection.execute(_BENEFITS, wanted)
    return Settlement(_death_of(case, lines), payments, max(balance, _NONE), approved, grant, heirs)


def _death_of(case: SheetCase, lines: tuple[EvidenceLine, ...]) -> date | None:
    """Return the day money is judged by: the latest given to the day or month, else to the year."""
    texts = [
        line.landed.values
        for line in lines
        if line.side == FOR and line.landed and line.row.table == _source(case)
    ]
    if case.rule_id == OWN_RECORDS:
        return max(filter(None, (_last_day_of(values.get("aae138")) for values in texts)), default=None)
    known: dict[bool, list[date]] = {}
    for values in texts:
        precision = (values.get("death_date_precision") or "D").strip()
        if day := _last_day_of(values.get("death_date"), precision):
            known.setdefault(precision == "Y", []).append(day)
    return max(known.get(False) or known.get(True) or [], default=None)


def _source(case: SheetCase) -> str:
    return "AC01" if case.rule_id == OWN_RECORDS else "death_event"


def _last_day_of(text: str | None, precision: str = "D") -> date | None:
    """Return the last day a date allows, whatever stands between its parts."""
    digits = "".join(letter for letter in text or "" if letter.isdigit())
    try:
        if precision == "Y":
            return date(int(digits[:4]), 12, 31)
        if precision == "M":
            return last_day(f"{digits[:4]}-{digits[4:6]}")
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


_OF = {"of_payment": current("paid"), "of_item": current("items"), "current": current()}
_PAID = sql.SQL("""
select
    paid.payment_id,
    paid.for_month,
    coalesce(sum(items.item_amount) filter (
        where not coalesce(items.item, '') = any(%(account)s || %(benefits)s::text[])), 0),
    coalesce(sum(items.item_amount) filter (where items.item = any(%(account)s)), 0),
    case when count(items.payment_id) = 0 then coalesce(max(paid.payment_amount), 0) else 0 end,
    coalesce(array_agg(items.source_file_id order by items.source_file_id, items.source_row)
        filter (where items.payment_id is not null), '{{}}'),
    coalesce(array_agg(items.source_row order by items.source_file_id, items.source_row)
        filter (where items.payment_id is not null), '{{}}')
from business_ledger.payments as paid
left join business_ledger.payment_items as items on items.payment_id = paid.payment_id and {of_item}
where paid.payment_id = any(%(payments)s) and {of_payment}
group by paid.payment_id, paid.for_month
order by paid.for_month, paid.payment_id
""").format(**_OF)
_BALANCE = sql.SQL("""
select coalesce(sum(balance_amount), 0) from business_ledger.personal_accounts
where person_id = %(person)s and scheme = %(scheme)s and {current}
""").format(**_OF)
_APPROVED = sql.SQL("""
select coalesce(sum(items.monthly_amount), 0)
from business_ledger.entitlement_items as items
inner join business_ledger.entitlements as paid
    on items.entitlement_id = paid.entitlement_id and {of_payment}
where paid.person_id = %(person)s and paid.scheme = %(scheme)s and items.item = %(grant)s and {of_item}
""").format(**_OF)
_BENEFITS = sql.SQL("""
select
    coalesce(sum(items.item_amount) filter (where items.item = %(grant)s), 0),
    coalesce(sum(items.item_amount) filter (where items.item = %(heirs)s), 0)
from business_ledger.payment_items as items
inner join business_ledger.payments as paid on items.payment_id = paid.payment_id and {of_payment}
where paid.person_id = %(person)s and paid.scheme = %(scheme)s and paid.is_paid and {of_item}
""").format(**_OF)
