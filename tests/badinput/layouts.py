"""The text formats as the page of feeds states them: columns, what they hold, a good record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.badinput.model import CANARY, CANARY_ID, Cells, yuan


@dataclass(frozen=True)
class Layout:
    """One format; ``holds`` gives per class of value the columns tried, ``required`` what must be there.

    ``good`` makes record number n of a division with an amount in cents; ``widths`` are bytes (fixed width)
    and ``paths`` keys (JSON lines). ``lands`` turns written cells into landed ones.
    """

    name: str
    feed: str
    table: str
    good: Callable[[int, str, int], Cells]
    required: tuple[str, ...]
    holds: Mapping[str, tuple[str, ...]]
    key: str = ""
    has_amount: bool = True
    widths: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lands: Callable[[Mapping[str, str | None]], Mapping[str, str | None]] = dict
    encoding: str = "utf-8"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in the order of the page."""
        return tuple(self.good(1, "230602", 100))


def _voucher(number: int, division: str, cents: int) -> Cells:
    return {
        "voucher_no": f"V{division}{number}", "taxpayer_no": CANARY_ID, "taxpayer_name": f"{CANARY}厂",
        "person_id_number": "", "scheme": "110", "month_from": "202406", "month_to": "2024-06",
        "kind": "employer", "base": "625", "rate": "0.16", "amount": yuan(cents),
        "collected_on": "2024-06-20", "treasury_on": "20240621", "original_voucher_no": "",
        "division": division,
    }  # fmt: skip


def _receipt(number: int, division: str, cents: int) -> Cells:
    return {
        "receipt_no": f"R{division}{number}", "voucher_no": f"{CANARY}{CANARY_ID}", "scheme": "110",
        "amount": yuan(cents), "received_on": "2024-06-21", "transferred_on": "20240624",
        "division": division,
    }  # fmt: skip


def _entry(number: int, division: str, cents: int) -> Cells:
    return {
        "account_no": f"35{CANARY_ID}{division}", "booked_on": "2024-06-20", "value_on": "20240620",
        "amount": yuan(cents), "direction": "C", "counterparty_name": f"{CANARY}公司",
        "counterparty_account": f"62{CANARY_ID}", "reference": f"E{division}{number}", "purpose": "养老",
        "balance_after": "",
    }  # fmt: skip


def _return(number: int, division: str, cents: int) -> Cells:
    return {
        "payment_id": f"P{division}{number}", "account_no": f"62{CANARY_ID}", "payee_name": f"{CANARY}三",
        "amount": yuan(cents), "result": "returned", "reason": "AC04", "value_on": "2024-06-20",
    }  # fmt: skip


def _cremation(number: int, division: str, _cents: int) -> Cells:
    return {
        "source_event_id": f"C{division}{number}", "event_type": "create", "name": f"{CANARY}三",
        "sex": "1", "id_number": CANARY_ID, "birth_date": "1941-02-03", "death_date": "2024-06-01",
        "cremated_on": "20240603", "certificate_no": f"{number}", "division": division,
    }  # fmt: skip


def _police(number: int, division: str, _cents: int) -> Cells:
    return {
        "source_event_id": f"J{division}{number}", "event_type": "C", "name": f"{CANARY}三", "sex": "1",
        "id_number": CANARY_ID, "birth_date": "19410203", "death_date": "20240601", "category": "01",
        "registered_on": "20240603", "division": division, "filler": "",
    }  # fmt: skip


def _certificate(number: int, division: str, _cents: int) -> Cells:
    return {
        "source_event_id": f"H{division}{number}", "event_type": "create", "name": f"{CANARY}三",
        "sex": "1", "id_type": "01", "id_number": CANARY_ID, "birth_date": "1941-02-03",
        "death_date": "2024-06-01", "precision": "D", "place": f"{CANARY}院",
        "registered_on": "2024-06-03", "certificate_no": f"{number}", "division": division,
    }  # fmt: skip


def _journal(number: int, division: str, cents: int) -> Cells:
    return {
        "voucher_no": f"{division}{number}", "booked_on": "2024-06-20",
        "account_no": f"35{CANARY_ID}{division}", "fund": "110", "debit": yuan(cents), "credit": "",
        "counter_kind": "contribution", "reference": f"E{number}", "memo": f"{CANARY}摘要",
    }  # fmt: skip


def _trial(number: int, division: str, cents: int) -> Cells:
    return {
        "month": "2024-06", "fund": "110", "subject_code": f"{division}{number}",
        "subject_name": f"{CANARY}存款", "opening": "0.00", "debit": yuan(cents), "credit": "0.00",
        "closing": yuan(cents),
    }  # fmt: skip


_EVENT = {
    "text": ("name", "certificate_no"), "id": ("id_number", "source_event_id"), "closed": ("event_type",),
    "life_date": ("death_date",), "lenient_date": ("birth_date",), "sex": ("sex",),
}  # fmt: skip


def _lands_event(source: str, **named: str) -> Callable[[Mapping[str, str | None]], Mapping[str, str | None]]:
    """Return how a death record lands, ``named`` giving columns that are called otherwise there."""
    letters = {"C": "create", "U": "correct", "R": "revoke"}
    unlanded = ("filler", "precision", "place", "cremated_on")

    def lands(cells: Mapping[str, str | None]) -> Mapping[str, str | None]:
        kept = {name: value for name, value in cells.items() if name not in unlanded}
        kept["event_type"] = letters.get(cells["event_type"], cells["event_type"])
        return {"category": "01", **kept, **{to: cells[at] for to, at in named.items()}, "source": source}

    return lands


_POLICE_WIDTHS = {
    "source_event_id": 20, "event_type": 1, "name": 40, "sex": 1, "id_number": 18, "birth_date": 8,
    "death_date": 8, "category": 2, "registered_on": 8, "division": 6, "filler": 48,
}  # fmt: skip
_CERTIFICATE_PATHS = {
    "source_event_id": ("id",), "event_type": ("action",), "name": ("deceased", "name"),
    "sex": ("deceased", "sex"), "id_type": ("deceased", "idType"), "id_number": ("deceased", "idNumber"),
    "birth_date": ("deceased", "birthDate"), "death_date": ("death", "date"),
    "precision": ("death", "precision"), "place": ("death", "place"), "registered_on": ("registeredOn",),
    "certificate_no": ("certificateNo",), "division": ("division",),
}  # fmt: skip


def _declared_unit(number: int, division: str, cents: int) -> Cells:
    return {
        "unit_id": f"U{division}{number}", "credit_code": f"{CANARY}{CANARY_ID}", "wage_year": "2023",
        "months": "12", "employees": "3", "wage_bill": yuan(cents), "declared_on": "2024-06-20",
        "division": division,
    }  # fmt: skip


def _declared_person(number: int, division: str, cents: int) -> Cells:
    return {
        "unit_id": f"U{division}{number}", "id_number": CANARY_ID, "name": f"{CANARY}三",
        "wage_year": "2023", "months": "12", "wage_total": yuan(cents), "status": "rehired",
        "proof_no": f"P{CANARY_ID}", "division": division,
    }  # fmt: skip


def _document(number: int, division: str, _cents: int) -> Cells:
    return {
        "unit_id": f"U{division}{number}", "wage_year": "2023", "document": "wage_register",
        "document_no": f"{CANARY}{CANARY_ID}", "received_on": "2024-06-20", "division": division,
    }  # fmt: skip


def _application(number: int, division: str, _cents: int) -> Cells:
    return {
        "application_no": f"A{division}{number}", "unit_id": f"U{division}",
        "id_number": f"{CANARY}{CANARY_ID}", "scheme": "110", "wage_year": "2023", "kind": "correction",
        "applied_on": "2024-06-20", "effective_month": "202406", "new_base": "5000.00",
        "decision": "approved", "decided_on": "20240621", "division": division,
    }  # fmt: skip


LAYOUTS = (
    Layout(
        name="tax-voucher-csv/1", feed="tax", table="tax__voucher", good=_voucher, key="voucher_no",
        required=("voucher_no", "scheme", "month_from", "month_to", "kind", "amount", "collected_on",
                  "division", "taxpayer_no"),
        holds={"date": ("collected_on", "treasury_on"), "month": ("month_from",), "amount": ("amount",),
               "rate": ("base", "rate"), "closed": ("kind",), "scheme": ("scheme",),
               "text": ("taxpayer_name",), "id": ("person_id_number", "taxpayer_no"),
               "division": ("division",)},
    ),
    Layout(
        name="treasury-receipt-csv/1", feed="tax", table="tax__treasury_receipt", good=_receipt,
        key="receipt_no", required=("receipt_no", "scheme", "amount", "received_on", "division"),
        holds={"date": ("received_on", "transferred_on"), "amount": ("amount",), "scheme": ("scheme",),
               "id": ("voucher_no",), "text": ("voucher_no",), "division": ("division",)},
    ),
    Layout(
        name="bank-statement-csv/1", feed="bank", table="bank__statement_entry", good=_entry,
        required=("account_no", "booked_on", "amount", "direction"),
        holds={"date": ("booked_on", "value_on"), "amount": ("amount",), "closed": ("direction",),
               "text": ("counterparty_name", "purpose"), "id": ("counterparty_account",)},
    ),
    Layout(
        name="payment-return-csv/1", feed="bank", table="bank__payment_return", good=_return,
        key="payment_id", required=("payment_id", "amount", "result"),
        holds={"date": ("value_on",), "amount": ("amount",), "closed": ("result",),
               "text": ("payee_name",), "id": ("account_no",)},
    ),
    Layout(
        name="cremation-csv/1", feed="civil_registry", table="civil_registry__death_event",
        good=_cremation, has_amount=False,
        required=("source_event_id", "event_type", "name", "death_date"),
        holds={**_EVENT, "division": ("division",)},
        lands=_lands_event("cremation", registered_on="cremated_on"),
    ),
    Layout(
        name="police-fixed/1", feed="civil_registry", table="civil_registry__death_event", good=_police,
        has_amount=False, required=("source_event_id", "event_type", "name", "death_date", "category"),
        holds={**_EVENT, "date": ("registered_on",), "text": ("name",), "division": ("division",)},
        widths=_POLICE_WIDTHS, lands=_lands_event("police"), encoding="gb18030",
    ),
    Layout(
        name="death-certificate-jsonl/1", feed="civil_registry", table="civil_registry__death_event",
        good=_certificate, has_amount=False,
        required=("source_event_id", "event_type", "name", "death_date"),
        holds={**_EVENT, "date": ("registered_on",), "division": ("division",)},
        paths=_CERTIFICATE_PATHS, lands=_lands_event("health"),
    ),
    Layout(
        name="deposit-journal-csv/1", feed="finance", table="finance__deposit_journal", good=_journal,
        required=("booked_on", "account_no", "counter_kind"),
        holds={"date": ("booked_on",), "amount": ("debit",), "optional_amount": ("credit",),
               "closed": ("counter_kind",), "text": ("memo",), "id": ("reference", "fund")},
    ),
    Layout(
        name="trial-balance-csv/1", feed="finance", table="finance__trial_balance", good=_trial,
        required=("month", "fund", "subject_code", "closing"),
        holds={"month": ("month",), "amount": ("closing",), "optional_amount": ("opening", "debit"),
               "text": ("subject_name",), "id": ("subject_code", "fund")},
    ),
    Layout(
        name="base-declaration-csv/1", feed="declaration", table="declaration__unit", good=_declared_unit,
        key="unit_id",
        required=("unit_id", "wage_year", "months", "employees", "wage_bill", "declared_on", "division"),
        holds={"date": ("declared_on",), "amount": ("wage_bill",),
               "text": ("credit_code",), "id": ("credit_code",), "division": ("division",)},
    ),
    Layout(
        name="base-person-csv/1", feed="declaration", table="declaration__person", good=_declared_person,
        key="unit_id",
        required=("unit_id", "id_number", "name", "wage_year", "months", "status", "division"),
        holds={"amount": ("wage_total",), "closed": ("status",), "text": ("name",),
               "id": ("proof_no",), "division": ("division",)},
    ),
    Layout(
        name="base-document-csv/1", feed="declaration", table="declaration__document", good=_document,
        key="unit_id", has_amount=False,
        required=("unit_id", "wage_year", "document", "received_on", "division"),
        holds={"date": ("received_on",), "text": ("document_no",), "id": ("document_no",),
               "division": ("division",)},
    ),
    Layout(
        name="base-application-csv/1", feed="declaration", table="declaration__application",
        good=_application, key="application_no", has_amount=False,
        required=("application_no", "unit_id", "wage_year", "kind", "applied_on", "effective_month",
                  "decision", "division"),
        holds={"date": ("applied_on", "decided_on"), "month": ("effective_month",),
               "optional_amount": ("new_base",), "closed": ("kind", "decision"), "scheme": ("scheme",),
               "text": ("id_number",), "id": ("id_number",), "division": ("division",)},
    ),
)  # fmt: skip
BY_NAME = {layout.name: layout for layout in LAYOUTS}
CSV = tuple(layout.name for layout in LAYOUTS if not layout.widths and not layout.paths)
TEXT = tuple(BY_NAME)
