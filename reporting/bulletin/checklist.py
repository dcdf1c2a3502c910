"""The answers of the checklist: computed from data, or declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.acts.checklist import ITEMS, Item
from fundwatch.catalogue import TABLES
from fundwatch.feeds import MONTHLY_FILE_FEEDS
from fundwatch.labels.quality import METRICS
from fundwatch.months import add_months
from reporting.bulletin.ranking import rate_of
from reporting.bulletin.texts import BulletinTexts
from reporting.formatting import percent
from reporting.snapshot.bulletin_inputs import CORRECTION, BulletinInputs
from reporting.snapshot.content import Content
from reporting.snapshot.quality import ScorecardRow
from reporting.texts import LANGUAGES

UNKNOWN, NOT_DUE, UNDECLARED = "unknown", "not_due", "undeclared"
_MOSTLY = Decimal("0.5")


@dataclass(frozen=True)
class AnsweredItem:
    """One item with its answer and, in words, the finding behind it."""

    item: Item
    answer: str
    finding: str


@dataclass(frozen=True)
class Evidence:
    """What answers are computed from, the words they are written in, and the decimals of each rate."""

    content: Content
    inputs: BulletinInputs
    city: str
    texts: BulletinTexts
    places: Mapping[str, int]

    def rate_parts(self, metric: str) -> tuple[Decimal, Decimal] | None:
        """Return numerator and denominator of the city's rate in the month; None where not measured."""
        key = (self.content.month, self.city, metric)
        for rate in self.inputs.tallies:
            if (rate.month, rate.division, rate.metric) == key:
                return rate.numerator, rate.denominator
        return None


# The answer and its finding.
Answer = tuple[str, str]
Compute = Callable[[Evidence], Answer]


def answer_checklist(evidence: Evidence) -> tuple[AnsweredItem, ...]:
    """Answer every item for a month: computed where it can be, else as declared, else ``undeclared``."""
    declarations = {declaration.item: declaration for declaration in evidence.inputs.declared}
    answers = []
    for item in ITEMS:
        if not item.is_declared:
            answer, finding = _COMPUTED[item.name](evidence)
        elif item.name in declarations:
            declaration = declarations[item.name]
            signed = evidence.texts.signed.format(actor=declaration.actor)
            answer, finding = declaration.answer, "　".join(filter(None, (declaration.note, signed)))
        else:
            answer, finding = UNDECLARED, ""
        answers.append(AnsweredItem(item, answer, finding))
    return tuple(answers)


def _by_thresholds(metric: str) -> Compute:
    """Answer by the thresholds of a rate: all met, most, or fewer; without thresholds, by the rate itself."""

    def answer(evidence: Evidence) -> Answer:
        parts, findings = evidence.rate_parts(metric), evidence.texts.findings
        rate = None if parts is None else rate_of(*parts)
        if parts is None or rate is None:
            return UNKNOWN, ""
        rows = [row for row in evidence.content.scorecard if row.metric == metric and row.table in TABLES]
        passed = sum(row.status == "pass" for row in rows)
        judged = sum(row.status in ("pass", "fail") for row in rows)
        name = METRICS[metric][LANGUAGES.index(evidence.texts.language)]
        written = percent(rate, evidence.places[metric])
        if not judged:
            return _share(*parts), findings["rate_only"].format(metric=name, rate=written)
        failed = judged - passed
        finding = findings["rate"].format(metric=name, rate=written, failed=failed, judged=judged)
        return _share(passed, judged), finding

    return answer


def _fund_files(evidence: Evidence) -> Answer:
    findings, city = evidence.texts.findings, evidence.city
    rows = [row for row in evidence.content.scorecard if row.division == city and row.table not in TABLES]
    loaded, due = _sums(rows, "load_rate")
    timely, timed = _sums(rows, "timeliness")
    if not due:
        return UNKNOWN, ""
    if timed < due:
        return _share(loaded, due), findings["files_untimed"].format(loaded=loaded, due=due)
    return _share(min(loaded, timely), due), findings["files"].format(loaded=loaded, due=due, timely=timely)


def _refused_rows(evidence: Evidence) -> Answer:
    loaded, quarantined = evidence.inputs.rows_loaded, evidence.inputs.rows_quarantined
    if not loaded + quarantined:
        return UNKNOWN, ""
    finding = evidence.texts.findings["rows"].format(refused=quarantined, loaded=loaded)
    return _share(loaded, loaded + quarantined), finding


def _extract(evidence: Evidence) -> Answer:
    tables, columns = evidence.inputs.missing_tables, evidence.inputs.missing_columns
    if tables is None:
        return UNKNOWN, ""
    finding = evidence.texts.findings["lacks"].format(tables=tables, columns=columns)
    if tables:
        return "no", finding
    return ("partly" if columns else "yes"), finding


def _continuity(evidence: Evidence) -> Answer:
    if add_months(evidence.content.month, -1) in evidence.inputs.measured:
        return "yes", evidence.texts.findings["measured_before"]
    return "no", evidence.texts.findings["not_measured_before"]


def _usable(evidence: Evidence) -> Answer:
    count = len(evidence.content.not_usable)
    whole = len({(row.division, row.table) for row in evidence.content.scorecard})
    return _share(whole - count, whole), evidence.texts.findings["graded_f"].format(count=count)


def _points(evidence: Evidence) -> Answer:
    cases = evidence.content.cases
    count, concluded = len(cases), sum(bool(case.outcome) for case in cases)
    finding = evidence.texts.findings["points"].format(count=count, concluded=concluded)
    return (_share(concluded, count) if count else "yes"), finding


def _corrected(evidence: Evidence) -> Answer:
    corrected, due = evidence.rate_parts(CORRECTION) or (0, 0)
    if not due:
        return NOT_DUE, evidence.texts.findings["nothing_due"]
    finding = evidence.texts.findings["corrected"].format(corrected=corrected, due=due)
    return _share(corrected, due), finding


def _overdue(evidence: Evidence) -> Answer:
    month, inputs = evidence.content.month, evidence.inputs
    if month not in inputs.listed:
        return UNKNOWN, ""
    count = sum(issues.overdue for issues in inputs.issues if issues.month == month)
    return ("no" if count else "yes"), evidence.texts.findings["overdue"].format(count=count)


def _senders(evidence: Evidence) -> Answer:
    feeds = len(MONTHLY_FILE_FEEDS)
    named = len(set(MONTHLY_FILE_FEEDS) & set(evidence.inputs.feeds_with_sender))
    return _share(named, feeds), evidence.texts.findings["senders"].format(named=named, feeds=feeds)


_COMPUTED: dict[str, Compute] = {
    "codes": _by_thresholds("code_match_rate"),
    "completeness": _by_thresholds("completeness"),
    "loaded": _by_thresholds("load_rate"),
    "fund_files": _fund_files,
    "refused_rows": _refused_rows,
    "filled": _by_thresholds("fill_rate"),
    "extract": _extract,
    "continuity": _continuity,
    "usable": _usable,
    "points": _points,
    "corrected": _corrected,
    "overdue": _overdue,
    "senders": _senders,
}


def _sums(rows: Sequence[ScorecardRow], metric: str) -> tuple[int, int]:
    """Return the sums of numerators and of denominators over the rows that have a denominator."""
    rows = [row for row in rows if row.metric == metric and row.denominator]
    numerators = sum((row.numerator or Decimal(0) for row in rows), Decimal(0))
    denominators = sum((row.denominator or Decimal(0) for row in rows), Decimal(0))
    return int(numerators), int(denominators)


def _share(part: int | Decimal, whole: int | Decimal) -> str:
    """Return ``yes`` for the whole, ``partly`` for half of it or more, else ``no``."""
    if part >= whole:
        return "yes"
    return "partly" if part >= whole * _MOSTLY else "no"
