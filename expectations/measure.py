"""One month's measurement, from the landed rows to the scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from types import ModuleType

import psycopg

from expectations.benefit_facts import benefit_relations
from expectations.codes import prepare_codes
from expectations.facts import make_relations, prepare_facts
from expectations.fund_data import arrival_rates
from expectations.prepared import drop_all, prepare
from expectations.rates import Rate, SourceRows, rates, source_rows
from expectations.rules import rule_version, rules_of
from expectations.scan import Counts, scan
from expectations.scorecard import Graded, earlier_rates, graded, replace_month
from expectations.site import Site, read_site
from fundwatch.catalogue import TABLES
from fundwatch.errors import InvariantBroken, WarehouseUnavailable
from fundwatch.months import parse_month
from fundwatch.settings import TIMEZONE
from fundwatch.warehouse import Warehouse

MEASURED = tuple(TABLES)

# Table -> division -> counts.
Found = Mapping[str, Mapping[str, Counts]]


@dataclass(frozen=True)
class MeasureSummary:
    """What a measurement found, in counts; ``grades`` is division -> table -> grade."""

    month: str
    as_of: date
    rule_version: str
    tables: int
    rules: int
    rates: int
    failing_thresholds: int
    anomalous_rows: int
    grades: dict[str, dict[str, str]] = field(default_factory=dict)

    def counts(self) -> dict[str, int | str]:
        """Return the figures that go into the record of the run."""
        return {
            "tables": self.tables,
            "rules": self.rules,
            "rates": self.rates,
            "failing_thresholds": self.failing_thresholds,
            "anomalous_rows": self.anomalous_rows,
            "rule_version": self.rule_version,
        }


def measure(
    warehouse: Warehouse, *, month: str, as_of: date | str, site_version: str, timezone: str = TIMEZONE
) -> MeasureSummary:
    """Measure rates, rules and grades of a month and replace them in ``quality``.

    Source: the production rows current in the batch of ``month`` as landed, ``site.*`` of the version,
            ``ops.extracts``; ``ops.files`` for fund data, whose days are those of ``timezone``; earlier
            months' scorecards where a threshold has months of grace.
    Shape:  quality.scorecard (month x division x table x metric), quality.rule_results (month x division x
            table x rule), quality.failures (one row per failing row and rule).
    Again:  the month is replaced in one transaction, by the same rows when nothing changed.
    Raises: SiteIncomplete (no city), InvariantBroken (Great Expectations and the scan differ; the month
            keeps what it had), MonthInvalid, WarehouseUnavailable.
    """
    parse_month(month)
    # The judge's library takes seconds to import: meanwhile the server prepares the tables.
    with ThreadPoolExecutor(max_workers=1) as worker, warehouse.connect() as connection:
        judges = worker.submit(import_module, "expectations.judge")
        try:
            site = read_site(connection, site_version)
            source = _prepare(connection, site=site, month=month)
            found = _scan(connection, city=site.city, month=month)
            _judge(warehouse, connection, judges, found, city=site.city, month=month)
            arrived = arrival_rates(
                connection, site=site, site_version=site_version, month=month, timezone=timezone
            )
            scorecard = graded(
                [*_rates(found, source, site=site, month=month), *arrived],
                site=site,
                month=month,
                earlier=earlier_rates(connection, month),
            )
            replace_month(connection, month=month, city=site.city, scorecard=scorecard, counts=found)
            connection.commit()
        except psycopg.Error as error:
            raise _stopped(error) from None
        finally:
            _clear(connection)
    return _summary(scorecard, found, month=month, as_of=as_of, city=site.city)


def _prepare(connection: psycopg.Connection, *, site: Site, month: str) -> dict[str, SourceRows]:
    """Make the prepared relations, and commit them: the judge reads them over a connection of its own."""
    drop_all(connection)
    # Every join here is to a small relation; a sort of the large one would spill.
    connection.execute("set local enable_mergejoin = off")
    prepare_codes(connection, site=site, month=month)
    prepare_facts(connection, site=site, month=month)
    make_relations(connection, benefit_relations(month))
    for table in MEASURED:
        prepare(connection, table=table, month=month)
    source = source_rows(connection, site=site, month=month)
    connection.commit()
    return source


def _scan(connection: psycopg.Connection, *, city: str, month: str) -> dict[str, dict[str, Counts]]:
    return {
        table: scan(connection, table=table, rules=rules_of(table, month), city=city) for table in MEASURED
    }


def _judge(
    warehouse: Warehouse,
    connection: psycopg.Connection,
    judges: Future[ModuleType],
    found: Found,
    *,
    city: str,
    month: str,
) -> None:
    """Let Great Expectations count every rule, and hold the city's row against it."""
    library = judges.result()
    judge = library.Judge(connection, warehouse.parts)
    try:
        for table in MEASURED:
            rules = rules_of(table, month)
            if rules:
                verdicts = judge.judge(table=table, rules=rules)
                library.require_agreement(rules, verdicts, found[table][city].rules)
    finally:
        judge.close()


def _rates(found: Found, source: Mapping[str, SourceRows], *, site: Site, month: str) -> list[Rate]:
    return [
        rate
        for table in MEASURED
        for rate in rates(
            table,
            found[table],
            site=site,
            source=source.get(table, SourceRows()),
            has_rules=bool(rules_of(table, month)),
            year=month[:4],
        )
    ]


def _clear(connection: psycopg.Connection) -> None:
    """Drop what was prepared; a lost connection leaves it to the next measurement."""
    if not connection.broken:
        connection.rollback()
        drop_all(connection)
        connection.commit()


def _stopped(error: psycopg.Error) -> InvariantBroken | WarehouseUnavailable:
    """Say that the database stopped us, without its message: that may hold a row's values."""
    state = "The scorecard of the month was not replaced"
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


def _summary(
    scorecard: list[Graded], found: Found, *, month: str, as_of: date | str, city: str
) -> MeasureSummary:
    grades: dict[str, dict[str, str]] = {}
    for row in scorecard:
        grades.setdefault(row.rate.division, {})[row.rate.table] = row.grade
    return MeasureSummary(
        month=month,
        as_of=date.fromisoformat(as_of) if isinstance(as_of, str) else as_of,
        rule_version=rule_version(),
        tables=len(MEASURED),
        rules=sum(len(rules_of(table, month)) for table in MEASURED),
        rates=len(scorecard),
        failing_thresholds=sum(row.verdict.status == "fail" for row in scorecard),
        anomalous_rows=sum(counts[city].anomalous_rows for counts in found.values()),
        grades=grades,
    )
