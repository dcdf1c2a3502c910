"""A warehouse in which the cross-checks of a city's months are built, and nothing that they do not read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import crosschecks
from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.task import open_context

LEDGERS = ("staging_site", "staging_production", "business_ledger")
COLUMNS = (
    "rule_id", "division", "scheme", "person_id", "other_person_id", "match_class", "first_month",
    "last_month", "months", "amount", "evidence",
)  # fmt: skip


def landed(
    folder: Path, home: Path, database_url: str, months: Iterable[str], *, is_built: bool = True
) -> Settings:
    """Land the production databases and the files of months, in their order; build the ledgers of each."""
    home.mkdir(parents=True)
    (home / "city").symlink_to(folder)
    settings = Settings(home=home, database_url=database_url)
    for month in months:
        steps.ingest(settings, month=month)
        if is_built:
            open_context(settings, month=month).build(LEDGERS)  # what a record said in each batch
    return settings


def check(settings: Settings, month: str) -> list[dict[str, str]]:
    """Build the ledgers and the points of a month, and return the points as they are exported."""
    context = open_context(settings, month=month)
    context.build(LEDGERS)
    crosschecks.check(
        context.warehouse,
        month=month,
        as_of=context.as_of,
        site_version=context.site_version,
        build=context.build,
    )
    return exported(context.warehouse, month)


def exported(warehouse: Warehouse, month: str) -> list[dict[str, str]]:
    """Read the cases as the export writes them, which wants a whole run of the month."""
    with warehouse.connect() as connection:
        query = f"select {', '.join(COLUMNS)} from crosschecks.cases where month = %s"
        rows = connection.execute(query, (month,)).fetchall()
    return [
        {name: "" if value is None else str(value) for name, value in zip(COLUMNS, row, strict=True)}
        for row in rows
    ]
