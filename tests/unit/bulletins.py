"""A month with three counties, and the bulletin of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fundwatch.acts.declarations import Declaration
from reporting.bulletin.layout import lay_out
from reporting.documents.document import Document
from reporting.imprint import Imprint
from reporting.snapshot.bulletin_inputs import METRICS, BulletinInputs, DivisionRate, IssueCount, RuleCount
from reporting.snapshot.content import Content, ScorecardRow
from reporting.snapshot.inputs import Batches
from reporting.snapshot.quality import RuleResult

JUNE, MAY, MARCH, LAST_YEAR = "2024-06", "2024-05", "2024-03", "2023-06"
CITY, NORTH, SOUTH, WEST = "230600", "230602", "230603", "230604"
NAMES = {
    CITY: ("大庆市", "Daqing"),
    NORTH: ("北区", "North"),
    SOUTH: ("南区", "South"),
    WEST: ("=西区", "=West"),
}
IMPRINT = Imprint(number=7, preparer="王小明", as_of=date(2024, 6, 30))
RATES, CHANGES, GRADES, RULES, ISSUES, CHECKLIST = range(6)

# Failing rows of 1 000, by division; the city's are those of all.
ANOMALIES = {
    JUNE: {NORTH: 10, SOUTH: 10, WEST: 40, CITY: 60},
    MAY: {NORTH: 30, SOUTH: 10, WEST: 20, CITY: 60},
}


def tallies(month: str, failed: dict[str, int]) -> list[DivisionRate]:
    """Return every rate of a month's divisions, with so many failing rows each."""
    whole = {division: Decimal(3000 if division == CITY else 1000) for division in NAMES}
    broken = {division: Decimal(count) for division, count in failed.items()}
    return [
        DivisionRate(
            month,
            division,
            metric,
            (broken if metric == "anomaly_rate" else whole)[division],
            whole[division],
        )
        for division in NAMES
        for metric in METRICS
    ]


INPUTS = BulletinInputs(
    measured=(MAY, JUNE),
    listed=(MAY, JUNE),
    tallies=(
        *(tally for month, failed in ANOMALIES.items() for tally in tallies(month, failed)),
        DivisionRate(JUNE, CITY, "error_correction_rate", Decimal(3), Decimal(4)),
    ),
    rules=(
        RuleCount(JUNE, CITY, "AC01", "AC01-1", "证件号码无效。", "Bad number.", 3000, 40),
        RuleCount(JUNE, CITY, "AC43", "AC43-4", "实缴大于应缴。", "Paid more.", 3000, 20),
        RuleCount(JUNE, CITY, "AC02", "AC02-1", "代码", "Code", 3000, 0),
        RuleCount(JUNE, NORTH, "AC01", "AC01-1", "证件号码无效。", "Bad number.", 1000, 10),
        RuleCount(JUNE, WEST, "AC01", "AC01-1", "证件号码无效。", "Bad number.", 100, 30),
        RuleCount(MAY, CITY, "AC01", "AC01-1", "证件号码无效。", "Bad number.", 3000, 10),
    ),
    issues=(
        IssueCount(MAY, NORTH, issued=5, corrected=1, open=4, overdue=9, waived=0),
        IssueCount(
            JUNE, NORTH, issued=2, corrected=3, open=6, overdue=1, waived=2, due_on=date(2024, 8, 15),
            overdue_since=date(2024, 6, 15),
        ),
        IssueCount(JUNE, CITY, issued=1, corrected=0, open=1, overdue=0, waived=0, due_on=date(2024, 7, 15)),
    ),
    declared=(Declaration("joint_review", "partly", "=会审一次", "李"),),
    missing_tables=0,
    missing_columns=1,
    feeds_with_sender=("bank", "tax"),
    rows_loaded=10,
    rows_quarantined=0,
)  # fmt: skip


def content(month: str = JUNE, inputs: BulletinInputs | None = INPUTS) -> Content:
    """Return a publication's content with two rules and one grade a division."""
    scorecard = tuple(
        ScorecardRow(
            division, zh, en, "city" if division == CITY else "county", "AC01", "anomaly_rate", Decimal(1),
            Decimal(2), Decimal("0.5"), Decimal(0), "fail" if division == WEST else "pass",
            "F" if division == WEST else "A", None, Decimal("0.02"), "critical", 0,
        )
        for division, (zh, en) in NAMES.items()
    )  # fmt: skip
    rules = (
        RuleResult(WEST, "AC01", "AC01-1", "critical", "证件号码无效。", "Bad number.", 100, 30, 30),
        RuleResult(NORTH, "AC01", "AC01-1", "critical", "证件号码无效。", "Bad number.", 1000, 10, 10),
    )
    return Content(
        month, "v1", "0", Batches(), (), scorecard, as_of=IMPRINT.as_of, bulletin=inputs, rule_results=rules
    )


def made(
    language: str = "zh", *, is_quarter: bool = False, inputs: BulletinInputs | None = INPUTS
) -> Document:
    """Return the bulletin of June, or of its quarter."""
    bulletin = lay_out(content(inputs=inputs), language=language, is_quarter=is_quarter)
    assert bulletin is not None
    return bulletin


def texts(bulletin: Document, table: int) -> dict[str, list[str]]:
    """Return a table of a bulletin: its first column -> the texts of the others."""
    return {row[0].text: [entry.text for entry in row[1:]] for row in bulletin.tables[table].rows}
