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
    for (subject, scheme, month, _), reviewed in review(ground).items():
        yield row(
            "arrival_review", ("tax", "agency"), reviewed.amounts, reviewed.status, as_of=ground.as_of,
            division=reviewed.division, scheme=scheme, subject=subject, for_month=month,
            items=[] if reviewed.status == "matched" else [*reviewed.tax, *reviewed.agency],
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
        reviewed = rows[paid.payer or paid.number, paid.root.scheme, paid.root.month, mark]
        reviewed.is_late_fee, reviewed.is_unknown = paid.is_late_fee, paid.payer is None
        reviewed.tax.append(paid.item)
        if paid.payer is None:
            reviewed.division = min(filter(None, (reviewed.division, paid.root.division)))
        else:
            reviewed.division = paid.division
    for booked in booked_contributions(ground):
        if booked.payer is not None:
            reviewed = rows[booked.payer, booked.scheme, booked.month, ""]
            reviewed.division = booked.division
            reviewed.agency.append(booked.item)
    return rows


def row_divisions(ground: Ground) -> dict[str, str | None]:
    """Say at which division each voucher of the month's files stands: that of its row."""
    rows = review(ground)
    divisions = {}
    for paid in paid_vouchers(ground):
        mark = ("late" if paid.is_late_fee else "") + ("unknown" if paid.payer is None else "")
        reviewed = rows.get((paid.payer or paid.number, paid.root.scheme, paid.root.month, mark))
        if paid.is_lost or paid.voucher.file_month != ground.month or reviewed is None:
            divisions[paid.voucher.voucher_no] = paid.division if paid.payer else paid.root.division
        else:
            divisions[paid.voucher.voucher_no] = reviewed.division
    return divisions


def booked_contributions(ground: Ground) -> list[Booked]:
    """List what the agency booked in the month as arrived; ``payer`` None where it is left out."""
    ledgers, batch = ground.ledgers, ground.ledgers.batch
    booked = []
    for raw, entry in zip(batch.current["AC43"], ledgers.contributions, strict=True):
        if entry.booked != ground.month or not entry.arrived or entry.month is None or entry.scheme is None:
            continue
        is_person = entry.employer is None
        payer = entry.employer or (entry.person if entry.person in ledgers.persons else None)
        counts = entry.division is not None and (
            entry.month != entry.booked or entry.kind in ("10", "31", "32")
        )
        booked.append(
            Booked(
                Item("contribution", entry.paid, day(raw.AAB191), raw.AAZ223), payer, is_person, entry.scheme,
                entry.month, _division(ground, payer, is_person), counts, entry.division,
            )
        )  # fmt: skip
    for raw, entry in zip(batch.current["AB07"], ledgers.unit_contributions, strict=True):
        if entry.booked != ground.month or not entry.arrived or entry.month is None or entry.scheme is None:
            continue
        if entry.employer is None:
            continue
        reference = f"{entry.employer}/{entry.scheme}/{entry.month}"
        booked.append(
            Booked(
                Item("unit_contribution", entry.paid, day(raw.AAB191), reference), entry.employer, False,
                entry.scheme, entry.month, _division(ground, entry.employer, False),
                entry.division is not None, entry.division,
            )
        )  # fmt: skip
    return booked


def paid_vouchers(ground: Ground) -> list[Paid]:
    """Find who pays each voucher of the files up to the month."""
    if not hasattr(ground, "paid"):
        ground.paid = _paid_vouchers(ground)
    return ground.paid


def _paid_vouchers(ground: Ground) -> list[Paid]:
    by_number = {voucher.voucher_no: voucher for voucher in ground.vouchers}
    firms: dict[str, list[str]] = defaultdict(list)
    for employer, registered in sorted(ground.ledgers.employers.items()):
        if registered.AAB030 is not None:
            firms[registered.AAB030].append(employer)
    humans: dict[str, list[str]] = defaultdict(list)
    for person, registered in sorted(ground.ledgers.persons.items()):
        if registered.AAC002 is not None:
            humans[identity18(registered.AAC002)].append(person)
    # A voucher's row is that of the month its file is of: what was booked then says which person paid.
    paying = {
        (entry.person, entry.scheme, entry.month, entry.booked)
        for entry in ground.ledgers.contributions
        if entry.employer is None and entry.arrived
    }
    vouchers = []
    for voucher in ground.vouchers:
        root = by_number.get(voucher.original_no or "", voucher) if voucher.kind == "refund" else voucher
        root = voucher if root.kind == "refund" else root
        is_person = is_of_person(root)
        if is_person:
            several = humans.get(identity18(root.person_number) or "", [])
            near = [
                person
                for person in several
                if (person, root.scheme, root.month, voucher.file_month) in paying
            ]
        else:
            several = firms.get(root.taxpayer_no or "", [])
            near = [firm for firm in several if _division(ground, firm, False) == root.division]
        payer = next(iter(near or several), None)
        vouchers.append(Paid(voucher, root, payer, _division(ground, payer, is_person)))
    return vouchers


def is_of_person(voucher: Voucher) -> bool:
    """Flexible vouchers are a person's; a refund of nothing known whose it names."""
    return voucher.kind == "flexible" or (voucher.kind == "refund" and not voucher.taxpayer_no)


def _division(ground: Ground, payer: str | None, is_person: bool) -> str | None:
    if payer is None:
        return None
    if is_person:
        person = ground.ledgers.persons.get(payer)
        return None if person is None else ground.ledgers.batch.division(person.AAB301)
    return ground.ledgers.employer_division(payer)


def stood_alone(ground: Ground) -> dict[Key, Decimal]:
    """What stood on one side alone in the review of the month before: tax less agency."""
    before = shift(ground.month, -1)
    if not (ground.city.folder / f"production-{before}.db").exists():
        return {}
    former = Ground(ground.city, before, ground.as_of)
    alone: dict[Key, Decimal] = {}
    for (subject, scheme, month, _), reviewed in review(former).items():
        if not reviewed.is_late_fee and reviewed.difference and not (reviewed.tax and reviewed.agency):
            alone[subject, scheme, month] = reviewed.difference
    ground.city.batch(ground.month)
    return alone
