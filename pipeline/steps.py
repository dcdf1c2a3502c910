"""The steps of a month, called alike by the command line and by Airflow's tasks.

Each step opens the warehouse, does one thing, records its run in ``ops.runs`` and returns a summary of
counts. Every step may be run again: it replaces what it made for the month.
"""

from __future__ import annotations

import dataclasses
import getpass
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

import alerts
from fundwatch.feeds import FEEDS
from fundwatch.months import last_day, parse_month
from fundwatch.settings import Settings
from fundwatch.site import load_site
from fundwatch.warehouse import Warehouse, open_warehouse
from pipeline import dbt_runner
from pipeline.reconciliation import read_review

if TYPE_CHECKING:
    from ingestion.files.operations.find import LedgerFile

LEDGER_LAYERS = ("staging_site", "staging_production", "business_ledger", "statistical_ledger", "reports")
RECONCILIATION_LAYERS = ("staging_site", "staging_tax", "staging_bank", "staging_finance", "reconciliation")


class Summary(Protocol):
    """What every step returns."""

    def counts(self) -> dict[str, int | str]:
        """Return figures and short words only, never row values."""


@dataclass(frozen=True)
class Context:
    """What a step works on: the warehouse, the month, its as-of day and the site's parameters."""

    warehouse: Warehouse
    settings: Settings
    month: str
    as_of: date
    site_version: str

    def build(self, layers: Sequence[str]) -> dbt_runner.BuildSummary:
        """Build dbt layers for this month."""
        return dbt_runner.build(
            self.warehouse,
            self.settings,
            layers=layers,
            month=self.month,
            as_of=self.as_of,
            site_version=self.site_version,
        )


def ingest(settings: Settings, *, month: str, feed: str | None = None, verify: bool | None = None) -> Summary:
    """Land what has arrived for months up to ``month``, and raise alerts for what it tells.

    ``verify`` looks for silent changes of the production database; None means with each new month.
    Landing is parallel, so no lock is held.
    """
    from ingestion import land

    feeds = FEEDS if feed is None else (feed,)
    with _step("ingest", settings, month=month, exclusive=False, feeds=feeds) as (context, finish):
        summary = finish(land(context.warehouse, settings, month=month, feeds=feeds, verify=verify))
    alerts.scan(
        context.warehouse, site_version=context.site_version, on=context.as_of, timezone=settings.timezone
    )
    return summary


def retry(settings: Settings, *, file: str) -> Summary:
    """Process a file again; counts as an ingest of its feed, so that what it changes is built."""
    from ingestion.files.operations import retry as operations

    return _retry_file(settings, operations.find_for_retry(open_warehouse(settings), file=file))


def release(settings: Settings, *, file: str, name: str, reason: str) -> Summary:
    """Release a held file on the word of a second person, and load it."""
    from ingestion.files.operations import retry as operations

    released = operations.sign_release(open_warehouse(settings), file=file, name=name, reason=reason)
    return _retry_file(settings, released)


def _retry_file(settings: Settings, file: LedgerFile) -> Summary:
    from ingestion.files.operations import retry as operations

    with _step("ingest", settings, month=file.run_month, exclusive=False, feeds=(file.feed,)) as (
        context,
        finish,
    ):
        return finish(operations.retry_file(context.warehouse, settings, file=file))


def build(settings: Settings, *, month: str, as_of: date | None = None) -> Summary:
    """Build the ledgers, the statistics and the report forms of a month."""
    with _step("build", settings, month=month, as_of=as_of) as (context, finish):
        return finish(context.build(LEDGER_LAYERS))


def reconcile(settings: Settings, *, month: str, as_of: date | None = None) -> Summary:
    """Set tax, treasury, bank and books against the ledgers of a month."""
    with _step("reconcile", settings, month=month, as_of=as_of) as (context, finish):
        context.build(RECONCILIATION_LAYERS)
        return finish(read_review(context.warehouse, month=month))


def crosscheck(settings: Settings, *, month: str, as_of: date | None = None) -> Summary:
    """Match the sources against each other and build the month's cases."""
    from crosschecks import check

    with _step("crosscheck", settings, month=month, as_of=as_of) as (context, finish):
        return finish(
            check(
                context.warehouse,
                month=month,
                as_of=context.as_of,
                site_version=context.site_version,
                build=context.build,
            )
        )


def measure(
    settings: Settings,
    *,
    month: str,
    as_of: date | None = None,
    whole: bool = False,
    workbooks: bool = True,
) -> Summary:
    """Measure a month, what changed of it or the whole, and write the counties' error lists."""
    from expectations import measure as measure_month
    from reporting.error_lists.writing import write_error_lists

    with _step("measure", settings, month=month, as_of=as_of) as (context, finish):
        found = measure_month(
            context.warehouse,
            month=month,
            as_of=context.as_of,
            site_version=context.site_version,
            timezone=settings.timezone,
            whole=whole,
            pages=settings.home / "quality" / "data-docs",
        )
        if workbooks:
            written = write_error_lists(
                context.warehouse, home=settings.home, month=month, site_version=context.site_version
            )
            found = dataclasses.replace(found, workbooks=written)
        return finish(found)


def publish(
    settings: Settings, *, month: str, as_of: date | None = None, preparer: str | None = None
) -> Summary:
    """Render a month into a draft publication; unchanged content returns the existing one."""
    from reporting.publications.drafting import publish as publish_month

    with _step("publish", settings, month=month, as_of=as_of) as (context, finish):
        return finish(
            publish_month(
                context.warehouse,
                settings,
                month=month,
                as_of=context.as_of,
                site_version=context.site_version,
                preparer=preparer or getpass.getuser(),
            )
        )


RUN_ORDER: tuple[tuple[str, Callable[..., Summary]], ...] = (
    ("ingest", ingest),
    ("build", build),
    ("reconcile", reconcile),
    ("crosscheck", crosscheck),
    ("measure", measure),
    ("publish", publish),
)


@contextmanager
def _step(
    name: str,
    settings: Settings,
    *,
    month: str,
    as_of: date | None = None,
    exclusive: bool = True,
    feeds: Sequence[str] = (),
) -> Iterator[tuple[Context, Callable[[Summary], Summary]]]:
    """Open the warehouse for one step, keep other builds out, and record how the step ended."""
    parse_month(month)
    warehouse = open_warehouse(settings)
    with warehouse.exclusive(name) if exclusive else warehouse.connect():
        context = Context(
            warehouse=warehouse,
            settings=settings,
            month=month,
            as_of=as_of or last_day(month),
            site_version=load_site(warehouse, settings),
        )
        run_id = _begin(context, name)
        about = {"feeds": list(feeds)} if feeds else {}
        outcome, detail = "failed", about

        def finish(summary: Summary) -> Summary:
            nonlocal outcome, detail
            outcome, detail = "done", about | summary.counts()
            return summary

        try:
            yield context, finish
        finally:
            _end(warehouse, run_id, outcome, detail)


def _begin(context: Context, step: str) -> int:
    with context.warehouse.connect() as connection:
        return connection.execute(
            "insert into ops.runs (step, month, as_of, site_version) values (%s, %s, %s, %s)"
            " returning run_id",
            (step, context.month, context.as_of, context.site_version),
        ).fetchone()[0]


def _end(warehouse: Warehouse, run_id: int, outcome: str, detail: dict) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            "update ops.runs set ended_at = now(), outcome = %s, detail = %s where run_id = %s",
            (outcome, json.dumps(detail), run_id),
        )


def described(summary: Summary) -> dict:
    """Return everything a summary says, as plain values for a JSON document."""
    return dataclasses.asdict(summary) if dataclasses.is_dataclass(summary) else summary.counts()
