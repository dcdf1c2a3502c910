"""The quality of a made-up month, as a publication holds it: every grade, every group of tables, a trend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fundwatch.catalogue import TABLES
from fundwatch.months import add_months
from reporting.imprint import Imprint
from reporting.snapshot.bulletin_inputs import BulletinInputs, IssueCount
from reporting.snapshot.content import Content
from reporting.snapshot.inputs import Batches
from reporting.snapshot.quality import EarlierRate, FailingRow, RuleResult, ScorecardRow

MONTH = "2024-06"
CITY = "230600"
IMPRINT = Imprint(7, "王小明", date(2024, 6, 30), "ab" * 32, "12:" + "cd" * 32)
RATES = ("load_rate", "completeness", "fill_rate", "code_match_rate", "anomaly_rate", "duplication_rate")
CATEGORIES = ("employers", "working_persons", "retirees", "deaths", "dependants", "transfers")
FORMATS = ("tax-voucher-csv/1", "bank-statement-csv/1", "camt.053/1", "trial-balance-csv/1")
GRADES = ("A", "A", "A", "B", "C", "D", "F")


def metrics_of(table: str) -> tuple[str, ...]:
    """Return the rates a made-up table is measured by."""
    if table.startswith("category:"):
        return ("accuracy",)
    return ("load_rate", "timeliness", "arrival_review_rate") if "/" in table else RATES


def content(*, counties: int = 2, tables: int | None = None, months: int = 4, rows: int = 3) -> Content:
    """Return a publication's content with so many counties, tables, months of trend, and rows per rule."""
    names = [*TABLES, *(f"category:{category}" for category in CATEGORIES), *FORMATS][:tables]
    divisions = [CITY, *(f"{230601 + place}" for place in range(counties))]
    scorecard = tuple(
        _measured(division, place, table, column, metric)
        for place, division in enumerate(divisions)
        for column, table in enumerate(names)
        for metric in metrics_of(table)
    )
    earlier = tuple(
        EarlierRate(
            add_months(MONTH, -back), row.division, row.table, row.metric, _moved(row, back), Decimal(997)
        )
        for back in range(1, months)
        for row in scorecard
    )
    rules = tuple(
        _rule(division, f"{table}-{number}", division == CITY)
        for division in divisions
        for table in TABLES
        for number in (1, 2)
    )
    failing = tuple(
        FailingRow(rule.division, rule.table, rule.rule_id, "••0015", f"{MONTH}/1/{rule.table}", 17 + row)
        for rule in rules
        if rule.own_failed
        for row in range(rows)
    )
    return Content(
        MONTH, "v1", "0", Batches(), (), scorecard, as_of=IMPRINT.as_of,
        earlier_rates=earlier, rule_results=rules, failing_rows=failing, bulletin=_issues(divisions),
    )  # fmt: skip


def _measured(division: str, place: int, table: str, column: int, metric: str) -> ScorecardRow:
    grade = GRADES[(place * 5 + column * 3) % len(GRADES)]
    # Of graded A in turn: the target met, missed within the bounds, outside them in a month of grace.
    passed = (0, 9, 25)[(place + column) % 3]
    failed = passed if grade == "A" else 30 + (place * 7 + column * 11) % 40
    is_error = metric in ("anomaly_rate", "duplication_rate")
    numerator = failed if is_error else 997 - failed
    bounds = (None, Decimal("0.02")) if is_error else (Decimal("0.98"), None)
    severity = {"B": "info", "C": "warning"}.get(grade, "critical")
    return ScorecardRow(
        division, f"第{place}区" if place else "某市", f"County {place}" if place else "The city",
        "county" if place else "city", table, metric, Decimal(numerator), Decimal(997),
        Decimal(numerator) / 997, Decimal(0 if is_error else 1), "pass" if grade == "A" else "fail", grade,
        *bounds, severity, 2, 1 if passed == 25 else 0 if grade == "A" else 3,
    )  # fmt: skip


def _issues(divisions: Sequence[str]) -> BulletinInputs:
    """Return issues of the city itself and of its counties: all have open ones, counties overdue ones."""
    counts = (
        IssueCount(
            MONTH, division, issued=4, corrected=3, open=5 + place, overdue=place, waived=1,
            due_on=date(2024, 8, 15), overdue_since=date(2024, 6, 15) if place else None,
        )
        for place, division in enumerate(divisions)
    )  # fmt: skip
    return BulletinInputs((), (), (), (), tuple(counts), (), None, None, (), 0, 0)


def _moved(row: ScorecardRow, back: int) -> Decimal:
    return row.numerator + (back * 3 + len(row.table)) % 7 - 3


def _rule(division: str, rule_id: str, is_city: bool) -> RuleResult:
    severity = ("critical", "warning", "info")[len(division + rule_id) % 3]
    return RuleResult(
        division, rule_id.partition("-")[0], rule_id, severity, "证件号码校验位错误",
        "The identity number's check character is wrong.", 997, 40, 0 if is_city else 40,
    )  # fmt: skip
