"""The whole catalogue of files: importing it registers every kind."""

from __future__ import annotations

from functools import cache

from tests.badinput import (  # noqa: F401 (each registers its kinds)
    kinds_bank,
    kinds_bytes,
    kinds_camt,
    kinds_civil_registry,
    kinds_csv,
    kinds_finance,
    kinds_fixed,
    kinds_json,
    kinds_ledger,
    kinds_manifest,
    kinds_mt940,
    kinds_tax,
    kinds_values,
)
from tests.badinput.model import Case
from tests.badinput.registry import cases

TABLES = {
    "tax": ("tax__voucher", "tax__treasury_receipt"),
    "bank": ("bank__statement_entry", "bank__payment_return"),
    "civil_registry": ("civil_registry__death_event",),
    "finance": ("finance__deposit_journal", "finance__trial_balance"),
}


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case of the catalogue."""
    return cases()


def cases_of(feed: str) -> tuple[Case, ...]:
    """Return the cases of a feed."""
    return tuple(case for case in all_cases() if case.feed == feed)
