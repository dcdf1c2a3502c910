"""Run one step: skip it when it is up to date, keep other builds out, and record how it ended."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import last_day, parse_month
from fundwatch.settings import Settings
from fundwatch.site import load_site
from pipeline import dbt_runner
from pipeline.freshness import Records, Run, freshness, months_to_announce, read_records, recorded_state
from pipeline.inputs import (
    STEP_OF,
    Scope,
    forget_staged_site,
    is_site_staged,
    record_staged_site,
)

_SITE_LAYER = "staging_site"


class Summary(Protocol):
    """What every step returns."""

    def counts(self) -> Mapping[str, int | str]:
        """Return figures and short words only, never row values."""


SummaryT = TypeVar("SummaryT", bound=Summary)


@dataclass(frozen=True)
class Skipped:
    """The summary of a step that was up to date: that of its last run, and when that ended."""

    since: datetime
    figures: Mapping[str, int | str]
    document: Mapping[str, Any]

    def counts(self) -> dict[str, int | str]:
        """Return the figures of the last run."""
        return {**self.figures, "skipped": f"nothing changed since {self.since:%Y-%m-%d %H:%M}"}


@dataclass(frozen=True)
class Context:
    """What a step works on: the warehouse, the month, its as-of day and the site's parameters."""

    warehouse: Warehouse
    settings: Settings
    month: str
    as_of: date
    site_version: str

    def build(self, layers: Sequence[str]) -> dbt_runner.BuildSummary:
        """Build dbt layers for this month; the staging of the site only where it is not current."""
        with self.warehouse.connect(autocommit=True) as connection:
            if is_site_staged(connection, self.site_version):
                layers = [layer for layer in layers if layer != _SITE_LAYER]
            if _SITE_LAYER in layers:
                forget_staged_site(connection)
            summary = dbt_runner.build(
                self.warehouse,
                self.settings,
                layers=layers,
                month=self.month,
                as_of=self.as_of,
                site_version=self.site_version,
            )
            if _SITE_LAYER in layers:
                record_staged_site(connection, self.site_version)
            return summary

    def scope(self, options: str) -> Scope:
        """Return what decides, beside what is landed, what a step builds."""
        return Scope(self.month, self.as_of, self.site_version, self.settings.timezone, options)


@dataclass(frozen=True)
class Task:
    """One step to run: the product it builds, for a month and an as-of day (default: the month's last)."""

    product: str
    settings: Settings
    month: str
    as_of: date | None = None
    force: bool = False
    options: str = ""

    def run(
        self,
        work: Callable[[Context], SummaryT],
        *,
        folders: Callable[[SummaryT], tuple[Path, ...]] = lambda _: (),
    ) -> SummaryT | Skipped:
        """Do the work under the lock of builds and record it, or return the last run's summary.

        The decision is made under the lock, and the inputs are read before the work begins: what lands
        meanwhile makes the step due again. ``folders``: where the work wrote files.
        Raises: WarehouseBusy, and whatever the work raises; the step is due then.
        """
        parse_month(self.month)
        step, warehouse = STEP_OF[self.product], open_warehouse(self.settings)
        with warehouse.exclusive(step), warehouse.connect(autocommit=True) as connection:
            context = open_context(self.settings, month=self.month, as_of=self.as_of, warehouse=warehouse)
            scope = context.scope(self.options)
            records = read_records(connection, scope, home=self.settings.home)
            if not self.force and not freshness(self.product, records).is_due:
                return _skipped(records.runs[self.product], self.settings)
            with _recorded(context, step, {}) as record:
                summary = work(context)
                description = {"counts": summary.counts(), "document": description_of(summary)}
                state = recorded_state(
                    connection, self.product, scope,
                    inputs=records.inputs[self.product], home=self.settings.home,
                    folders=folders(summary), summary=description,
                )  # fmt: skip
                record(summary, state)
        return summary


def records_of(settings: Settings, *, month: str) -> Records:
    """Return what the warehouse records of a month, from which freshness is decided."""
    context = open_context(settings, month=month)
    with context.warehouse.connect(autocommit=True) as connection:
        return read_records(connection, context.scope(""), home=settings.home)


def months_after_landing(settings: Settings, feed: str, *, month: str) -> list[str]:
    """Return the months that must be built after a landing of ``feed`` for ``month``, in order."""
    context = open_context(settings, month=month)
    with context.warehouse.connect(autocommit=True) as connection:
        return months_to_announce(
            connection, feed, month=month, settings=settings, site_version=context.site_version
        )


def is_landed(settings: Settings, feed: str, *, month: str) -> bool:
    """Return whether a feed was landed for a month, whatever it brought."""
    return feed in records_of(settings, month=month).landed


def open_context(
    settings: Settings, *, month: str, as_of: date | None = None, warehouse: Warehouse | None = None
) -> Context:
    """Open what a step works on, with the site's parameters loaded."""
    parse_month(month)
    warehouse = warehouse or open_warehouse(settings)
    return Context(warehouse, settings, month, as_of or last_day(month), load_site(warehouse, settings))


@contextmanager
def recorded_landing(context: Context, feeds: Sequence[str]) -> Iterator[Callable[[SummaryT], SummaryT]]:
    """Record one landing of feeds; the caller passes its summary to the function it is given.

    Landing is parallel, so no lock is held.
    """
    with _recorded(context, "ingest", {"feeds": list(feeds)}) as record:

        def finish(summary: SummaryT) -> SummaryT:
            record(summary, None)
            return summary

        yield finish


@contextmanager
def _recorded(
    context: Context, step: str, about: dict[str, Any]
) -> Iterator[Callable[[Summary, str | None], None]]:
    """Record a run in ``ops.runs``; it failed unless its summary is recorded."""
    outcome, detail, state = "failed", about, None

    def record(summary: Summary, recorded: str | None) -> None:
        nonlocal outcome, detail, state
        outcome, detail, state = "done", about | dict(summary.counts()), recorded

    run_id = _begin(context, step)
    try:
        yield record
    finally:
        with context.warehouse.connect() as connection:
            connection.execute(
                "update ops.runs set ended_at = now(), outcome = %s, detail = %s, state = %s"
                " where run_id = %s",
                (outcome, json.dumps(detail), state, run_id),
            )


def _begin(context: Context, step: str) -> int:
    with context.warehouse.connect() as connection:
        connection.execute("delete from ops.forgotten_months where month = %s", (context.month,))
        cursor = connection.execute(
            "insert into ops.runs (step, month, as_of, site_version) values (%s, %s, %s, %s)"
            " returning run_id",
            (step, context.month, context.as_of, context.site_version),
        )
        (run_id,) = cursor.fetchall()[0]
        return int(run_id)


def _skipped(run: Run, settings: Settings) -> Skipped:
    since = (run.ended_at or datetime.now(ZoneInfo(settings.timezone))).astimezone(
        ZoneInfo(settings.timezone)
    )
    return Skipped(since, run.summary["counts"], run.summary["document"])


def description_of(summary: Summary) -> dict[str, Any]:
    """Return everything a summary holds, as plain values for a JSON document."""
    if isinstance(summary, Skipped):
        return dict(summary.document) | {"skipped_since": summary.since.isoformat()}
    if dataclasses.is_dataclass(summary) and not isinstance(summary, type):
        return dataclasses.asdict(summary)
    return dict(summary.counts())
