"""The whole catalogue of files: importing it registers every kind."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from _pytest.mark import ParameterSet

from tests.badinput import (  # noqa: F401 (each registers its kinds)
    kinds_bank,
    kinds_bytes,
    kinds_camt,
    kinds_civil_registry,
    kinds_columns,
    kinds_csv,
    kinds_finance,
    kinds_fixed,
    kinds_json,
    kinds_ledger,
    kinds_manifest,
    kinds_mt940,
    kinds_pairs,
    kinds_tax,
    kinds_values,
)
from tests.badinput.model import Case
from tests.badinput.registry import cases

_SAMPLED, _ALL_OF = 1, ("ZZ", "F36", "C40", "C00", "QT")
TABLES = {
    "tax": ("tax__voucher", "tax__treasury_receipt"),
    "bank": ("bank__statement_entry", "bank__payment_return"),
    "civil_registry": ("civil_registry__death_event",),
    "finance": ("finance__deposit_journal", "finance__trial_balance"),
    "declaration": (
        "declaration__unit",
        "declaration__person",
        "declaration__document",
        "declaration__application",
    ),
}


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case of the catalogue."""
    return cases()


def cases_of(feed: str) -> tuple[Case, ...]:
    """Return the cases of a feed."""
    return tuple(case for case in all_cases() if case.feed == feed)


def parameters_of(feed: str) -> list[ParameterSet]:
    """Return the cases of a feed as parameters: a sample of every kind for every format, the rest marked."""
    seen: Counter[tuple[str, str]] = Counter()
    parameters = []
    for case in cases_of(feed):
        seen[case.kind, case.format] += 1
        is_sampled = seen[case.kind, case.format] <= _SAMPLED or case.kind in _ALL_OF
        parameters.append(pytest.param(case, id=str(case), marks=() if is_sampled else pytest.mark.faults))
    return parameters
