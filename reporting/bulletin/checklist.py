"""The answers of the checklist: what data say, and what was declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from fundwatch.catalogue import TABLES
from fundwatch.feeds import FILE_FEEDS
from fundwatch.months import add_months
from reporting.bulletin.ranking import in_percent, rate_of
from reporting.bulletin.texts import BulletinTexts
from reporting.quality_labels import METRICS
from reporting.snapshot.bulletin_inputs import CORRECTION, Inputs
from reporting.snapshot.checklist import ITEMS, Item
from reporting.snapshot.content import Content
from reporting.texts import LANGUAGES

UNKNOWN, NOT_DUE, UNDECLARED = "unknown", "not_due", "undeclared"
_MOSTLY = Decimal("0.5")


@dataclass(frozen=True)
class Answered:
    """One item with its answer and, in words, what it rests on."""

    item: Item
    answer: str
    finding: str


def answered(content: Content, *, city: str, texts: BulletinTexts) -> tuple[Answered, ...]:
    """Answer every item for a month: from data where data can, else as declared, else not at all."""
    inputs = content.bulletin
    declared = {one.item: one for one in inputs.declared}
    found = []
    for item in ITEMS:
        if not item.is_declared:
            answer, finding = _COMPUTED[item.name](content, city, texts)
        elif item.name in declared:
            one = declared[item.name]
            signed = texts.signed.format(actor=one.actor)
            answer, finding = one.answer, "　".join(filter(None, (one.note, signed)))
        else:
            answer, finding = UNDECLARED, ""
        found.append(Answered(item, answer, finding))
    return tuple(found)


Answer = tuple[str, str]


def _judged(metric: str) -> Callable[[Content, str, BulletinTexts], Answer]:
    """Answer by the thresholds of a rate: all met, most, or fewer; without thresholds, by the whole."""

    def answer(content: Content, city: str, texts: BulletinTexts) -> Answer:
        tally = _tally(content.bulletin, content.month, city, metric)
        rate = None if tally is None else rate_of(*tally)
        if rate is None:
            return UNKNOWN, ""
        rows = [row for row in content.scorecard if row.metric == metric and row.table in TABLES]
        passed, judged = (
            sum(row.status in statuses for row in rows) for statuses in (("pass",), ("pass", "fail"))
        )
        said = {"metric": METRICS[metric][LANGUAGES.index(texts.language)], "rate": f"{in_percent(rate)}%"}
        if not judged:
            return _share(*tally), texts.findings["rate_only"].format(**said)
        return _share(passed, judged), texts.findings["rate"].format(**said, passed=passed, judged=judged)

    return answer


def _fund_files(content: Content, city: str, texts: BulletinTexts) -> Answer:
    rows = [row for row in content.scorecard if row.division == city and row.table not in TABLES]
    loaded, due = _sums(rows, "load_rate")
    timely, timed = _sums(rows, "timeliness")
    if not due:
        return UNKNOWN, ""
    if timed < due:
        return _share(loaded, due), texts.findings["files_untimed"].format(loaded=loaded, due=due)
    said = texts.findings["files"].format(loaded=loaded, due=due, timely=timely)
    return _share(min(loaded, timely), due), said


def _refused_rows(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    inputs = content.bulletin
    whole = inputs.rows_loaded + inputs.rows_quarantined
    said = texts.findings["rows"].format(refused=inputs.rows_quarantined, loaded=inputs.rows_loaded)
    return (_share(inputs.rows_loaded, whole), said) if whole else (UNKNOWN, "")


def _extract(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    inputs = content.bulletin
    if inputs.missing_tables is None:
        return UNKNOWN, ""
    said = texts.findings["lacks"].format(tables=inputs.missing_tables, columns=inputs.missing_columns)
    if inputs.missing_tables:
        return "no", said
    return ("partly" if inputs.missing_columns else "yes"), said


def _continuity(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    is_measured = add_months(content.month, -1) in content.bulletin.measured
    return (
        ("yes", texts.findings["measured_before"])
        if is_measured
        else ("no", texts.findings["not_measured_before"])
    )


def _usable(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    count = len(content.not_usable)
    whole = len({(row.division, row.table) for row in content.scorecard})
    return _share(whole - count, whole), texts.findings["graded_f"].format(count=count)


def _points(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    count, concluded = len(content.cases), sum(bool(case.outcome) for case in content.cases)
    said = texts.findings["points"].format(count=count, concluded=concluded)
    return (_share(concluded, count) if count else "yes"), said


def _corrected(content: Content, city: str, texts: BulletinTexts) -> Answer:
    corrected, due = _tally(content.bulletin, content.month, city, CORRECTION) or (0, 0)
    if not due:
        return NOT_DUE, texts.findings["nothing_due"]
    return _share(corrected, due), texts.findings["corrected"].format(corrected=corrected, due=due)


def _overdue(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    inputs = content.bulletin
    if content.month not in inputs.listed:
        return UNKNOWN, ""
    count = sum(one.overdue for one in inputs.issues if one.month == content.month)
    return ("no" if count else "yes"), texts.findings["overdue"].format(count=count)


def _senders(content: Content, _city: str, texts: BulletinTexts) -> Answer:
    named = len(set(FILE_FEEDS) & set(content.bulletin.feeds_with_sender))
    return _share(named, len(FILE_FEEDS)), texts.findings["senders"].format(
        named=named, feeds=len(FILE_FEEDS)
    )


_COMPUTED: dict[str, Callable[[Content, str, BulletinTexts], Answer]] = {
    "codes": _judged("code_match_rate"),
    "completeness": _judged("completeness"),
    "loaded": _judged("load_rate"),
    "fund_files": _fund_files,
    "refused_rows": _refused_rows,
    "filled": _judged("fill_rate"),
    "extract": _extract,
    "continuity": _continuity,
    "usable": _usable,
    "points": _points,
    "corrected": _corrected,
    "overdue": _overdue,
    "senders": _senders,
}


def _tally(inputs: Inputs, month: str, division: str, metric: str) -> tuple[Decimal, Decimal] | None:
    for one in inputs.tallies:
        if (one.month, one.division, one.metric) == (month, division, metric):
            return one.numerator, one.denominator
    return None


def _sums(rows: list, metric: str) -> tuple[int, int]:
    found = [row for row in rows if row.metric == metric and row.denominator]
    return int(sum(row.numerator for row in found)), int(sum(row.denominator for row in found))


def _share(part: int | Decimal, whole: int | Decimal) -> str:
    """Return ``yes`` for the whole, ``partly`` for half of it or more, else ``no``."""
    if part >= whole:
        return "yes"
    return "partly" if part >= whole * _MOSTLY else "no"
