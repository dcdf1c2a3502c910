"""A warehouse in which the bases of a city's months are verified, and nothing that they do not read."""

from __future__ import annotations

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from pipeline.task import open_context
from reconciliation.bases import BasesSummary, verify_bases
from reporting.exports import EXPORTS
from tests.hostile.warehouses import LEDGERS

Rows = list[dict[str, str]]


def verify(settings: Settings, month: str) -> BasesSummary:
    """Build the ledgers and the bases of a month."""
    context = open_context(settings, month=month)
    context.build((*LEDGERS, "staging_tax"))
    return verify_bases(context.warehouse, month=month, build=context.build)


def exported(warehouse: Warehouse, what: str, month: str) -> Rows:
    """Read an export as it is written, which wants a whole run of the month."""
    export = EXPORTS[what]
    with warehouse.connect() as connection:
        rows = connection.execute(export.query, {"month": month}).fetchall()
    return [
        {name: "" if value is None else str(value) for name, value in zip(export.columns, row, strict=True)}
        for row in rows
    ]


def compared(rows: Rows) -> set[tuple]:
    """Rows without what names an exception and where its evidence landed."""
    return {
        tuple(sorted(item for item in row.items() if item[0] not in ("exception_id", "evidence")))
        for row in rows
    }
