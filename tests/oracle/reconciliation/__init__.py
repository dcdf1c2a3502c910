"""The nine checks of the reconciliation, from the files of a city, in the plainest way.

:func:`reconciliation` gives every row the export must have for a month, items as a multiset.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.oracle.production import City
from tests.oracle.reconciliation.accounts import account_rules, balance_statement
from tests.oracle.reconciliation.arrears import arrears_and_late_fees
from tests.oracle.reconciliation.four_way import four_way, treasury_delay
from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.identity import fund_identity
from tests.oracle.reconciliation.payments import payments_returned
from tests.oracle.reconciliation.review import arrival_review
from tests.oracle.reconciliation.rows import Row
from tests.oracle.reconciliation.statistics import statistics_against_books
from tests.oracle.values import last_day

__all__ = ["Row", "reconciliation"]

CHECKS = (
    arrival_review, four_way, balance_statement, account_rules, treasury_delay, payments_returned,
    fund_identity, statistics_against_books, arrears_and_late_fees,
)  # fmt: skip


def reconciliation(folder: Path, month: str, *, as_of: date | None = None) -> list[Row]:
    """Give the rows of all checks for a month."""
    ground = Ground(City(folder), month, as_of or last_day(month))
    return [row for check in CHECKS for row in check(ground)]
