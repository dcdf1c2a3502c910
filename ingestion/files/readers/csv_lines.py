"""The lines of a CSV file for Python's csv module, with the raw text of the record it is reading."""

from __future__ import annotations

import io
from collections.abc import Iterator

from ingestion.files.readers.pieces import LONGEST_LINE, Piece, Pieces
from ingestion.files.reasons import TRUNCATED, CheckFailedError

_LONGEST_RECORD = 2 * LONGEST_LINE


class CsvLines:
    """Lines of a file one by one, or the rest of a piece at once; ``number`` is that of the last line."""

    def __init__(self, pieces: Pieces) -> None:
        """Start with the first piece."""
        self._pieces = pieces
        self._piece: Piece | None = None
        self._buffer = io.StringIO()
        self._returned: list[str] = []
        self._size = 0
        self._end = 0
        self.number = 0
        self.ends_with_break = True
        self.has_carriage_return = False

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line, its break included."""
        line = self._buffer.readline()
        while not line:
            piece = self.next_piece()
            if piece is None:
                raise StopIteration
            if piece.is_cut:
                raise CheckFailedError(
                    TRUNCATED, f"the record of line {self.first} does not end where it should"
                )
            self.read_by_line(piece)
            line = self._buffer.readline()
        self._returned.append(line)
        self._size += len(line)
        if self._size > _LONGEST_RECORD:
            raise CheckFailedError(TRUNCATED, f"a quoted field that begins in line {self.first} does not end")
        self.number += 1
        self.ends_with_break = line.endswith(("\n", "\r"))
        return line

    @property
    def first(self) -> int:
        """The number of the first line of the record being read."""
        return self.number - len(self._returned) + 1

    @property
    def is_between_pieces(self) -> bool:
        """Whether all lines of the pieces so far have been returned."""
        return self._buffer.tell() == self._end

    def next_piece(self) -> Piece | None:
        """Return the next piece, to be read by the caller or by ``read_by_line``; None at the end."""
        piece = next(self._pieces, None)
        if piece is not None and b"\r" in piece.utf8 and b"\r\n" in piece.utf8:
            self.has_carriage_return = True
        return piece

    def read_by_line(self, piece: Piece) -> None:
        """Continue with the lines of a piece."""
        text = piece.utf8.decode()
        self._buffer = io.StringIO(text, newline="")
        self._buffer.seek(0, io.SEEK_END)
        self._end = self._buffer.tell()
        self._buffer.seek(0)

    def pop_record(self) -> tuple[int, str]:
        """Return the first line number and the raw text of the lines returned since the last call."""
        first, raw = self.first, "".join(self._returned)
        self._returned.clear()
        self._size = 0
        return first, raw.rstrip("\r\n")

    def skip(self, count: int) -> None:
        """Count lines that the caller read from a piece itself."""
        self.number += count
        self.ends_with_break = True
