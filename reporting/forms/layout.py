"""A form in one language, laid out from its cells for all renderers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reporting.cell_labels import labels_of
from reporting.drawing.charts import Chart
from reporting.imprint import Imprint
from reporting.snapshot.content import Cell
from reporting.texts import SHORT_HEADINGS, TEXTS, Texts, month_in_words

# Lines of figures that fit a page; a county with more is split into parts.
_LINES_TOGETHER = 26
_KINDS_TOGETHER = 6


@dataclass(frozen=True)
class Column:
    """One column of figures; ``span`` is a heading shared with its neighbours, or empty."""

    number: int
    heading: str
    span: str
    unit: str


@dataclass(frozen=True)
class Line:
    """One line of figures; ``texts`` follow its division, ``cells`` are in the order of the columns."""

    number: int
    division: str
    texts: tuple[str, ...]
    is_total: bool
    cells: tuple[Cell | None, ...]

    @property
    def values(self) -> tuple[Decimal | None, ...]:
        """The figures; None where there is none."""
        return tuple(cell.value if cell else None for cell in self.cells)


@dataclass(frozen=True)
class Form:
    """A form ready to be rendered; each block has the lines of one division."""

    code: str
    month: str
    texts: Texts
    title: str
    note: str
    period: str
    area: str
    unit: str
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
    charts: tuple[Chart, ...] = (),
) -> Form:
    """Arrange the cells of one form; a place without a cell stays empty."""
    texts = TEXTS[language]
    by_place = {cell.place: cell for cell in cells}
    columns = _columns(code, cells, texts)
    blocks = _blocks(code, by_place, columns, texts)
    main = _main_unit(code, cells)
    return Form(
        code=code,
        month=month,
        texts=texts,
        title=texts.forms[code].title,
        note=texts.forms[code].note,
        period=month_in_words(month, language),
        area=blocks[0][0].division,
        unit=texts.units[main] if main else texts.unit_by_line,
        text_headings=(texts.line, texts.division, *texts.forms[code].text_headings),
        columns=columns,
        blocks=blocks,
        charts=charts,
        not_usable=not_usable,
        imprint=imprint,
    )


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
    if code == "R4":
        return ""
    units = {cell.place[1]: cell.unit for cell in cells}
    return Counter(unit for _, unit in sorted(units.items())).most_common(1)[0][0]


def _blocks(
    code: str, by_place: dict[tuple[int, int], Cell], columns: Sequence[Column], texts: Texts
) -> tuple[tuple[Line, ...], ...]:
    heads = {line: cell for (line, _), cell in sorted(by_place.items(), reverse=True)}
    blocks: list[list[Line]] = []
    last: Cell | None = None
    for number, head in sorted(heads.items()):
        division, *names, _ = labels_of(head, texts.language)
        cells = tuple(by_place.get((number, column.number)) for column in columns)
        line = Line(
            number=number,
            division=division,
            texts=(*names, *([_unit_of(cells, texts)] if code == "R4" else [])),
            is_total=head.scheme == "ALL" and not head.breakdown and code != "R4",
            cells=cells,
        )
        if last is None or head.division != last.division or _is_full(blocks[-1], head, last):
            blocks.append([])
        blocks[-1].append(line)
        last = head
    return tuple(tuple(lines) for lines in blocks)


def _is_full(block: Sequence[Line], head: Cell, last: Cell) -> bool:
    """Whether the next line of a division starts a new block; on a form with kinds, only between schemes."""
    if head.form == "R3" and len(block) >= _KINDS_TOGETHER:
        return head.scheme != last.scheme
    return len(block) >= _LINES_TOGETHER


def _unit_of(cells: Sequence[Cell | None], texts: Texts) -> str:
    """Return the unit of a line of targets: that of its first figure."""
    unit = next(cell.unit for cell in cells if cell)
    return texts.units.get(unit, unit)
