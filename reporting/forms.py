"""A form in one language, laid out from its cells: what every renderer draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.content import Cell
from reporting.texts import SHORT_HEADINGS, TEXTS, Texts, month_in_words

# Between division, scheme and indicator in a cell's label.
SEPARATOR = " · "
NOTHING = "—"


@dataclass(frozen=True)
class Imprint:
    """What stands around a publication's figures: its number, who prepared it, its as-of day.

    ``content_sha256`` and ``audit_head`` (``sequence:hash`` of the audit log when it was prepared) stand in
    the footer: a printed copy proves what it showed, and that the log before it was not cut or changed.
    """

    number: int
    preparer: str
    as_of: date
    content_sha256: str = ""
    audit_head: str = ""

    @property
    def proof(self) -> str:
        """Content and audit head as a footer shows them, shortened to what can be typed off a page."""
        content, (sequence, _, head) = self.content_sha256[:16], self.audit_head.partition(":")
        return f"SHA-256 {content} · {sequence}:{head[:16]}" if content else ""


@dataclass(frozen=True)
class Column:
    """One column of figures; ``span`` is the heading it shares with its neighbours, or empty."""

    number: int
    heading: str
    span: str
    unit: str
    decimals: int


@dataclass(frozen=True)
class Line:
    """One line of figures; ``values`` follow the columns."""

    number: int
    division: str
    scheme: str
    is_total: bool
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Form:
    """A form ready to be drawn; ``blocks`` are the lines of one division each."""

    code: str
    texts: Texts
    title: str
    note: str
    period: str
    area: str
    unit: str
    columns: tuple[Column, ...]
    blocks: tuple[tuple[Line, ...], ...]
    not_usable: tuple[str, ...]
    imprint: Imprint

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return self.texts.language

    @property
    def headings(self) -> tuple[tuple[str, tuple[Column, ...]], ...]:
        """Columns under the heading they share; a column of its own has an empty one."""
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
) -> Form:
    """Arrange the cells of one form; a place without a cell stays empty."""
    texts = TEXTS[language]
    by_place = {cell.place: cell for cell in cells}
    columns = _columns(code, cells, texts)
    blocks = _blocks(by_place, columns, language)
    return Form(
        code=code,
        texts=texts,
        title=texts.forms[code].title,
        note=texts.forms[code].note,
        period=month_in_words(month, language),
        area=blocks[0][0].division,
        unit=texts.units[_main_unit(cells)],
        columns=columns,
        blocks=blocks,
        not_usable=not_usable,
        imprint=imprint,
    )


def written(value: Decimal | None, column: Column) -> str:
    """Return a figure as people read it: thousands separated, the column's decimals, a dash for none."""
    return NOTHING if value is None else f"{value:,.{column.decimals}f}"


def _columns(code: str, cells: Sequence[Cell], texts: Texts) -> tuple[Column, ...]:
    first = {}
    for cell in cells:
        first.setdefault(cell.place[1], cell)
    main = _main_unit(cells)
    return tuple(_column(number, cell, code, texts, main) for number, cell in sorted(first.items()))


def _column(number: int, cell: Cell, code: str, texts: Texts, main: str) -> Column:
    heading = SHORT_HEADINGS[texts.language].get(cell.indicator) or _labels(cell, texts.language)[-1]
    spans = [text for start, end, text in texts.forms[code].spans if start <= number <= end]
    return Column(
        number=number,
        heading=heading if cell.unit == main else f"{heading} ({texts.units[cell.unit]})",
        span=spans[0] if spans else "",
        unit=cell.unit,
        decimals=0 if cell.unit == "persons" else 2,
    )


def _main_unit(cells: Sequence[Cell]) -> str:
    """Return the unit of the first column: the one the unit line names."""
    return min(cells, key=lambda cell: cell.place[1]).unit


def _blocks(
    by_place: dict[tuple[int, int], Cell], columns: Sequence[Column], language: str
) -> tuple[tuple[Line, ...], ...]:
    heads = {line: cell for (line, _), cell in sorted(by_place.items(), reverse=True)}
    blocks: dict[str, list[Line]] = {}
    for number, head in sorted(heads.items()):
        division, scheme, _ = _labels(head, language)
        found = [by_place.get((number, column.number)) for column in columns]
        line = Line(
            number=number,
            division=division,
            scheme=scheme,
            is_total=head.scheme == "ALL",
            values=tuple(cell.value if cell else None for cell in found),
        )
        blocks.setdefault(head.division, []).append(line)
    return tuple(tuple(lines) for lines in blocks.values())


def _labels(cell: Cell, language: str) -> tuple[str, str, str]:
    """Return the names of a cell's division, scheme and indicator."""
    label = cell.label_zh if language == "zh" else cell.label_en
    division, scheme, indicator = label.rsplit(SEPARATOR, 2)
    return division, scheme, indicator
