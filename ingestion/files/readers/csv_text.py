"""CSV (RFC 4180) with a header: fields may hold commas, quotes and line breaks."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from ingestion.files.grammar import clean, trim
from ingestion.files.readers.base import Reader
from ingestion.files.readers.csv_columns import columns_of
from ingestion.files.readers.csv_lines import CsvLines
from ingestion.files.readers.pieces import LONGEST_LINE, Piece, Pieces
from ingestion.files.reasons import HEADER_INVALID, TOO_LONG, TRUNCATED, WRONG_FIELD_COUNT, CheckFailedError
from ingestion.files.records import BATCH, Columns, Record, Values

csv.field_size_limit(LONGEST_LINE)
_CUT_IN_QUOTES = "unexpected end of data"
_ENDLESS = "field larger than field limit"


class CsvReader(Reader):
    """Reads lines as columns where they are regular, row by row where they are not.

    Raises: CheckFailedError (UNDECODABLE; TRUNCATED when the file ends inside a record; HEADER_INVALID).
    """

    def __iter__(self) -> Iterator[Sequence[Record] | Columns]:
        """Yield batches in file order."""
        pieces = Pieces(self._handle, encoding=self._encoding)
        lines = CsvLines(pieces)
        try:
            yield from self._batches(pieces, lines)
        except CheckFailedError:
            pieces.drain()
            raise
        self.normalised += pieces.deviations + lines.has_carriage_return
        self.is_blank = pieces.is_blank

    def _batches(self, pieces: Pieces, lines: CsvLines) -> Iterator[Sequence[Record] | Columns]:
        first = lines.next_piece()
        if first is None:
            return
        if first.is_cut:
            raise CheckFailedError(HEADER_INVALID, "the header line is longer than any header")
        lines.read_by_line(first)
        rows = _Rows(lines)
        header = rows.header()
        fault = self._fault(header)
        if fault and pieces.is_blank and not any(trim(line) for line in lines):
            return
        lines.pop_record()
        if header is None or fault:
            rows.width = len(header or ())
            for _ in rows.until_the_end():
                pass
            raise CheckFailedError(HEADER_INVALID, fault)
        self._note_deviations(header)
        rows.values_of, rows.width = self._selector(header), len(header)
        yield from rows.of_this_piece()
        while (piece := lines.next_piece()) is not None:
            yield from self._of(piece, lines, rows, header)
        self.normalised += rows.has_blank

    def _of(
        self, piece: Piece, lines: CsvLines, rows: _Rows, header: list[str]
    ) -> Iterator[Sequence[Record] | Columns]:
        if piece.is_cut:
            lines.skip(1)
            yield [Record(lines.number, piece.utf8.decode(), values=None, fault=TOO_LONG)]
            return
        parsed = columns_of(
            piece.utf8, header=header, names=self._form.names, first_line=lines.number + 1
        )  # fmt: skip
        if parsed is None:
            lines.read_by_line(piece)
            yield from rows.of_this_piece()
            return
        columns, broken = parsed
        yield columns
        if broken:
            yield [Record(line, raw, values=None, fault=WRONG_FIELD_COUNT) for line, raw in broken]
        lines.skip(len(columns.lines) + len(broken))

    def _fault(self, header: list[str] | None) -> str:
        if header is None:
            return "the header line is not CSV"
        missing = [name for name in self._form.names if name not in header]
        if missing:
            return f"the header lacks {', '.join(missing)}"
        counted = Counter(header)
        twice = [name for name in self._form.names if counted[name] > 1]
        return f"the header names {', '.join(twice)} twice" if twice else ""

    def _note_deviations(self, header: list[str]) -> None:
        """Count another order of the columns, and columns that the format does not have."""
        ours = [name for name in header if name in self._form.names]
        self.normalised += (ours != list(self._form.names)) + (len(ours) < len(header))

    def _selector(self, header: list[str]) -> Callable[[list[str]], Values]:
        """Return the function that picks the format's fields, in its order, from a row."""
        pick = itemgetter(*(header.index(name) for name in self._form.names))
        names = self._form.names
        return lambda row: dict(zip(names, pick(row), strict=True))


# RFC 4180: quotes open a field, close it, or are doubled inside it; Python's reader reads others as text.
_WELL_QUOTED = re.compile(r'(?:"(?:[^"]|"")*+"|[^",]*+)(?:,(?:"(?:[^"]|"")*+"|[^",]*+))*+')


def _is_well_quoted(raw: str) -> bool:
    return '"' not in raw or _WELL_QUOTED.fullmatch(raw) is not None


def _no_values(row: list[str]) -> Values:
    raise ValueError(f"a row of {len(row)} fields before the header")


class _Rows:
    """Rows one by one, by Python's own reader; ``width`` and ``values_of`` are set from the header."""

    width = 0
    has_blank = False

    def __init__(self, lines: CsvLines) -> None:
        self._lines = lines
        self._rows = csv.reader(lines, strict=True)
        self.values_of: Callable[[list[str]], Values] = _no_values

    def header(self) -> list[str] | None:
        try:
            row = self._next()
        except StopIteration:
            return None
        return None if row is None else [clean(name) for name in row]

    def of_this_piece(self) -> Iterator[list[Record]]:
        """Yield the records that begin in the piece being read by line."""
        batch: list[Record] = []
        while not self._lines.is_between_pieces:
            row = self._next()
            line, raw = self._lines.pop_record()
            if row == []:
                self.has_blank = True
            elif row is None or len(row) != self.width or not _is_well_quoted(raw):
                batch.append(Record(line, raw, values=None, fault=WRONG_FIELD_COUNT))
            else:
                batch.append(Record(line, raw, values=self.values_of(row)))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def until_the_end(self) -> Iterator[None]:
        """Read the rest, only to find whether the file ends inside a record."""
        while True:
            try:
                self._next()
            except StopIteration:
                return
            self._lines.pop_record()
            yield

    def _next(self) -> list[str] | None:
        """Return a row, None for one whose quotes are wrong; a file that ends inside one is rejected."""
        try:
            row = next(self._rows)
        except csv.Error as error:
            if str(error).startswith((_CUT_IN_QUOTES, _ENDLESS)):
                raise CheckFailedError(TRUNCATED, "the file ends inside a quoted field") from None
            return None
        if row and len(row) < self.width and not self._lines.ends_with_break:
            raise CheckFailedError(TRUNCATED, f"the file ends inside the record of line {self._lines.first}")
        return row
