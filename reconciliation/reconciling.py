"""The step ``reconcile``: build what the checks rest on, match what belongs together, build the checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from fundwatch.database.warehouse import Warehouse
from reconciliation import entries, treasury_receipts, working_calendar
from reconciliation.summary import ReviewSummary, read_review

GROUND = (
    "staging_site",
    "staging_tax",
    "staging_bank",
    "staging_finance",
    "reconciliation:reconciliation.ground reconciliation.review",
)
PLACED = ("reconciliation:reconciliation.placed",)
CHECKS = ("reconciliation:reconciliation.checks reconciliation.statements",)


def reconcile(
    warehouse: Warehouse,
    *,
    month: str,
    as_of: date,
    site_version: str,
    build: Callable[[Sequence[str]], object],
) -> ReviewSummary:
    """Find where the money of ``month`` differs and store it in ``reconciliation.results``.

    Source: the business ledgers as built for ``month``; files of tax, bank and finance of months up to it.
    Shape:  one row per check and what it checks; ``build`` runs dbt for the layers it is given, for this
            month, day and version of the site's parameters.
    Again:  the month's results are replaced; other months stay.
    Raises: InvariantBroken when a model or one of its tests fails; the month's results stay as they were.
    """
    working_calendar.prepare(warehouse)
    entries.prepare(warehouse)
    treasury_receipts.prepare(warehouse)
    working_calendar.write_days(warehouse, as_of=as_of, site_version=site_version)
    build(GROUND)
    entries.match_entries(warehouse, month=month)
    treasury_receipts.pair_with_vouchers(warehouse)
    build(PLACED)
    treasury_receipts.pair_with_credits(warehouse)
    build(CHECKS)
    return read_review(warehouse, month=month)
