"""A warehouse in which a city of money is reconciled, and nothing that reconciliation does not read."""

from __future__ import annotations

from collections import Counter
from datetime import date

import reconciliation
from fundwatch.settings import Settings
from pipeline.task import open_context
from tests.hostile.money import AS_OF
from tests.hostile.warehouses import LEDGERS
from tests.oracle.reconciliation.rows import Row, exported

COLUMNS = (
    "check_name", "division", "scheme", "subject", "for_month", "account_no", "party_a", "party_b",
    "amount_a", "amount_b", "difference", "status", "items",
)  # fmt: skip


def reconcile(settings: Settings, month: str, *, as_of: date | None = AS_OF) -> None:
    """Build the ledgers of a month, and reconcile it, by default as of the day of the cities of money."""
    context = open_context(settings, month=month, as_of=as_of)
    context.build(LEDGERS)
    reconciliation.reconcile(
        context.warehouse,
        month=month,
        as_of=context.as_of,
        site_version=context.site_version,
        build=context.build,
    )


def results(settings: Settings, month: str) -> Counter[Row]:
    """Read the rows of a month as the export writes them."""
    with open_context(settings, month=month).warehouse.connect() as connection:
        query = f"select {', '.join(COLUMNS)} from reconciliation.results where month = %s"
        rows = connection.execute(query, (month,)).fetchall()
    return Counter(row_of(row) for row in rows)


def row_of(values: tuple[object, ...]) -> Row:
    """Read the values of :data:`COLUMNS`."""
    cells = {name: "" if value is None else str(value) for name, value in zip(COLUMNS, values, strict=True)}
    cells["check"] = cells.pop("check_name")
    return exported(cells)


def unequal(expected: Counter[Row], present: Counter[Row]) -> str:
    """Say what is missing and what is too many, a few of each check; nothing where all is equal."""
    lines = []
    for word, rows in (("missing", expected - present), ("not expected", present - expected)):
        shown: Counter[str] = Counter()
        for row in sorted(rows, key=repr):
            shown[row.check] += 1
            if shown[row.check] <= 2:
                lines.append(f"{word}: {row}")
    return "\n".join(lines)
