"""Tax vouchers: which rows of a file are taken, and which voucher of a number counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.catalogue import STANDARD_CODES
from tests.oracle.files import FeedFile, loaded
from tests.oracle.production import City
from tests.oracle.records import Record
from tests.oracle.values import ZERO, code_text, day, file_amount, month, rate, text, written

VOUCHERS = "tax-voucher-csv/1"
KINDS = ("employer", "employee", "flexible", "late_fee", "refund")
ALWAYS = ["voucher_no", "scheme", "month_from", "month_to", "kind", "amount", "collected_on", "division"]
ALSO = {
    "employer": "taxpayer_no",
    "employee": "taxpayer_no",
    "late_fee": "taxpayer_no",
    "flexible": "person_id_number",
    "refund": "original_voucher_no",
}
GRAMMAR = {
    "month_from": month,
    "month_to": month,
    "base": rate,
    "rate": rate,
    "amount": file_amount,
    "collected_on": day,
    "treasury_on": day,
}
LONGEST = 200


@dataclass(frozen=True)
class Voucher:
    """One voucher: yuan, months as YYYY-MM, days as YYYY-MM-DD, the month of its file."""

    voucher_no: str
    kind: str
    taxpayer_no: str | None
    person_number: str | None
    scheme: str
    month: str
    amount: Decimal
    original_no: str | None
    division: str | None
    collected_on: str
    file_month: str
    month_to: str = ""
    base: Decimal | None = None


def current_vouchers(city: City, month_built: str) -> list[Voucher] | None:
    """Give the vouchers of loaded files of months ≤ m; None when no file of m itself arrived."""
    counting, arrived = _counting(city, month_built)
    return counting if arrived else None


def vouchers_until(city: City, month_built: str) -> list[Voucher]:
    """Give the vouchers of loaded files of months ≤ m."""
    return _counting(city, month_built)[0]


def _counting(city: City, month_built: str) -> tuple[list[Voucher], bool]:
    """Choose: "The same ``voucher_no`` in two files: the later (month, sequence) counts in staging."."""
    schemes = Schemes(city, month_built)

    def accept(_file: FeedFile, records: list[Record]) -> list[tuple[Record, dict]] | None:
        return _accepted(records, schemes)

    files = loaded(city, "tax", (VOUCHERS,), month_built, accept)
    counting: dict[str, Voucher] = {}
    for file, rows in sorted(files, key=lambda entry: (entry[0].manifest.month, entry[0].manifest.sequence)):
        for _, cells in rows:
            voucher = _voucher(cells, schemes, file.manifest.month)
            counting[voucher.voucher_no] = voucher
    arrived = any(file.manifest.month == month_built for file, _ in files)
    return list(counting.values()), arrived


class Schemes:
    """The scheme codes of the tax feed, mapped by the site where they are not standard."""

    def __init__(self, city: City, at: str) -> None:
        self._map = city.site.code_map("tax", ("AAE140", "scheme"), at)
        self._listed = city.batch(at).listed["AAE140"]

    def of(self, value: str | None) -> str | None:
        """Give the standard scheme, None when the value does not map."""
        if value is None or value in STANDARD_CODES["AAE140"]:
            return value
        return self._map.get(value) or (value if value in self._listed else None)


def _accepted(records: list[Record], schemes: Schemes) -> list[tuple[Record, dict]] | None:
    """Take the rows that pass; None when too many are refused and the file is held.

    Two rows with one ``voucher_no``: identical ones load once, different ones are both refused.
    """
    passing, refused = [], []
    for record in records:
        cells = {
            name: (written if name in GRAMMAR else code_text)(value)
            for name, value in (record.fields or {}).items()
        }
        if "taxpayer_name" in cells:
            cells["taxpayer_name"] = text((record.fields or {})["taxpayer_name"])
        (passing if cells and _is_sound(cells, schemes) else refused).append((record, cells))
    groups: dict[str, list[tuple[Record, dict]]] = defaultdict(list)
    for entry in passing:
        groups[entry[1]["voucher_no"]].append(entry)
    taken = []
    for group in groups.values():
        if all(entry[1] == group[0][1] for entry in group):
            taken.append(group[0])
        else:
            refused.extend(group)
    whole = sum((abs(_amount(cells)) for _, cells in (*passing, *refused)), ZERO)
    share = sum((abs(_amount(cells)) for _, cells in refused), ZERO)
    if (len(refused) >= 2 and len(refused) * 100 > len(records)) or share * 100 > whole:
        return None
    return taken


def _amount(cells: dict[str, str | None]) -> Decimal:
    return file_amount(cells.get("amount")) or ZERO


def _is_sound(cells: dict[str, str | None], schemes: Schemes) -> bool:
    kind = cells["kind"]
    if kind not in KINDS or any(cells[name] is None for name in (*ALWAYS, ALSO[kind])):
        return False
    if any(value is not None and len(value) > LONGEST for value in cells.values()):
        return False
    if schemes.of(cells["scheme"]) is None:
        return False
    return all(cells[name] is None or read(cells[name]) is not None for name, read in GRAMMAR.items())


def _voucher(cells: dict[str, str | None], schemes: Schemes, file_month: str) -> Voucher:
    return Voucher(
        voucher_no=cells["voucher_no"] or "",
        kind=cells["kind"] or "",
        taxpayer_no=cells["taxpayer_no"],
        person_number=cells["person_id_number"],
        scheme=schemes.of(cells["scheme"]) or "",
        month=month(cells["month_from"]) or "",
        amount=_amount(cells),
        original_no=cells["original_voucher_no"],
        division=cells["division"],
        collected_on=str(day(cells["collected_on"])),
        file_month=file_month,
        month_to=month(cells["month_to"]) or "",
        base=rate(cells["base"]),
    )
