"""The summary of a measurement, in counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from expectations.issues.rectification import ErrorList
from expectations.prepared.tallies import Counts
from expectations.rates.longitudinal import Comparison
from expectations.rates.scorecard import Graded
from expectations.rules import rule_version, rules_of

# Table -> division -> counts.
CountsByTable = Mapping[str, Mapping[str, Counts]]


@dataclass(frozen=True)
class MeasureSummary:
    """The results of a measurement, in counts; ``grades`` is division -> table -> grade.

    ``production_read`` is the month the measured production rows were extracted for; None before any extract.
    ``straying``: rates and row counts that differ too much from the mean of the months before.
    ``rounded_amounts``: cells of more than two decimals; ``fundwatch uncounted`` lists them.
    ``workbooks`` is the number of error lists written for counties; None where none were requested.
    """

    month: str
    as_of: date
    rule_version: str
    production_read: str | None
    tables: int
    rules: int
    rates: int
    failing_thresholds: int
    straying: int
    anomalous_rows: int
    rounded_amounts: int
    error_list: ErrorList
    grades: dict[str, dict[str, str]] = field(default_factory=dict)
    workbooks: int | None = None

    def counts(self) -> dict[str, int | str]:
        """Return the figures that go into the record of the run."""
        return {
            "production_read": self.production_read or "not received",
            "tables": self.tables,
            "rules": self.rules,
            "rates": self.rates,
            "failing_thresholds": self.failing_thresholds,
            "straying": self.straying,
            "anomalous_rows": self.anomalous_rows,
            "rounded_amounts": self.rounded_amounts,
            **self.error_list.counts(),
            **({} if self.workbooks is None else {"error_list_workbooks": self.workbooks}),
            "rule_version": self.rule_version,
        }


def summary_of(
    scorecard: list[Graded],
    counts: CountsByTable,
    comparisons: list[Comparison],
    error_list: ErrorList,
    *,
    month: str,
    as_of: date,
    city: str,
    production_read: str | None,
) -> MeasureSummary:
    """Summarise the counts by table and division, the graded rates and the comparisons."""
    grades: dict[str, dict[str, str]] = {}
    for row in scorecard:
        grades.setdefault(row.rate.division, {})[row.rate.table] = row.grade
    return MeasureSummary(
        month=month,
        as_of=as_of,
        rule_version=rule_version(),
        production_read=production_read,
        tables=len(counts),
        rules=sum(len(rules_of(table, month)) for table in counts),
        rates=len(scorecard),
        failing_thresholds=sum(row.verdict.status == "fail" for row in scorecard),
        straying=sum(comparison.status == "fail" for comparison in comparisons),
        anomalous_rows=sum(by_division[city].anomalous_rows for by_division in counts.values()),
        rounded_amounts=sum(by_division[city].rounded_amounts for by_division in counts.values()),
        error_list=error_list,
        grades=grades,
    )
