"""The watermark of a table: the last AAE036 an extract saw, from which the next one reads on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.production.source.value_format import NULL

_DIGIT = re.compile("[0-9]")
_DAY, _SECOND = "99999999", "99999999999999"
_ISO_DAY, _ISO_SECOND = "9999-99-99", "9999-99-99 99:99:99"
_ISO = frozenset({_ISO_DAY, _ISO_SECOND, f"{_ISO_SECOND}.999999"})
_SHAPES = frozenset({_DAY, _SECOND, *_ISO})
# Below this share of rows in one date format, an incremental read would read nearly all of them.
_ENOUGH = 0.5
_WAITING = 20_000


@dataclass
class Watermark:
    """Collects AAE036 while a table is read; ``latest`` is the value the next extract begins at.

    A value later than the month after ``month`` is taken for a mistake (``29991231``): it would hide every
    real change after it. Its rows are read again each time.
    ``typed`` says that the source stores dates, which have one order whatever their text looks like.
    """

    month: str
    typed: bool = False
    _rows: int = 0
    _seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    _waiting: Counter[str] = field(default_factory=Counter)

    def observe(self, fields: Sequence[str]) -> None:
        """Count the AAE036 of a batch of rows."""
        self._waiting.update(fields)
        if len(self._waiting) > _WAITING:
            self._look()

    def observe_often(self, value: str, rows: int) -> None:
        """Count an AAE036 that many rows have."""
        self._waiting[value] += rows
        if len(self._waiting) > _WAITING:
            self._look()

    @property
    def latest(self) -> str | None:
        """The latest plausible value in the date format most rows share; None where they share none."""
        self._look()
        rows, latest = max(self._seen.values(), default=(0, None))
        return latest if latest and rows >= self._rows * _ENOUGH else None

    def _look(self) -> None:
        """Look at each value once, however many rows have it."""
        for value, rows in self._waiting.items():
            if value == NULL:
                continue
            self._rows += rows
            shape = "iso" if self.typed else _DIGIT.sub("9", value)
            if (self.typed or shape in _SHAPES) and self._is_plausible(value):
                before, latest = self._seen.get(shape, (0, ""))
                self._seen[shape] = (before + rows, max(latest, value))
        self._waiting.clear()

    def _is_plausible(self, value: str) -> bool:
        digits = "".join(_DIGIT.findall(value))
        year, month = map(int, self.month.split("-"))
        following = f"{year + month // 12:04d}{month % 12 + 1:02d}"
        return "190001" <= digits[:6] <= following and _is_day(digits)


def _is_day(digits: str) -> bool:
    return "01" <= digits[4:6] <= "12" and "01" <= digits[6:8] <= "31"


def later(known: str | None, seen: str | None) -> str | None:
    """Return the later of two watermarks; one in another date format does not replace the known one."""
    if seen is None or known is None:
        return known
    shapes = {_DIGIT.sub("9", known), _DIGIT.sub("9", seen)}
    return max(known, seen) if len(shapes) == 1 or shapes <= _ISO else known
