"""CSV (RFC 4180) with a header: fields may hold commas, quotes and line breaks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from operator import itemgetter

from ingestion.files.contract import Format, Values
from ingestion.files.grammar import trim
from ingestion.files.readers.records import Content, Record
from ingestion.files.reasons import HEADER_INVALID, TRUNCATED, WRONG_FIELD_COUNT, RefusedError

csv.field_size_limit(2**31 - 1)
_CUT_IN_QUOTES = "unexpected end of data"


class _Lines:
    """The lines of a text, remembering those of the record that is being read."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            self.number += 1
            yield line

    def take(self) -> tuple[int, str]:
        """Return the first line number and the raw text of the lines read since the last call."""
        first, raw = self.number - len(self._taken) + 1, "".join(self._taken)
        self._taken.clear()
        return first, raw.rstrip("\r\n")


def read(text: str, *, form: Format) -> Content:
    """Return the records of a CSV file.

    Raises: RefusedError (HEADER_INVALID; TRUNCATED when it ends inside a record).
    """
    lines = _Lines(text)
    rows = csv.reader(iter(lines), strict=True)
    header, deviations = _header(rows, form)
    lines.take()
    values_of = _selector(header, form)
    records, row, blank = [], None, False
    for row in _rows(rows):
        line, raw = lines.take()
        if row == []:
            blank = True
        elif row is None or len(row) != len(header):
            records.append(Record(line, raw, values=None, fault=WRONG_FIELD_COUNT))
        else:
            records.append(Record(line, raw, values=values_of(row)))
    if row and len(row) < len(header) and not text.endswith(("\n", "\r")):
        raise RefusedError(TRUNCATED, f"the file ends inside the record of line {records[-1].line}")
    return Content(records, normalised=deviations + ("\r\n" in text) + blank)


def _header(rows: Iterator[list[str]], form: Format) -> tuple[list[str], int]:
    """Return the columns, and whether their order and number are not the format's own."""
    try:
        header = [trim(name) for name in next(rows)]
    except (csv.Error, StopIteration):
        raise RefusedError(HEADER_INVALID, "the header line is not CSV") from None
    missing = [name for name in form.names if name not in header]
    if missing:
        raise RefusedError(HEADER_INVALID, f"the header lacks {', '.join(missing)}")
    counted = Counter(header)
    twice = [name for name in form.names if counted[name] > 1]
    if twice:
        raise RefusedError(HEADER_INVALID, f"the header names {', '.join(twice)} twice")
    ours = [name for name in header if name in form.names]
    return header, (ours != list(form.names)) + (len(ours) < len(header))


def _selector(header: list[str], form: Format) -> Callable[[list[str]], Values]:
    """Return the function that picks the format's fields, in its order, from a row."""
    pick = itemgetter(*(header.index(name) for name in form.names))
    names = form.names
    return lambda row: dict(zip(names, pick(row), strict=True))


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Yield rows, None for one whose quotes are wrong; a file cut inside quotes is refused."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if str(error) == _CUT_IN_QUOTES:
                raise RefusedError(TRUNCATED, "the file ends inside a quoted field") from None
            row = None
        yield row
