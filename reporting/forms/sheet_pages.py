"""Where the printed pages of a workbook's form end: between counties, the note and signatures on the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A row of one line of text, in points.
LINE = 15.0
# An A4 page across and down within its margins, in points; less than there is, for printers differ.
_ACROSS, _DOWN = 10.5 * 72, 6.55 * 72
# A letter's width and what a column adds, in points.
_LETTER, _COLUMN = 5.25, 3.75


@dataclass(frozen=True)
class Sizes:
    """Heights in points: above the headings on the first page, headings, foot; scale in per cent."""

    first: float
    headings: float
    foot: float
    scale: int

    @property
    def page(self) -> float:
        """The height of a page below its headings, in points of the sheet."""
        return _DOWN * 100 / self.scale - self.headings


def width_of(text: str) -> int:
    """Return the width of a text in letters; a Chinese character takes the room of two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def scale_of(widths: Sequence[int]) -> int:
    """Return the scale in per cent at which columns of these widths, in letters, fit the page."""
    return min(100, int(100 * _ACROSS / (_LETTER * printed_width(widths))))


def printed_width(widths: Sequence[int]) -> float:
    """Return the width of columns side by side, in letters: each has a margin."""
    return sum(width + _COLUMN / _LETTER for width in widths)


def pages_of(blocks: Sequence[Sequence[float]], sizes: Sizes) -> list[int]:
    """Return the numbers of the rows, from 0, before which a page ends; ``blocks`` are heights of their rows.

    A block that no page holds is cut where the page is full.
    """
    breaks: list[int] = []
    room, row = sizes.page - sizes.first, 0
    for place, block in enumerate(blocks):
        foot = sizes.foot if place == len(blocks) - 1 else 0.0
        if sum(block) + foot > room and row and sum(block) + foot <= sizes.page:
            breaks.append(row)
            room = sizes.page
        for at, height in enumerate(block):
            needed = height + (foot if at == len(block) - 1 else 0.0)
            if needed > room and row and (not breaks or breaks[-1] != row):
                breaks.append(row)
                room = sizes.page
            room -= height
            row += 1
    return breaks
