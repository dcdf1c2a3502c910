"""What a document consists of: a headline, the sentences of its summary, then tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reporting.headline import Line
from reporting.texts import Texts

# How a cell is formatted: per cent and points with two decimals, counts and places whole.
PERCENT, POINTS, COUNT, PLACE, TEXT, CENTRED = "percent", "points", "count", "place", "text", "centred"
MONEY = "money"


@dataclass(frozen=True)
class TableCell:
    """One cell: its text as people read it, how it is formatted, and its number where it has one."""

    text: str
    style: str = TEXT
    number: Decimal | None = None


@dataclass(frozen=True)
class Heading:
    """A heading over one column, or over several with ``parts`` as their own headings."""

    text: str
    parts: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns it spans."""
        return max(len(self.parts), 1)


@dataclass(frozen=True)
class DocumentTable:
    """One table; ``widths`` are shares of the page, ``bold`` the rows of the whole city."""

    title: str
    note: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    widths: tuple[int, ...]
    bold: frozenset[int] = frozenset()
    empty: str = ""

    @property
    def has_parts(self) -> bool:
        """Whether the headings need two lines."""
        return any(heading.parts for heading in self.headings)


@dataclass(frozen=True)
class Document:
    """A document ready to be rendered; ``form`` is its number, ``code`` what its files are called."""

    form: str
    code: str
    title: str
    period: str
    area: str
    headline_title: str
    headline: tuple[Line, ...]
    summary_title: str
    paragraphs: tuple[str, ...]
    tables: tuple[DocumentTable, ...]
    not_usable: tuple[str, ...]
    texts: Texts
