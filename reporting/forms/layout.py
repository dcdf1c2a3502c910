"""A form in one language, laid out from its cells for all renderers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.cell_labels import labels_of
from reporting.drawing.charts import Chart
from reporting.forms.presentation import shown_cells
from reporting.imprint import Imprint
from reporting.snapshot.content import Cell
from reporting.snapshot.form_head import HeadLine, lines_of
from reporting.snapshot.history import Observation
from reporting.texts import SHORT_HEADINGS, TEXTS, Texts, month_in_words

_TARGETS, _BY_KIND = "R4", "R3"
_OF_A_CITY = "00"  # how the code of a city ends
# Lines of a form's head at the right, as the site names them; a form always has a number.
_NUMBER, _UNIT, _TELEPHONE = "表号", "填报单位", "联系电话"
_HEAD_LINES = (_NUMBER, "制定机关", "批准机关", "批准文号", "有效期至")


@dataclass(frozen=True)
class Column:
    """One column of figures; ``span`` is a heading shared with its neighbours, or empty."""

    number: int
    heading: str
    span: str
    unit: str


@dataclass(frozen=True)
class Line:
    """One line of figures; ``texts`` follow its division, ``cells`` are in the order of the columns.

    ``is_total`` is the line of all schemes, ``is_subtotal`` that of all kinds of one scheme.
    """

    number: int
    division: str
    texts: tuple[str, ...]
    is_total: bool
    is_subtotal: bool
    cells: tuple[Cell | None, ...]

    @property
    def values(self) -> tuple[Decimal | None, ...]:
        """The figures; None where there is none."""
        return tuple(cell.value if cell else None for cell in self.cells)


@dataclass(frozen=True)
class Form:
    """A form ready to be rendered; each block has the lines of one division.

    ``head`` are the lines at the right of its head, ``reporting_unit`` stands at the left; ``foot`` are those
    who sign for the unit, its telephone and the day. A text that is empty is filled in by hand.
    """

    code: str
    month: str
    texts: Texts
    title: str
    note: str
    period: str
    area: str
    unit: str
    head: tuple[tuple[str, str], ...]
    reporting_unit: tuple[str, str]
    foot: tuple[tuple[str, str], ...]
    text_headings: tuple[str, ...]
    columns: tuple[Column, ...]
    blocks: tuple[tuple[Line, ...], ...]
    charts: tuple[Chart, ...]
    not_usable: tuple[str, ...]
    imprint: Imprint

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return self.texts.language

    @property
    def headings(self) -> tuple[tuple[str, tuple[Column, ...]], ...]:
        """Columns grouped by the heading they share; a column of its own has an empty one."""
        groups: list[tuple[str, list[Column]]] = []
        for column in self.columns:
            if groups and column.span and groups[-1][0] == column.span:
                groups[-1][1].append(column)
            else:
                groups.append((column.span, [column]))
        return tuple((span, tuple(columns)) for span, columns in groups)


def lay_out(
    code: str,
    cells: Sequence[Cell],
    *,
    language: str,
    month: str,
    not_usable: tuple[str, ...],
    imprint: Imprint,
    area: str = "",
    charts: tuple[Chart, ...] = (),
    form_head: Iterable[HeadLine] = (),
    year_to_date: Iterable[Observation] = (),
) -> Form:
    """Arrange the cells of one form; a place without a cell stays empty.

    ``area`` is whose form it is, by default the division of its first line.
    """
    texts = TEXTS[language]
    cells = shown_cells(code, cells, year_to_date)
    by_place = {cell.place: cell for cell in cells}
    columns = _columns(code, cells, texts)
    blocks = _blocks(by_place, columns, texts)
    main = _main_unit(code, cells)
    stated = lines_of(form_head, code, language)
    return Form(
        code=code,
        month=month,
        texts=texts,
        title=texts.forms[code].title,
        note=texts.forms[code].note,
        period=month_in_words(month, language),
        area=area or labels_of(by_place[min(by_place)], language)[0],
        unit=texts.units[main] if main else texts.unit_by_line,
        head=tuple(
            (texts.head[line], stated.get(line, code if line == _NUMBER else "")) for line in _HEAD_LINES
        ),
        reporting_unit=(texts.head[_UNIT], stated.get(_UNIT, "")),
        foot=_foot(stated, texts, imprint),
        text_headings=(texts.line, texts.division, *texts.forms[code].text_headings),
        columns=columns,
        blocks=blocks,
        charts=charts,
        not_usable=not_usable,
        imprint=imprint,
    )


def _foot(stated: Mapping[str, str], texts: Texts, imprint: Imprint) -> tuple[tuple[str, str], ...]:
    """Return who signs for the unit: approver, reviewer and preparer; then its telephone and the day."""
    preparer, reviewer, approver = imprint.names
    head_of_unit, statistics, filled_in, reported = texts.foot
    return (
        (head_of_unit, approver),
        (statistics, reviewer),
        (filled_in, preparer),
        (texts.head[_TELEPHONE], stated.get(_TELEPHONE, "")),
        (reported, _day_in_words(imprint.signed_on, texts.language)),
    )


def _day_in_words(day: date | None, language: str) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def _columns(code: str, cells: Sequence[Cell], texts: Texts) -> tuple[Column, ...]:
    first: dict[int, Cell] = {}
    for cell in sorted(cells, key=lambda cell: cell.place):
        first.setdefault(cell.place[1], cell)
    main = _main_unit(code, cells)
    return tuple(_column(number, cell, texts, main) for number, cell in sorted(first.items()))


def _column(number: int, cell: Cell, texts: Texts, main: str) -> Column:
    form = texts.forms[cell.form]
    name = labels_of(cell, texts.language)[-1]
    heading = SHORT_HEADINGS[texts.language].get(cell.indicator, name) if main else name
    # A form without a main unit names the unit of a count or an amount in its line.
    marked = cell.unit != main if main else cell.unit in {"%", "points"}
    spans = [text for start, end, text in form.spans if start <= number <= end]
    return Column(
        number=number,
        heading=f"{heading} ({texts.units[cell.unit]})" if marked else heading,
        span=spans[0] if spans else "",
        unit=cell.unit if main or marked else "",
    )


def _main_unit(code: str, cells: Sequence[Cell]) -> str:
    """Return the unit of most columns, the first of them where several tie; none for targets."""
    if code == _TARGETS:
        return ""
    units = {cell.place[1]: cell.unit for cell in cells}
    return Counter(unit for _, unit in sorted(units.items())).most_common(1)[0][0]


def _blocks(
    by_place: Mapping[tuple[int, int], Cell], columns: Sequence[Column], texts: Texts
) -> tuple[tuple[Line, ...], ...]:
    heads = {line: cell for (line, _), cell in sorted(by_place.items(), reverse=True)}
    blocks: dict[str, list[Line]] = {}
    for number, head in sorted(heads.items()):
        cells = tuple(by_place.get((number, column.number)) for column in columns)
        blocks.setdefault(head.division, []).append(_line(number, head, cells, texts))
    return tuple(tuple(lines) for lines in blocks.values())


def _line(number: int, head: Cell, cells: tuple[Cell | None, ...], texts: Texts) -> Line:
    division, *names, _ = labels_of(head, texts.language)
    mark = texts.forms[head.form].distinct
    is_of_all_kinds = head.form == _BY_KIND and not head.breakdown
    if is_of_all_kinds:
        names[-1] += mark
    elif head.scheme == "ALL" and head.form != _BY_KIND:
        names[0] += mark
    if head.form == _TARGETS:
        names.append(_unit_of(cells, texts))
    is_total = head.scheme == "ALL" and not head.breakdown and head.form != _TARGETS
    return Line(
        number=number,
        # Of a city, persons of several of its counties count once.
        division=division + (mark if head.division.endswith(_OF_A_CITY) else ""),
        texts=tuple(names),
        is_total=is_total,
        is_subtotal=is_of_all_kinds and not is_total,
        cells=cells,
    )


def _unit_of(cells: Sequence[Cell | None], texts: Texts) -> str:
    """Return the unit of a line of targets: that of its first figure."""
    unit = next((cell.unit for cell in cells if cell and cell.value is not None), "")
    return texts.units.get(unit, unit)
