"""What the checks rest on: the register of accounts, where money pools, and the loaded files by content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from tests.oracle.catalogue import STANDARD_CODES
from tests.oracle.files import FeedFile, loaded
from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.production import City
from tests.oracle.reconciliation.calendar import Calendar
from tests.oracle.reconciliation.reading import accept, by_slot, closings, name_of
from tests.oracle.records import Record
from tests.oracle.site import in_force
from tests.oracle.values import ZERO, day, file_amount, last_day, month_of
from tests.oracle.vouchers import Schemes, Voucher, current_vouchers, vouchers_until

RECEIPTS = "treasury-receipt-csv/1"
STATEMENTS = ("camt.053/1", "mt940/1", "bank-statement-csv/1")
RETURNS = "payment-return-csv/1"
JOURNALS = "deposit-journal-csv/1"
BALANCES = "trial-balance-csv/1"
_LAST_DAYS = 5


@dataclass(frozen=True)
class Account:
    """One account of ``accounts.csv``."""

    number: str
    division: str | None
    fund: str | None
    kind: str | None
    opened: date | None
    closed: date | None
    agreement: str | None
    inspected: date | None


@dataclass(frozen=True)
class Entry:
    """One entry of the bank or of the books: into the account positive."""

    side: str
    name: str
    account: str
    day: date
    amount: Decimal
    reference: str | None
    place: tuple[object, ...]
    file_month: str
    voucher_no: str | None = None
    kind: str | None = None
    fund: str | None = None
    counterparty: str | None = None
    counter_account: str | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class Receipt:
    """One receipt of the treasury."""

    number: str
    voucher_no: str | None
    scheme: str
    amount: Decimal
    received: date
    transferred: date | None
    division: str | None


class Ground:
    """A city as month m sees it."""

    def __init__(self, city: City, month: str, as_of: date) -> None:
        self.city, self.month, self.as_of, self.site = city, month, as_of, city.site
        self.end = last_day(month)
        self.calendar = Calendar(city.site)

    def in_last_days(self, when: date) -> bool:
        """The last days of a month are its last five calendar days."""
        return self.end - timedelta(_LAST_DAYS) < when <= self.end

    @cached_property
    def ledgers(self) -> Ledgers:
        """The business ledgers of the month's batch."""
        return ledgers_of(self.city.batch(self.month))

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """The register by number; of two with one number the first."""
        register: dict[str, Account] = {}
        for row in self.site.table("accounts"):
            number = row["account_no"]
            if number is not None and number not in register:
                register[number] = Account(
                    number, row["division"], row["fund"], row["kind"], day(row["opened_on"]),
                    day(row["closed_on"]), row["agreement_no"], day(row["inspected_on"]),
                )  # fmt: skip
        return register

    @cached_property
    def _funds(self) -> dict[str, str]:
        return {
            row["raw"]: row["standard"]
            for row in reversed(self.site.table("code_map"))
            if row.get("class") == "fund" and in_force(row, self.month)
        }

    def fund(self, scheme: str) -> str:
        """Name the fund of a scheme."""
        return self._funds.get(scheme, scheme)

    @property
    def schemes(self) -> list[str]:
        """List the standard schemes."""
        return sorted(STANDARD_CODES["AAE140"])

    def fiscal_division(self, division: str | None, fund: str | None) -> str | None:
        """Find the nearest division at or above with a fiscal account of the fund."""
        for above in self.site.chain(division):
            if self.fiscal_accounts(above, fund):
                return above
        return None

    def fiscal_accounts(self, division: str | None, fund: str | None) -> list[str]:
        """List the fiscal accounts of a fund at a division."""
        return sorted(
            account.number
            for account in self.accounts.values()
            if account.kind == "fiscal" and account.division == division and account.fund == fund
        )

    def pool(self, division: str | None, scheme: str | None) -> tuple[str, str] | None:
        """Say where the money of a scheme pools: fiscal division and fund."""
        if division is None or scheme not in STANDARD_CODES["AAE140"]:
            return None
        fund = self.fund(scheme)
        fiscal = self.fiscal_division(division, fund)
        return None if fiscal is None else (fiscal, fund)

    def pool_of_account(self, account: Account) -> tuple[str, str] | None:
        """Say where the money of an account pools."""
        fiscal = self.fiscal_division(account.division, account.fund)
        return None if fiscal is None or account.fund is None else (fiscal, account.fund)

    def is_open(self, account: Account) -> bool:
        """Tell an account open on a day of the month."""
        first = self.end.replace(day=1)
        return not (
            (account.opened and account.opened > self.end) or (account.closed and account.closed < first)
        )

    # Files.

    def _files(self, feed: str, formats: tuple[str, ...]) -> list[tuple[FeedFile, list[tuple[Record, dict]]]]:
        return loaded(self.city, feed, formats, self.month, accept)

    @cached_property
    def vouchers(self) -> list[Voucher]:
        """The vouchers of files up to the month."""
        return vouchers_until(self.city, self.month)

    @property
    def has_vouchers(self) -> bool:
        """Whether a voucher file of the month arrived."""
        return current_vouchers(self.city, self.month) is not None

    @cached_property
    def _receipt_files(self) -> list[tuple[FeedFile, list[tuple[Record, dict]]]]:
        return self._files("tax", (RECEIPTS,))

    @property
    def has_receipts(self) -> bool:
        """Whether a receipt file of the month arrived."""
        return any(file.manifest.month == self.month for file, _ in self._receipt_files)

    @cached_property
    def receipts(self) -> list[Receipt]:
        """The receipts received up to the month's last day; of one number the latest file counts."""
        schemes = Schemes(self.city, self.month)
        counting: dict[str, Receipt] = {}
        for _file, rows in sorted(self._receipt_files, key=by_slot):
            for _, cells in rows:
                counting[cells["receipt_no"]] = Receipt(
                    cells["receipt_no"], cells["voucher_no"], schemes.of(cells["scheme"]) or "",
                    file_amount(cells["amount"]) or ZERO, day(cells["received_on"]) or date.max,
                    day(cells["transferred_on"]), cells["division"],
                )  # fmt: skip
        return [receipt for receipt in counting.values() if receipt.received <= self.end]

    @cached_property
    def _statement_files(self) -> list[tuple[FeedFile, list[tuple[Record, dict]]]]:
        return sorted(self._files("bank", STATEMENTS), key=by_slot)

    @cached_property
    def bank(self) -> list[Entry]:
        """The bank's entries up to the month's last day."""
        entries = []
        for file, rows in self._statement_files:
            for record, cells in rows:
                amount = file_amount(cells["amount"]) or ZERO
                entries.append(
                    Entry(
                        "bank", name_of(file, record.place), cells["account_no"], day(cells["booked_on"]),
                        amount if cells["direction"] == "C" else -amount, cells["reference"],
                        (*by_slot((file, [])), record.place), file.manifest.month,
                        counterparty=cells["counterparty_name"],
                        counter_account=cells["counterparty_account"], purpose=cells["purpose"],
                    )
                )  # fmt: skip
        return [entry for entry in entries if entry.day <= self.end]

    @cached_property
    def bank_balances(self) -> dict[str, tuple[Decimal, str]]:
        """What the last statement of the month closes with, and the division of its file."""
        closing = {}
        for file, rows in self._statement_files:
            if file.manifest.month == self.month:
                for account, amount in closings(file, rows):
                    closing[account] = (amount, file.manifest.division)
        return closing

    @cached_property
    def _journal_files(self) -> list[tuple[FeedFile, list[tuple[Record, dict]]]]:
        return sorted(self._files("finance", (JOURNALS,)), key=by_slot)

    @cached_property
    def book(self) -> list[Entry]:
        """The entries of the books up to the month's last day, opening rows aside."""
        return [entry for entry in self._booked if entry.kind != "opening" and entry.day <= self.end]

    @cached_property
    def book_of_month(self) -> list[Entry]:
        """Those in the month's journals and booked in it."""
        return [
            entry
            for entry in self.book
            if entry.file_month == self.month and month_of(entry.day) == self.month
        ]

    @cached_property
    def _booked(self) -> list[Entry]:
        return [
            Entry(
                "book", name_of(file, record.place), cells["account_no"], day(cells["booked_on"]),
                (file_amount(cells["debit"]) or ZERO) - (file_amount(cells["credit"]) or ZERO),
                cells["reference"], (*by_slot((file, [])), record.place), file.manifest.month,
                voucher_no=cells["voucher_no"], kind=cells["counter_kind"], fund=cells["fund"],
            )
            for file, rows in self._journal_files
            for record, cells in rows
        ]  # fmt: skip

    @cached_property
    def book_balances(self) -> dict[str, Decimal]:
        """One opening row of each account, and all entries of the month's journals."""
        balances: dict[str, Decimal] = {}
        opened = set()
        for entry in self._booked:
            if entry.file_month != self.month:
                continue
            balances.setdefault(entry.account, ZERO)
            if entry.kind == "opening":
                if entry.account in opened:
                    continue
                opened.add(entry.account)
            balances[entry.account] += entry.amount
        return balances

    @cached_property
    def returns(self) -> list[tuple[str, str, dict[str, str | None]]]:
        """The return records of files up to the month: month and division of the file, cells."""
        return [
            (file.manifest.month, file.manifest.division, cells)
            for file, rows in self._files("bank", (RETURNS,))
            for _, cells in rows
        ]

    @cached_property
    def trial_balances(self) -> list[tuple[str, dict[str, str | None]]]:
        """The rows of the month's trial balances: division of the file, cells."""
        return [
            (file.manifest.division, cells)
            for file, rows in self._files("finance", (BALANCES,))
            for _, cells in rows
            if file.manifest.month == self.month
        ]
