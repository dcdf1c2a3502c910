"""The tables of a bulletin: what stands in each cell, as text and, where it is one, as a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from fundwatch.catalogue import TABLES
from reporting.bulletin.figures import Base, Figures
from reporting.bulletin.ranking import in_percent, is_better
from reporting.formatting import NOTHING
from reporting.snapshot.bulletin_inputs import METRICS
from reporting.snapshot.checklist import ASPECTS

# How a number is written: per cent and points with two decimals, counts and places whole.
PERCENT, POINTS, COUNT, PLACE, TEXT, CENTRED = "percent", "points", "count", "place", "text", "centred"


@dataclass(frozen=True)
class Entry:
    """One cell: its text as people read it, its number where it is one, and how it is written."""

    text: str
    style: str = TEXT
    number: Decimal | None = None


@dataclass(frozen=True)
class Heading:
    """Columns under one heading; ``parts`` is empty where it stands over a single column."""

    text: str
    parts: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns it stands over."""
        return max(len(self.parts), 1)


@dataclass(frozen=True)
class Table:
    """One table; ``widths`` are shares of the page, ``bold`` the rows of the whole city."""

    title: str
    note: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    widths: tuple[int, ...]
    bold: frozenset[int] = frozenset()
    empty: str = ""

    @property
    def has_parts(self) -> bool:
        """Whether the headings need two lines."""
        return any(heading.parts for heading in self.headings)


def rates(figures: Figures) -> Table:
    """Rates with places, a county a row, the city last and without a place."""
    words = figures.words
    rows = [
        (Entry(name), *(entry for metric in METRICS for entry in _placed(figures, division, metric)))
        for division, name in figures.names.items()
    ]
    return Table(
        words.rates, words.rates_note,
        (
            Heading(_division(figures)),
            *(Heading(figures.metric_names[metric], (words.rate, words.place)) for metric in METRICS),
        ),
        tuple(rows), (15, *(9, 6) * len(METRICS)), _city(figures),
    )  # fmt: skip


def changes(figures: Figures) -> Table:
    """Changes of each rate on the last period and on the same of last year."""
    words = figures.words
    names = tuple(getattr(words, base.name) for base in figures.bases)
    rows = [
        (
            Entry(name),
            *(
                _changed(figures, division, metric, base)
                for metric in METRICS
                for base in figures.bases
            ),
        )
        for division, name in figures.names.items()
    ]  # fmt: skip
    return Table(
        words.changes, words.changes_note,
        (Heading(_division(figures)), *(Heading(figures.metric_names[metric], names) for metric in METRICS)),
        tuple(rows), (15, *(9,) * len(METRICS) * 2), _city(figures),
    )  # fmt: skip


def grades(figures: Figures) -> Table:
    """Grades of the production tables, a county a row."""
    words = figures.words
    rows = [
        (
            Entry(name),
            *(Entry(figures.grades.get((division, table), NOTHING), CENTRED) for table in TABLES),
        )
        for division, name in figures.names.items()
    ]
    headings = (
        Heading(_division(figures)),
        *(Heading(f"{table} {figures.table_names[table]}") for table in TABLES),
    )
    return Table(
        words.grades, words.grades_note, headings, tuple(rows), (13, *(7,) * len(TABLES)), _city(figures)
    )


def rules(figures: Figures) -> Table:
    """The worst rules of the city."""
    words = figures.words
    rows = [
        (
            _count(at, PLACE), Entry(f"{one.table} {figures.table_names.get(one.table, '')}"),
            Entry(one.rule_id), Entry(one.text), _count(one.checked), _count(one.failed),
            _percent(Fraction(one.failed, one.checked)),
            _points(one.change, worse=one.change is not None and one.change > 0)
            if one.change is not None
            else _no_change(figures, figures.bases[0]),
            Entry(NOTHING if one.worst is None else figures.names[one.worst]),
        )
        for at, one in enumerate(figures.worst_rules, start=1)
    ]  # fmt: skip
    return Table(
        words.rules, words.rules_note, tuple(map(Heading, words.rules_headings)), tuple(rows),
        (6, 20, 10, 50, 12, 12, 11, 13, 16), empty=words.no_rules,
    )  # fmt: skip


def issues(figures: Figures) -> Table:
    """Issues of each division, the city's being those of all."""
    words, rows = figures.words, []
    for division, name in figures.names.items():
        found = figures.issues(division)
        rate = Fraction(found.corrected_in_time, found.due) if found.due else None
        counts = (
            found.issued, found.corrected, found.open + found.overdue, found.overdue, found.waived,
            found.due, found.corrected_in_time,
        )  # fmt: skip
        rows.append((Entry(name), *map(_count, counts), _percent(rate)))
    return Table(
        words.issues, words.issues_note, tuple(map(Heading, words.issues_headings)), tuple(rows),
        (18, *(10,) * 7, 14), _city(figures),
    )  # fmt: skip


def checklist(figures: Figures) -> Table:
    """The six aspects, item by item; an aspect is named on its first line."""
    words, rows = figures.words, []
    language = 0 if words.language == "zh" else 1
    for aspect, items in groupby(figures.checklist, key=lambda one: one.item.aspect):
        for at, one in enumerate(items):
            basis = words.by_declaration if one.item.is_declared else words.by_data
            rows.append(
                (
                    Entry("" if at else ASPECTS[aspect][language]), Entry(one.item.text(words.language)),
                    Entry(basis, CENTRED), Entry(words.answers[one.answer], CENTRED), Entry(one.finding),
                )
            )  # fmt: skip
    return Table(
        words.checklist, words.checklist_note, tuple(map(Heading, words.checklist_headings)), tuple(rows),
        (16, 44, 10, 12, 50),
    )  # fmt: skip


def percent_text(rate: Fraction | None) -> str:
    """Return a rate in per cent with two decimals, a dash for none."""
    return NOTHING if rate is None else f"{in_percent(rate):,}%"


def _division(figures: Figures) -> str:
    return figures.words.issues_headings[0]


def _city(figures: Figures) -> frozenset[int]:
    return frozenset({list(figures.names).index(figures.city)})


def _placed(figures: Figures, division: str, metric: str) -> Sequence[Entry]:
    place = figures.places[metric].get(division)
    if place is None:
        return _percent(figures.rate(division, metric)), Entry(
            "" if division == figures.city else NOTHING, PLACE
        )
    text = f"{place.number}=" if place.is_shared else str(place.number)
    return _percent(figures.rate(division, metric)), Entry(
        text, PLACE, None if place.is_shared else Decimal(place.number)
    )


def _changed(figures: Figures, division: str, metric: str, base: Base) -> Entry:
    change = figures.change(division, metric, base)
    if change is None:
        return _no_change(figures, base)
    return _points(change, worse=bool(change) and not is_better(change, metric))


def _no_change(figures: Figures, base: Base) -> Entry:
    return Entry(NOTHING if base.is_measured else figures.words.not_measured, POINTS)


def _percent(rate: Fraction | None) -> Entry:
    return Entry(percent_text(rate), PERCENT, None if rate is None else in_percent(rate))


def _points(change: Fraction, *, worse: bool) -> Entry:
    """Write a change in points; one too small for two decimals, but for the worse, is marked all the same."""
    points = in_percent(change)
    return Entry(f"{'▲ ' if worse else ''}{points:+,}" if points else "0.00", POINTS, points)


def _count(number: int, style: str = COUNT) -> Entry:
    return Entry(f"{number:,}", style, Decimal(number))
