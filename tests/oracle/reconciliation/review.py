"""Arrival review: what the tax bureau collected against what the agency booked, payer by payer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.rows import Item, Row, row
from tests.oracle.values import ZERO, day, identity18, shift
from tests.oracle.vouchers import Voucher

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Booked:
    """One arrived contribution of the month."""

    item: Item
    payer: str | None
    is_person: bool
    scheme: str
    month: str
    division: str | None
    counts: bool
    statistics_division: str | None


@dataclass(frozen=True)
class Paid:
    """A voucher with its original, and who pays it."""

    voucher: Voucher
    root: Voucher
    payer: str | None
    division: str | None

    @property
    def is_late_fee(self) -> bool:
        """A late fee, or the refund of one."""
        return self.root.kind == "late_fee"

    @property
    def is_lost(self) -> bool:
        """A refund whose original is not in a loaded file, or is itself a refund."""
        return self.root.kind == "refund"

    @property
    def number(self) -> str:
        """The number of the payer as written."""
        return (self.root.person_number if is_of_person(self.root) else self.root.taxpayer_no) or ""

    @property
    def item(self) -> Item:
        """The voucher as an item."""
        return Item(
            self.voucher.kind, self.voucher.amount, day(self.voucher.collected_on), self.voucher.voucher_no
        )


@dataclass
class Reviewed:
    """One row of the review: both sides' items."""

    division: str | None = None
    is_unknown: bool = False
    is_late_fee: bool = False
    tax: list[Item] = field(default_factory=list)
    agency: list[Item] = field(default_factory=list)

    @property
    def amounts(self) -> tuple[Decimal, Decimal]:
        """Both sides' sums."""
        return tuple(sum((item.amount for item in side), ZERO) for side in (self.tax, self.agency))

    @property
    def difference(self) -> Decimal:
        """Tax less agency."""
        return self.amounts[0] - self.amounts[1]

    @property
    def status(self) -> str:
        """The word for it."""
        if self.is_late_fee:
            return "late_fee"
        if self.is_unknown:
            return "unknown_payer"
        if self.difference == 0:
            return "matched"
        if self.tax and self.agency:
            return "amount_differs"
        return "tax_only" if self.tax else "agency_only"

    @property
    def days(self) -> list[date]:
        """The days of both sides, where they are known."""
        return [item.day for item in (*self.tax, *self.agency) if item.day is not None]


def arrival_review(ground: Ground) -> Iterator[Row]:
    """Give the rows of the check; none before a voucher file of the month arrived."""
    for (subject, scheme, month, _), its in review(ground).items():
        yield row(
            "arrival_review", ("tax", "agency"), its.amounts, its.status, as_of=ground.as_of,
            division=its.division, scheme=scheme, subject=subject, for_month=month,
            items=[] if its.status == "matched" else [*its.tax, *its.agency],
        )  # fmt: skip


def review(ground: Ground) -> dict[tuple[str, str, str, str], Reviewed]:
    """Review a month: subject, scheme, month paid for and late fee or unknown -> row."""
    rows: dict[tuple[str, str, str, str], Reviewed] = defaultdict(Reviewed)
    if not ground.has_vouchers:
        return rows
    for paid in paid_vouchers(ground):
        if paid.voucher.file_month != ground.month or paid.is_lost:
            continue
        mark = ("late" if paid.is_late_fee else "") + ("unknown" if paid.payer is None else "")
        its = rows[paid.payer or paid.number, paid.root.scheme, paid.root.month, mark]
        its.is_late_fee, its.is_unknown = paid.is_late_fee, paid.payer is None
        its.tax.append(paid.item)
        if paid.payer is None:
            its.division = min(filter(None, (its.division, paid.root.division)))
        else:
            its.division = paid.division
    for booked in booked_contributions(ground):
        if booked.payer is not None:
            its = rows[booked.payer, booked.scheme, booked.month, ""]
            its.division = booked.division
            its.agency.append(booked.item)
    return rows


def row_divisions(ground: Ground) -> dict[str, str | None]:
    """Say at which division each voucher of the month's files stands: that of its row."""
    rows = review(ground)
    divisions = {}
    for paid in paid_vouchers(ground):
        mark = ("late" if paid.is_late_fee else "") + ("unknown" if paid.payer is None else "")
        its = rows.get((paid.payer or paid.number, paid.root.scheme, paid.root.month, mark))
        if paid.is_lost or paid.voucher.file_month != ground.month or its is None:
            divisions[paid.voucher.voucher_no] = paid.division if paid.payer else paid.root.division
        else:
            divisions[paid.voucher.voucher_no] = its.division
    return divisions


def booked_contributions(ground: Ground) -> list[Booked]:
    """List what the agency booked in the month as arrived; ``payer`` None where it is left out."""
    ledgers, batch = ground.ledgers, ground.ledgers.batch
    found = []
    for raw, its in zip(batch.current["AC43"], ledgers.contributions, strict=True):
        if its.booked != ground.month or not its.arrived or its.month is None or its.scheme is None:
            continue
        is_person = its.employer is None
        payer = its.employer or (its.person if its.person in ledgers.persons else None)
        counts = its.division is not None and (its.month != its.booked or its.kind in ("10", "31", "32"))
        found.append(
            Booked(
                Item("contribution", its.paid, day(raw.AAB191), raw.AAZ223), payer, is_person, its.scheme,
                its.month, _division(ground, payer, is_person), counts, its.division,
            )
        )  # fmt: skip
    for raw, its in zip(batch.current["AB07"], ledgers.unit_contributions, strict=True):
        if its.booked != ground.month or not its.arrived or its.month is None or its.scheme is None:
            continue
        if its.employer is None:
            continue
        reference = f"{its.employer}/{its.scheme}/{its.month}"
        found.append(
            Booked(
                Item("unit_contribution", its.paid, day(raw.AAB191), reference), its.employer, False,
                its.scheme, its.month, _division(ground, its.employer, False), its.division is not None,
                its.division,
            )
        )  # fmt: skip
    return found


def paid_vouchers(ground: Ground) -> list[Paid]:
    """Find who pays each voucher of the files up to the month."""
    if not hasattr(ground, "paid"):
        ground.paid = _paid_vouchers(ground)
    return ground.paid


def _paid_vouchers(ground: Ground) -> list[Paid]:
    by_number = {voucher.voucher_no: voucher for voucher in ground.vouchers}
    firms: dict[str, list[str]] = defaultdict(list)
    for employer, its in sorted(ground.ledgers.employers.items()):
        if its.AAB030 is not None:
            firms[its.AAB030].append(employer)
    humans: dict[str, list[str]] = defaultdict(list)
    for person, its in sorted(ground.ledgers.persons.items()):
        if its.AAC002 is not None:
            humans[identity18(its.AAC002)].append(person)
    paying = {
        (booked.payer, booked.scheme, booked.month)
        for booked in booked_contributions(ground)
        if booked.is_person
    }
    found = []
    for voucher in ground.vouchers:
        root = by_number.get(voucher.original_no or "", voucher) if voucher.kind == "refund" else voucher
        root = voucher if root.kind == "refund" else root
        is_person = is_of_person(root)
        if is_person:
            several = humans.get(identity18(root.person_number) or "", [])
            near = [person for person in several if (person, root.scheme, root.month) in paying]
        else:
            several = firms.get(root.taxpayer_no or "", [])
            near = [firm for firm in several if _division(ground, firm, False) == root.division]
        payer = next(iter(near or several), None)
        found.append(Paid(voucher, root, payer, _division(ground, payer, is_person)))
    return found


def is_of_person(voucher: Voucher) -> bool:
    """Flexible vouchers are a person's; a refund of nothing known whose it names."""
    return voucher.kind == "flexible" or (voucher.kind == "refund" and not voucher.taxpayer_no)


def _division(ground: Ground, payer: str | None, is_person: bool) -> str | None:
    if payer is None:
        return None
    if is_person:
        its = ground.ledgers.persons.get(payer)
        return None if its is None else ground.ledgers.batch.division(its.AAB301)
    return ground.ledgers.employer_division(payer)


def stood_alone(ground: Ground) -> dict[Key, Decimal]:
    """What stood on one side alone in the review of the month before: tax less agency."""
    before = shift(ground.month, -1)
    if not (ground.city.folder / f"production-{before}.db").exists():
        return {}
    former = Ground(ground.city, before, ground.as_of)
    alone: dict[Key, Decimal] = {}
    for (subject, scheme, month, _), its in review(former).items():
        if not its.is_late_fee and its.difference and not (its.tax and its.agency):
            alone[subject, scheme, month] = its.difference
    ground.city.batch(ground.month)
    return alone
