"""One month's measurement, from the landed rows to the scorecard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType

import psycopg

from expectations.categories import category_rates
from expectations.data_docs import replaced, write_index
from expectations.fund_data import fund_rates
from expectations.keeping import Kept, bring
from expectations.longitudinal import Comparison, compare, replace_comparisons
from expectations.prepared import drop_all
from expectations.rates import Rate, SourceRows, rates, source_rows
from expectations.rectification import ErrorList, correction_rates, rectify
from expectations.rules import places_of, rule_version, rules_of
from expectations.rules.declaration import Rule
from expectations.scorecard import Graded, earlier_rates, graded, replace_findings, replace_scorecard
from expectations.site import Site, read_site
from expectations.standing import mark_judged
from expectations.tallies import Counts, counts_of
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
    """What a measurement found, in counts; ``grades`` is division -> table -> grade.

    ``straying``: rates and row counts that differ too much from the mean of the months before.
    ``workbooks`` are the error lists written for counties; None where none were asked for.
    """

    month: str
    as_of: date
    rule_version: str
    tables: int
    rules: int
    rates: int
    failing_thresholds: int
    straying: int
    anomalous_rows: int
    error_list: ErrorList
    grades: dict[str, dict[str, str]] = field(default_factory=dict)
    workbooks: int | None = None

    def counts(self) -> dict[str, int | str]:
        """Return the figures that go into the record of the run."""
        return {
            "tables": self.tables,
            "rules": self.rules,
            "rates": self.rates,
            "failing_thresholds": self.failing_thresholds,
            "straying": self.straying,
            "anomalous_rows": self.anomalous_rows,
            **self.error_list.counts(),
            **({} if self.workbooks is None else {"error_list_workbooks": self.workbooks}),
            "rule_version": self.rule_version,
        }


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
            error list of the month, and of later months that rest on it), quality.longitudinal (rates and
            row counts against the months before). Data Docs of what was judged: in ``pages``/whole when
            that was everything, else in ``pages``/changes.
    Again:  the month is replaced in one transaction, by the same rows when nothing changed. What was prepared
            before is moved on by what changed, unless everything is asked for ``whole``.
    Raises: SiteIncomplete (no city), InvariantBroken (Great Expectations and the scan differ; the month
            keeps what it had), MonthInvalid, WarehouseUnavailable.
    """
    parse_month(month)
    as_of = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    judging = _Judging(warehouse, pages)
    with judging, warehouse.connect() as connection:
        try:
            site = read_site(connection, site_version)
            city = site.city
            kept = bring(connection, site=site, month=month, whole=whole, begins=judging.expect)
            source = source_rows(connection, site=site, month=month)
            connection.commit()  # the judge reads over a connection of its own
            judging.judge(connection, kept, month=month)
            found = _counts(kept, city=city, month=month)
            others = chain(
                category_rates(connection, site=site, month=month),
                fund_rates(connection, site=site, site_version=site_version, month=month, timezone=timezone),
            )
            replace_findings(connection, site=site, month=month, counts=found)
            error_list = rectify(connection, month=month, as_of=as_of, site_version=site_version)
            judged = [table for table in MEASURED if rules_of(table, month)]
            corrected = correction_rates(connection, site=site, month=month, as_of=as_of, judged=judged)
            measured = [*_rates(found, source, site=site, month=month), *others, *corrected]
            earlier = earlier_rates(connection, month)
            scorecard = graded(measured, site=site, month=month, earlier=earlier)
            compared = list(compare(measured, site=site, month=month, earlier=earlier))
            replace_scorecard(connection, month=month, scorecard=scorecard)
            replace_comparisons(connection, compared, month=month)
            mark_judged(connection)
            connection.commit()
        except psycopg.Error as error:
            raise _stopped(error) from None
        finally:
            _clear(connection)
    return _summary(scorecard, found, compared, error_list, month=month, as_of=as_of, city=city)


class _Judging(AbstractContextManager):
    """Great Expectations, imported beside the server's work as soon as there is something to judge."""

    def __init__(self, warehouse: Warehouse, pages: Path | None) -> None:
        self._warehouse = warehouse
        self._pages = pages
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._library: Future[ModuleType] | None = None

    def __exit__(self, *_exception: object) -> None:
        self._worker.shutdown(wait=True)

    def expect(self) -> None:
        """Begin to import the library, which takes seconds."""
        self._library = self._worker.submit(import_module, "expectations.judge")

    def judge(self, connection: psycopg.Connection, kept: Kept, *, month: str) -> None:
        """Let Great Expectations count every rule over the rows it has not seen; hold our counts against it.

        Raises: InvariantBroken when they differ.
        """
        wanted = [(table, rules_of(table, month)) for table in kept.to_judge if rules_of(table, month)]
        if not wanted:
            return
        if self._library is None:
            self.expect()
        library = self._library.result()
        with ExitStack() as stack:
            folder = None
            if self._pages:
                of_what = "whole" if kept.is_whole else "changes"
                folder = stack.enter_context(replaced(self._pages / of_what))
            judge = library.Judge(connection, self._warehouse.parts, pages=folder)
            stack.callback(judge.close)
            judged = {}
            for table, rules in wanted:
                relation, tally = kept.to_judge[table]
                counts = counts_of(tally, rules=rules, places=_places(table, rules), city="")
                verdicts = judge.judge(table=table, rules=rules, relation=relation)
                library.require_agreement(rules, verdicts, counts[""].rules)
                judged[table] = list(zip(rules, counts[""].rules, strict=True))
            if folder:
                judge.write_pages()
                title = f"{month}: {'every row' if kept.is_whole else 'the rows that changed'}, judged"
                write_index(folder, title=title, judged=judged)


def _places(table: str, rules: Sequence[Rule]) -> list[int]:
    places = places_of(table)
    return [places[rule.rule_id] for rule in rules]


def _counts(kept: Kept, *, city: str, month: str) -> dict[str, dict[str, Counts]]:
    found = {}
    for table in MEASURED:
        rules = rules_of(table, month)
        found[table] = counts_of(kept.tallies[table], rules=rules, places=_places(table, rules), city=city)
    return found


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
    """Drop what the next measurement cannot use; a lost connection leaves it to that."""
    if not connection.broken:
        connection.rollback()
        for passing in ("fresh\\_%", "came\\_%", "moved"):
            drop_all(connection, like=f"measuring\\_{passing}")
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
    scorecard: list[Graded],
    found: Found,
    compared: list[Comparison],
    error_list: ErrorList,
    *,
    month: str,
    as_of: date,
    city: str,
) -> MeasureSummary:
    grades: dict[str, dict[str, str]] = {}
    for row in scorecard:
        grades.setdefault(row.rate.division, {})[row.rate.table] = row.grade
    return MeasureSummary(
        month=month,
        as_of=as_of,
        rule_version=rule_version(),
        tables=len(MEASURED),
        rules=sum(len(rules_of(table, month)) for table in MEASURED),
        rates=len(scorecard),
        failing_thresholds=sum(row.verdict.status == "fail" for row in scorecard),
        straying=sum(one.status == "fail" for one in compared),
        anomalous_rows=sum(counts[city].anomalous_rows for counts in found.values()),
        error_list=error_list,
        grades=grades,
    )
