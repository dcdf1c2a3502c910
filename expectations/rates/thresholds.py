"""Thresholds of the site: whether a rate passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from expectations.site_parameters import Row, SiteParameters, number
from fundwatch.months import add_months

SEVERITIES = ("info", "warning", "critical")

# (division, table, metric) -> (numerator, denominator) of one month's scorecard.
Rates = Mapping[tuple[str, str, str], tuple[Decimal | None, Decimal | None]]


@dataclass(frozen=True)
class Verdict:
    """The result of comparing a rate with its threshold, and what it was judged by.

    ``failed_severity`` is None unless it fails; ``severity`` is the threshold's own.
    ``months_outside`` counts the months in a row, this one included, in which the rate was outside its
    bounds, at most one more than those of grace.
    """

    status: str
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    severity: str | None = None
    grace_months: int | None = None
    months_outside: int | None = None

    @property
    def failed_severity(self) -> str | None:
        """The severity that counts for the grade."""
        return self.severity if self.status == "fail" else None


@dataclass(frozen=True)
class Thresholds:
    """The thresholds of a site version, with the rates of the months already measured."""

    site: SiteParameters
    month: str
    earlier: Mapping[str, Rates]

    def verdict(
        self,
        *,
        division: str,
        table: str,
        metric: str,
        numerator: Decimal | None,
        denominator: Decimal | None,
    ) -> Verdict:
        """Return the verdict on a rate: ``na`` without rate or bound, ``fail`` beyond its grace."""
        row = self._row(division, table, metric, self.month)
        if row is None:
            return Verdict("na")
        target = number(row["target"])
        if not _has_bound(row):
            return Verdict("na", target)
        grace = int(number(row["grace_months"]) or 0)
        severity = row["severity"] if row["severity"] in SEVERITIES else "warning"
        judged_by = (target, number(row["low"]), number(row["high"]), severity, grace)
        if not denominator or numerator is None:
            return Verdict("na", *judged_by)
        if not _is_outside(row, numerator, denominator):
            return Verdict("pass", *judged_by, months_outside=0)
        outside = self._months_outside(division, table, metric, limit=grace + 1)
        return Verdict("pass" if outside <= grace else "fail", *judged_by, months_outside=outside)

    def _row(self, division: str, table: str, metric: str, month: str) -> Row | None:
        return self.site.look_up("thresholds", division=division, month=month, metric=metric, table=table)

    def _months_outside(self, division: str, table: str, metric: str, *, limit: int) -> int:
        """Count the months in a row, this one included, in which the rate was outside; at most ``limit``."""
        count, month = 1, self.month
        while count < limit:
            month = add_months(month, -1)
            numerator, denominator = self.earlier.get(month, {}).get((division, table, metric), (None, None))
            row = self._row(division, table, metric, month)
            if row is None or numerator is None or not denominator:
                break
            if not _is_outside(row, numerator, denominator):
                break
            count += 1
        return count


def _has_bound(row: Row) -> bool:
    return number(row["low"]) is not None or number(row["high"]) is not None


def _is_outside(row: Row, numerator: Decimal, denominator: Decimal) -> bool:
    """Compare exactly: printed rates are rounded, compared ones are not."""
    low, high = number(row["low"]), number(row["high"])
    too_low = low is not None and numerator < low * denominator
    too_high = high is not None and numerator > high * denominator
    return too_low or too_high
