"""The form of suspicious points (R8) of a month, laid out in one language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from fundwatch.rounding import half_up
from reporting.documents.document import (
    CENTRED,
    COUNT,
    MONEY,
    PERCENT,
    Document,
    DocumentTable,
    Heading,
    TableCell,
)  # fmt: skip
from reporting.formatting import NOTHING, counted, figure, in_percent, percent
from reporting.headline import Line
from reporting.points.figures import PointFigures, Tally, rate_of
from reporting.points.texts import POINT_TEXTS
from reporting.snapshot.content import Content
from reporting.texts import TEXTS, month_in_words

CODE = "R8"
_NAMED = 3


def lay_out(content: Content, *, language: str) -> Document | None:
    """Lay out the form; None where the month was not checked."""
    if content.points is None:
        return None
    words = POINT_TEXTS[language]
    figures = PointFigures(content, content.points, words)
    return Document(
        form=CODE,
        code=CODE,
        title=words.title,
        period=month_in_words(content.month, language),
        area=figures.city,
        headline_title=words.headline,
        headline=_headline(figures),
        summary_title=words.summary,
        paragraphs=_paragraphs(figures),
        tables=(
            _by_rule(figures), _by_county(figures), _by_both(figures), _precision(figures),
            _coverage(figures),
        ),
        not_usable=content.not_usable,
        texts=TEXTS[language],
    )  # fmt: skip


def _headline(figures: PointFigures) -> tuple[Line, ...]:
    words, whole = figures.words, figures.whole
    candidate, open_, in_hand, closed = (counted(count) for count in whole.states)
    yields = figures.yields.values()
    ever_closed, confirmed = sum(rule.closed for rule in yields), sum(rule.confirmed for rule in yields)
    answers = (
        words.sentences["points"].format(
            points=counted(whole.points), amount=figure(whole.amount, "yuan"), open=open_, candidate=candidate
        ),
        words.sentences["work"].format(
            in_hand=in_hand, closed=closed, ever_closed=counted(ever_closed), confirmed=counted(confirmed),
            precision=percent(rate_of(confirmed, ever_closed)),
        ),
        _of_deaths(figures),
    )  # fmt: skip
    return tuple(map(Line, words.about, answers))


def _of_deaths(figures: PointFigures) -> str:
    words, inputs = figures.words, figures.inputs
    if not inputs.registry_files:
        return words.not_received
    covered = figures.coverage_of_city(figures.month)
    if covered is None:
        return words.not_computed
    return words.sentences["coverage"].format(
        month=month_in_words(covered.death_month, words.language), received=counted(covered.received),
        expected=_hundredths(covered.expected), rate=percent(rate_of(covered.received, covered.expected)),
    )  # fmt: skip


def _paragraphs(figures: PointFigures) -> tuple[str, ...]:
    words = figures.words
    if not figures.cases:
        return words.sentences["question"], words.sentences["none"]
    rules = [(figures.label(rule), figures.of_rule(rule.rule_id)) for rule in figures.rules]
    places = [(name, figures.of_place(division)) for division, name in figures.places.items()]
    by_points = [(name, tally.points, counted(tally.points)) for name, tally in rules]
    by_money = [(name, tally.amount, f"{figure(tally.amount, 'yuan')}") for name, tally in rules]
    by_place = [(name, tally.points, counted(tally.points)) for name, tally in places]
    ranked = (("most", by_points), ("money", by_money), ("county", by_place))
    return (
        words.sentences["question"],
        *(words.sentences[name].format(named=_named(figures, items)) for name, items in ranked),
    )


def _named(figures: PointFigures, items: Sequence[tuple[str, int | Decimal, str]]) -> str:
    """Name those with most, each with its figure; those with nothing are not named."""
    words = figures.words
    most = sorted((item for item in items if item[1]), key=lambda item: -item[1])[:_NAMED]
    return words.comma.join(
        words.sentences["item"].format(name=name, figure=shown) for name, _, shown in most
    ) or NOTHING  # fmt: skip


def _by_rule(figures: PointFigures) -> DocumentTable:
    words = figures.words
    rows = [
        (TableCell(figures.label(rule)), TableCell(words.severities[rule.severity], CENTRED),
         *_counts(tally := figures.of_rule(rule.rule_id)), _count(tally.months), _money(tally.amount))
        for rule in figures.rules
    ]  # fmt: skip
    whole = figures.whole
    rows.append(
        (
            TableCell(words.whole),
            TableCell("", CENTRED),
            *_counts(whole),
            _count(whole.months),
            _money(whole.amount),
        )
    )
    return DocumentTable(
        words.by_rule, words.by_rule_note, tuple(map(Heading, words.by_rule_headings)), tuple(rows),
        (50, 9, 9, 9, 9, 9, 9, 9, 18), frozenset({len(rows) - 1}),
    )  # fmt: skip


def _by_county(figures: PointFigures) -> DocumentTable:
    words = figures.words
    rows = [
        (TableCell(name), *_counts(tally := figures.of_place(division)), _money(tally.amount))
        for division, name in figures.places.items()
    ]
    rows.append((TableCell(words.whole), *_counts(figures.whole), _money(figures.whole.amount)))
    return DocumentTable(
        words.by_county, words.by_county_note, tuple(map(Heading, words.by_county_headings)), tuple(rows),
        (24, 10, 10, 10, 10, 10, 18), frozenset({len(rows) - 1}),
    )  # fmt: skip


def _by_both(figures: PointFigures) -> DocumentTable:
    words = figures.words
    rows = [
        (
            TableCell(figures.label(rule)),
            TableCell(name),
            *_counts(tally),
            _count(tally.months),
            _money(tally.amount),
        )
        for rule in figures.rules
        for division, name in figures.places.items()
        if (tally := figures.of_rule(rule.rule_id, division)).points
    ]
    return DocumentTable(
        words.by_both, words.by_both_note, tuple(map(Heading, words.by_both_headings)), tuple(rows),
        (50, 16, 9, 9, 9, 9, 9, 9, 18), empty=words.none,
    )  # fmt: skip


def _precision(figures: PointFigures) -> DocumentTable:
    words = figures.words
    rows = [
        (TableCell(figures.label(rule)), _count(outcome.raised), _count(outcome.closed),
         _count(outcome.confirmed), _percent(rate_of(outcome.confirmed, outcome.closed)),
         _money(outcome.amount_confirmed), _money(outcome.amount_recovered))
        for rule in figures.rules
        if (outcome := figures.yields.get(rule.rule_id))
    ]  # fmt: skip
    return DocumentTable(
        words.precision, words.precision_note, tuple(map(Heading, words.precision_headings)), tuple(rows),
        (50, 10, 10, 10, 12, 18, 18), empty=words.none,
    )  # fmt: skip


def _coverage(figures: PointFigures) -> DocumentTable:
    words, inputs = figures.words, figures.inputs
    names = {place.division: place for place in inputs.places}
    cities = {place.division for place in inputs.places if place.level == "city"}
    rows: list[tuple[TableCell, ...]] = []
    bold = set()
    for coverage in inputs.coverage if inputs.registry_files else ():
        place = names.get(coverage.division)
        name = coverage.division or words.nowhere
        if place is not None:
            name = place.name_zh if words.language == "zh" else place.name_en
        if coverage.division in cities:
            bold.add(len(rows))
        rows.append((
            TableCell(coverage.death_month), TableCell(name), _count(coverage.received),
            _expected(coverage.expected), _percent(rate_of(coverage.received, coverage.expected)),
        ))  # fmt: skip
    note = words.coverage_note
    if inputs.unrated:
        note += words.unrated.format(count=counted(inputs.unrated))
    return DocumentTable(
        words.coverage, note, tuple(map(Heading, words.coverage_headings)), tuple(rows),
        (14, 20, 12, 12, 12), frozenset(bold),
        empty=words.not_computed if inputs.registry_files else words.not_received,
    )  # fmt: skip


def _counts(tally: Tally) -> tuple[TableCell, ...]:
    return (_count(tally.points), *map(_count, tally.states))


def _count(number: int) -> TableCell:
    return TableCell(counted(number), COUNT, Decimal(number))


def _money(amount: Decimal) -> TableCell:
    return TableCell(figure(amount, "yuan"), MONEY, amount)


def _percent(rate: Fraction | None) -> TableCell:
    return TableCell(percent(rate), PERCENT, None if rate is None else in_percent(rate))


def _expected(number: Decimal | None) -> TableCell:
    return TableCell(_hundredths(number), MONEY, None if number is None else half_up(number, 2))


def _hundredths(number: Decimal | None) -> str:
    """Return an expected number with two decimals; a dash for none."""
    return figure(number, "")
