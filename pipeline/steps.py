"""The steps of a month, called alike by the command line and by Airflow's tasks.

Each step opens the warehouse, does one thing, records its run in ``ops.runs`` and returns a summary of
counts. Every step may be run again: it replaces what it built for the month, and is skipped when nothing it
is built from changed (``pipeline.freshness``), unless it is forced.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alerts
from fundwatch.actors import current_user
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.feeds import FEEDS
from fundwatch.host import require_address_space
from fundwatch.operators import Operator, display_of_user, operator_of
from fundwatch.settings import Settings
from pipeline.dbt_runner import BuildSummary
from pipeline.earlier_ledgers import build_earlier_ledgers, build_ledgers_alone
from pipeline.freshness import record_edition
from pipeline.task import Context, Summary, Task, description_of, open_context, recorded_landing

if TYPE_CHECKING:
    from fundwatch.acts.publications import Publication
    from ingestion.files.operations.find import LedgerFile

LEDGER_LAYERS = ("staging_site", "staging_production", "business_ledger", "statistical_ledger", "reports")


def ingest(settings: Settings, *, month: str, feed: str | None = None, verify: bool | None = None) -> Summary:
    """Land what has arrived for months up to ``month``, and raise alerts for what it tells.

    ``verify`` looks for silent changes of the production database; None means with each new month.
    Landing is parallel, so no lock is held.
    """
    from ingestion import land

    feeds = FEEDS if feed is None else (feed,)
    context = open_context(settings, month=month)
    with recorded_landing(context, feeds) as finish:
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
    """Release a held file, signed by a second person, and load it; a production table is read once more."""
    from ingestion.files.operations import retry as operations

    released = operations.sign_release(open_warehouse(settings), file=file, name=name, reason=reason)
    if released.feed == "production":
        ingest(settings, month=released.month or "", feed="production")
        return operations.after_release(open_warehouse(settings), file=released)
    return _retry_file(settings, released)


def _retry_file(settings: Settings, file: LedgerFile) -> Summary:
    from ingestion.files.operations import retry as operations

    context = open_context(settings, month=file.run_month or "")
    with recorded_landing(context, (file.feed,)) as finish:
        return finish(operations.retry_file(context.warehouse, settings, file=file))


def build(settings: Settings, *, month: str, as_of: date | None = None, force: bool = False) -> Summary:
    """Build the ledgers, the statistics and the report forms of a month.

    Months that were landed before it have their business ledgers built first, where they are not current.
    """

    def work(context: Context) -> BuildSummary:
        earlier_months = build_earlier_ledgers(context)
        return dataclasses.replace(context.build(LEDGER_LAYERS), earlier_months=earlier_months)

    return Task("ledgers", settings, month, as_of, force=force).run(work)


def build_business_ledgers(settings: Settings, *, month: str, as_of: date | None = None) -> None:
    """Build the business ledgers of a month alone, as the build of a later month does."""
    context = open_context(settings, month=month, as_of=as_of)
    with context.warehouse.exclusive("build"):
        build_ledgers_alone(context)


def reconcile(settings: Settings, *, month: str, as_of: date | None = None, force: bool = False) -> Summary:
    """Set tax, treasury, bank and books against the ledgers of a month, and verify contribution bases."""

    def work(context: Context) -> Summary:
        from reconciliation import reconcile as reconcile_month
        from reconciliation.bases import verify_bases
        from reporting.base_sheets.writing import write_county_workbooks

        summary = reconcile_month(
            context.warehouse,
            month=month,
            as_of=context.as_of,
            site_version=context.site_version,
            build=context.build,
        )
        bases = verify_bases(context.warehouse, month=month, build=context.build)
        workbooks = write_county_workbooks(
            context.warehouse, home=settings.home, month=month, site_version=context.site_version
        )
        return dataclasses.replace(summary, bases=bases, workbooks=workbooks)

    folder = settings.home / "bases" / month
    task = Task("reconciliation", settings, month, as_of, force=force)
    return task.run(work, folders=lambda _: (folder,))


def crosscheck(settings: Settings, *, month: str, as_of: date | None = None, force: bool = False) -> Summary:
    """Match the sources against each other and build the month's cases."""

    def work(context: Context) -> Summary:
        from crosschecks import check

        return check(
            context.warehouse,
            month=month,
            as_of=context.as_of,
            site_version=context.site_version,
            build=context.build,
            linkage_engine=settings.linkage_engine,
        )

    return Task("cases", settings, month, as_of, force=force).run(work)


def measure(
    settings: Settings,
    *,
    month: str,
    as_of: date | None = None,
    whole: bool = False,
    workbooks: bool = True,
    force: bool = False,
) -> Summary:
    """Measure a month, what changed of it or the whole, and write the counties' error lists."""

    def work(context: Context) -> Summary:
        from expectations import measure as measure_month
        from reporting.error_lists.writing import write_error_lists

        summary = measure_month(
            context.warehouse,
            month=month,
            as_of=context.as_of,
            site_version=context.site_version,
            timezone=settings.timezone,
            whole=whole,
            pages=settings.home / "quality" / "data-docs",
        )
        if not workbooks:
            return summary
        written = write_error_lists(
            context.warehouse, home=settings.home, month=month, site_version=context.site_version
        )
        return dataclasses.replace(summary, workbooks=written)

    folder = settings.home / "rectification" / month
    task = Task(
        "quality", settings, month, as_of, force=force or whole, options="" if workbooks else "tables"
    )
    return task.run(work, folders=lambda _: (folder,) if workbooks else ())


def publish(
    settings: Settings,
    *,
    month: str,
    as_of: date | None = None,
    preparer: str | None = None,
    force: bool = False,
) -> Summary:
    """Render a month into a draft publication; unchanged content returns the existing one.

    The preparer is an operator of the site, or the user this runs as.
    """
    user = current_user()
    operator = (
        Operator(user, display_of_user(settings, user))
        if preparer is None
        else operator_of(settings, preparer)
    )

    def work(context: Context) -> Publication:
        from reporting.publications.drafting import publish as publish_month

        write_editions(settings)
        return publish_month(
            context.warehouse,
            settings,
            month=month,
            as_of=context.as_of,
            site_version=context.site_version,
            preparer=operator.name,
            display=operator.display,
        )

    require_address_space()
    task = Task("publication", settings, month, as_of, force=force)
    return task.run(
        work, folders=lambda publication: (Path(publication.folder),) if publication.folder else ()
    )


def review(settings: Settings, *, number: int, name: str, note: str = "", reason: str = "") -> Publication:
    """Sign a draft as its reviewer; ``name`` as the site lists it. Again, Raises: as ``signoff.review``."""
    from fundwatch.acts import signoff

    warehouse = open_warehouse(settings)
    publication = signoff.review(warehouse, number=number, name=name, note=note, reason=reason)
    return _signed(settings, warehouse, publication)


def approve(settings: Settings, *, number: int, name: str, note: str = "") -> Publication:
    """Sign a reviewed publication as its approver, and write its signed edition.

    The step that drafted it has nothing to do afterwards: the edition is recorded as what it wrote.
    Again, Raises: as ``signoff.approve``; a killed one writes and records what is missing.
    """
    from fundwatch.acts import signoff
    from reporting.publications import signed_edition

    warehouse = open_warehouse(settings)
    publication = signoff.approve(warehouse, number=number, name=name, note=note)
    signed_edition.write_signed(warehouse, settings, number=number)
    return _signed(settings, warehouse, publication)


def write_editions(settings: Settings) -> tuple[int, ...]:
    """Write the signed edition of every approved publication that has none; return their numbers.

    Who approves at the portal publishes at once; its files are drawn here, as ``approve`` draws them.
    Again: nothing to do. Raises: as ``signed_edition.write_signed``.
    """
    from fundwatch.acts import publications
    from reporting.publications import signed_edition

    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        waiting = [publications.find(connection, number) for number in signed_edition.missing(connection)]
    for publication in waiting:
        folder = publications.folder_of(settings.home, publication.number)
        publications.allow_reading(folder, everybody=True)
        signed_edition.write_signed(warehouse, settings, number=publication.number)
        _signed(settings, warehouse, publication)
    return tuple(publication.number for publication in waiting)


def _signed(settings: Settings, warehouse: Warehouse, publication: Publication) -> Publication:
    """Record a publication as signed with the run that drafted it."""
    from fundwatch.acts.publications import folder_of

    folder = folder_of(settings.home, publication.number)
    shown = dataclasses.replace(publication, folder=str(folder))
    with warehouse.connect() as connection:
        record_edition(
            connection, month=publication.month, home=settings.home, folder=folder,
            summary={"counts": shown.counts(), "document": description_of(shown)},
        )  # fmt: skip
    return publication


RUN_ORDER: tuple[tuple[str, Callable[..., Summary]], ...] = (
    ("ingest", ingest),
    ("build", build),
    ("reconcile", reconcile),
    ("crosscheck", crosscheck),
    ("measure", measure),
    ("publish", publish),
)


def described(summary: Summary) -> dict[str, Any]:
    """Return everything a summary holds, as plain values for a JSON document."""
    return description_of(summary)
