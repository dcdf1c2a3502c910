"""One month's measurement, from the landed rows to the scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain
from pathlib import Path

import psycopg

from expectations.gx.run import LAYER, ValidationRun
from expectations.issues.findings import replace_findings
from expectations.issues.rectification import correction_rates, rectify
from expectations.prepared.refresh import Prepared, refresh
from expectations.prepared.relation import drop_temporary
from expectations.prepared.state import mark_validated
from expectations.prepared.tallies import Counts, counts_of
from expectations.rates.business import Rate, SourceRows, month_read, rates, source_rows
from expectations.rates.categories import category_rates
from expectations.rates.fund_data import fund_rates
from expectations.rates.longitudinal import compare, replace_comparisons
from expectations.rates.scorecard import earlier_rates, graded, replace_scorecard
from expectations.rules import rules_of
from expectations.site_parameters import SiteParameters, read_site_parameters
from expectations.summary import CountsByTable, MeasureSummary, summary_of
from fundwatch.catalogue import TABLES
from fundwatch.database.failures import disk_full
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FundwatchError, InvariantBroken, WarehouseUnavailable
from fundwatch.months import parse_month
from fundwatch.settings import TIMEZONE

MEASURED = tuple(TABLES)


def measure(
    warehouse: Warehouse,
    *,
    month: str,
    as_of: date | str,
    site_version: str,
    timezone: str = TIMEZONE,
    whole: bool = False,
    pages: Path | None = None,
) -> MeasureSummary:
    """Measure rates, rules and grades of a month and replace them in ``quality``.

    Source: the production rows current in the batch of ``month`` as landed, ``site.*`` of the version,
            ``ops.extracts``; ``ops.files`` for fund data, whose days are those of ``timezone``; earlier
            months' scorecards where a threshold has months of grace.
    Shape:  quality.scorecard (month x division x table x metric), quality.rule_results (month x division x
            table x rule), quality.failures (one row per failing row and rule), quality.rectification (the
            error list of the month, and of later months that depend on it), quality.longitudinal (rates
            and row counts against the months before). Data Docs of the rows validated: in ``pages``/whole
            after a full build, else in ``pages``/changes.
    Again:  the month is replaced in one transaction, by the same rows when nothing changed. The prepared
            relations are refreshed by what changed, or built in full when ``whole``.
    Raises: SiteIncomplete (no city), InvariantBroken (Great Expectations and the scan differ; the month
            keeps its results), MonthInvalid, WarehouseUnavailable.
    """
    parse_month(month)
    as_of = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    validation = ValidationRun(warehouse, pages)
    with validation, warehouse.connect(layer=LAYER) as connection:
        try:
            site = read_site_parameters(connection, site_version)
            city = site.city
            prepared = refresh(connection, site=site, month=month, full=whole, on_change=validation.preload)
            source = source_rows(connection, site=site, month=month)
            production_read = month_read(connection, month=month)
            connection.commit()  # the validator reads over a connection of its own
            validation.validate(connection, prepared, month=month)
            counts = _counts(prepared, city=city, month=month)
            others = chain(
                category_rates(connection, site=site, month=month),
                fund_rates(connection, site=site, site_version=site_version, month=month, timezone=timezone),
            )
            affected = replace_findings(connection, site=site, month=month, counts=counts, prepared=prepared)
            error_list = rectify(
                connection, month=month, as_of=as_of, site_version=site_version, affected=affected
            )
            checked = [table for table in MEASURED if rules_of(table, month)]
            corrected = correction_rates(connection, site=site, month=month, as_of=as_of, checked=checked)
            measured = [*_rates(counts, source, site=site, month=month), *others, *corrected]
            earlier = earlier_rates(connection, month)
            scorecard = graded(measured, site=site, month=month, earlier=earlier)
            comparisons = list(compare(measured, site=site, month=month, earlier=earlier))
            replace_scorecard(connection, month=month, scorecard=scorecard)
            replace_comparisons(connection, comparisons, month=month)
            mark_validated(connection)
            connection.commit()
        except psycopg.Error as error:
            raise _stopped(error) from None
        finally:
            _clear(connection)
    return summary_of(
        scorecard,
        counts,
        comparisons,
        error_list,
        month=month,
        as_of=as_of,
        city=city,
        production_read=production_read,
    )


def _counts(prepared: Prepared, *, city: str, month: str) -> dict[str, dict[str, Counts]]:
    return {
        table: counts_of(prepared.tallies[table], rules=rules_of(table, month), city=city)
        for table in MEASURED
    }


def _rates(
    counts: CountsByTable, source: Mapping[str, SourceRows], *, site: SiteParameters, month: str
) -> list[Rate]:
    return [
        rate
        for table in MEASURED
        for rate in rates(
            table,
            counts[table],
            site=site,
            source=source.get(table, SourceRows()),
            has_rules=bool(rules_of(table, month)),
            year=month[:4],
        )
    ]


def _clear(connection: psycopg.Connection) -> None:
    """Drop the temporary relations; after a lost connection the next measurement does."""
    if not connection.broken:
        connection.rollback()
        drop_temporary(connection)
        connection.commit()


def _stopped(error: psycopg.Error) -> FundwatchError:
    """Return our error for one of the database, without its message, which may hold values of rows."""
    state = "The scorecard of the month was not replaced"
    if isinstance(error, psycopg.errors.DiskFull):
        return disk_full()
    if isinstance(error, psycopg.OperationalError):
        return WarehouseUnavailable(
            f"the warehouse failed while the month was measured ({type(error).__name__})",
            state=state,
            next_step="See that the server runs and has room on its disk, then measure the month again",
        )
    return InvariantBroken(
        f"a query of the measurement failed ({type(error).__name__}, {error.sqlstate})",
        state=state,
        next_step="Report this: no value of a row may make a rule fail to run",
    )
