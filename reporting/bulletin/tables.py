"""The tables of a bulletin: each cell as text and, where it has one, as a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from fundwatch.acts.checklist import ASPECTS
from fundwatch.catalogue import TABLES
from fundwatch.labels.quality import Labels, in_order
from reporting.bulletin.figures import Base, BulletinFigures
from reporting.bulletin.ranking import is_better
from reporting.documents.document import (
    CENTRED,
    COUNT,
    PERCENT,
    PLACE,
    POINTS,
    DocumentTable,
    Heading,
    TableCell,
)  # fmt: skip
from reporting.formatting import NOTHING, PLACES, in_percent, percent, signed
from reporting.snapshot.bulletin_inputs import METRICS

# So many counties are named where several share a figure.
_NAMED = 3


def rates_table(figures: BulletinFigures) -> DocumentTable:
    """Rates with ranks, one row per county; the city last, without a rank."""
    words = figures.words
    rows = [
        (TableCell(name), *(entry for metric in METRICS for entry in _placed(figures, division, metric)))
        for division, name in figures.names.items()
    ]
    return DocumentTable(
        words.rates, words.rates_note,
        (
            Heading(_division(figures)),
            *(Heading(figures.metric_names[metric], (words.rate, words.place)) for metric in METRICS),
        ),
        tuple(rows), (15, *(9, 6) * len(METRICS)), _city(figures),
    )  # fmt: skip


def changes_table(figures: BulletinFigures) -> DocumentTable:
    """Changes of each rate since the previous period and since the same period of last year."""
    words = figures.words
    names = tuple(getattr(words, base.name) for base in figures.bases)
    rows = [
        (
            TableCell(name),
            *(
                _changed(figures, division, metric, base)
                for metric in METRICS
                for base in figures.bases
            ),
        )
        for division, name in figures.names.items()
    ]  # fmt: skip
    return DocumentTable(
        words.changes, words.changes_note,
        (Heading(_division(figures)), *(Heading(figures.metric_names[metric], names) for metric in METRICS)),
        tuple(rows), (15, *(9,) * len(METRICS) * 2), _city(figures),
    )  # fmt: skip


def grades_table(figures: BulletinFigures) -> DocumentTable:
    """Grades of the production tables, one row per county."""
    return _graded(figures, figures.words.grades, list(TABLES))


def other_grades_tables(figures: BulletinFigures) -> tuple[DocumentTable, ...]:
    """Grades of categories and fund data, if any were graded: a D or F there counts as much."""
    tables = [table for _, table in figures.grades if table not in TABLES]
    in_groups = [table for group in in_order(set(tables)).values() for table in group]
    return (_graded(figures, figures.words.other_grades, in_groups),) if in_groups else ()


def _graded(figures: BulletinFigures, title: str, tables: Sequence[str]) -> DocumentTable:
    words, labels = figures.words, Labels(figures.words.language)
    rows = [
        (
            TableCell(name),
            *(TableCell(figures.grades.get((division, table), NOTHING), CENTRED) for table in tables),
        )
        for division, name in figures.names.items()
    ]
    return DocumentTable(
        title, words.grades_note,
        (
            Heading(_division(figures)),
            *(Heading(labels.titled(table) if table in TABLES else labels.table(table)) for table in tables),
        ),
        tuple(rows), (13, *(7,) * len(tables)), _city(figures),
    )  # fmt: skip


def rules_table(figures: BulletinFigures) -> DocumentTable:
    """The worst rules of the city."""
    words = figures.words
    rows = [
        (
            _count(at, PLACE), TableCell(f"{rule.table} {figures.table_names.get(rule.table, '')}"),
            TableCell(rule.rule_id), TableCell(rule.text), _count(rule.checked), _count(rule.failed),
            _percent(Fraction(rule.failed, rule.checked)),
            _points(rule.change, worse=rule.change > 0)
            if rule.change is not None
            else _no_change(figures, figures.bases[0]),
            TableCell(_worst(figures, rule.worst)),
        )
        for at, rule in enumerate(figures.worst_rules, start=1)
    ]  # fmt: skip
    return DocumentTable(
        words.rules, words.rules_note, tuple(map(Heading, words.rules_headings)), tuple(rows),
        (6, 20, 10, 50, 12, 12, 11, 13, 16), empty=words.no_rules,
    )  # fmt: skip


def issues_table(figures: BulletinFigures) -> DocumentTable:
    """Issues of each county, those of no county, and all together, with the days they are due."""
    words = figures.words
    lines: list[tuple[str, str | None]] = [(figures.names[county], county) for county in figures.counties]
    lines += [(figures.headline.words.no_county, figures.city), (figures.names[figures.city], None)]
    rows = [(TableCell(name), *_issues(figures, division)) for name, division in lines]
    return DocumentTable(
        words.issues, words.issues_note, tuple(map(Heading, words.issues_headings)), tuple(rows),
        (18, 10, 10, 10, 14, 10, 14, 10, 10, 10, 14), frozenset({len(rows) - 1}),
    )  # fmt: skip


def _issues(figures: BulletinFigures, division: str | None) -> Sequence[TableCell]:
    issues = figures.issues(division)
    rate = Fraction(issues.corrected_in_time, issues.due) if issues.due else None
    return (
        _count(issues.issued), _count(issues.corrected), _count(issues.open), _day(issues.due_on),
        _count(issues.overdue), _day(issues.overdue_since), _count(issues.waived), _count(issues.due),
        _count(issues.corrected_in_time), _percent(rate),
    )  # fmt: skip


def checklist_table(figures: BulletinFigures) -> DocumentTable:
    """The checklist, item by item; an aspect is named in its first row."""
    words, rows = figures.words, []
    language = 0 if words.language == "zh" else 1
    for aspect, answered_items in groupby(figures.checklist, key=lambda answered: answered.item.aspect):
        for at, answered in enumerate(answered_items):
            item = answered.item
            rows.append((
                TableCell("" if at else ASPECTS[aspect][language]), TableCell(item.text(words.language)),
                TableCell(words.by_declaration if item.is_declared else words.by_data, CENTRED),
                TableCell(words.answers[answered.answer], CENTRED), TableCell(answered.finding),
            ))  # fmt: skip
    return DocumentTable(
        words.checklist, words.checklist_note, tuple(map(Heading, words.checklist_headings)), tuple(rows),
        (16, 44, 10, 12, 50),
    )  # fmt: skip


def _division(figures: BulletinFigures) -> str:
    return figures.words.issues_headings[0]


def _city(figures: BulletinFigures) -> frozenset[int]:
    return frozenset({list(figures.names).index(figures.city)})


def _placed(figures: BulletinFigures, division: str, metric: str) -> Sequence[TableCell]:
    rate = _percent(figures.rate(division, metric), figures.decimals[metric])
    place = figures.places[metric].get(division)
    if place is None:
        return rate, TableCell("" if division == figures.city else NOTHING, PLACE)
    text = f"{place.number}=" if place.is_shared else str(place.number)
    return rate, TableCell(text, PLACE, None if place.is_shared else Decimal(place.number))


def _changed(figures: BulletinFigures, division: str, metric: str, base: Base) -> TableCell:
    change = figures.change(division, metric, base)
    if change is None:
        return _no_change(figures, base)
    return _points(change, worse=bool(change) and not is_better(change, metric))


def _no_change(figures: BulletinFigures, base: Base) -> TableCell:
    return TableCell(NOTHING if base.is_measured else figures.words.not_measured, POINTS)


def _percent(rate: Fraction | None, places: int = PLACES) -> TableCell:
    """Return a rate as it is written everywhere; its number in a workbook is the same figure."""
    return TableCell(percent(rate, places), PERCENT, None if rate is None else in_percent(rate, places))


def _points(change: Decimal, *, worse: bool) -> TableCell:
    """Format a change in points; one for the worse is marked."""
    return TableCell(f"{'▲ ' if worse else ''}{signed(change)}", POINTS, change)


def _count(number: int, style: str = COUNT) -> TableCell:
    return TableCell(f"{number:,}", style, Decimal(number))


def _day(day: date | None) -> TableCell:
    return TableCell(NOTHING if day is None else day.isoformat(), CENTRED)


def _worst(figures: BulletinFigures, divisions: Sequence[str]) -> str:
    """Name the counties; failing rows that are in none belong to the city itself."""
    if not divisions:
        return figures.headline.words.no_county
    more = figures.words.sentences["more"] if len(divisions) > _NAMED else ""
    return figures.words.comma.join(figures.names[division] for division in divisions[:_NAMED]) + more
