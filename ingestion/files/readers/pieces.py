"""The bytes of a file in pieces that end with a line, decoded strictly; flat memory for any file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from ingestion.files.readers.decoding import Decoding
from ingestion.files.reasons import UNDECODABLE, CheckFailedError

PIECE_BYTES = 4 * 2**20
# Small, so that few records are read with the header; each next piece is larger, so that the database can
# start early.
_FIRST_BYTES, _GROWTH = 2**14, 8
LONGEST_LINE = 2 * 2**20
_SHOWN_OF_OVERLONG = 2**16
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_END_MARK = b"\x1a"


@dataclass(frozen=True)
class Piece:
    """Whole lines of a file, without byte order mark; the last line of the file may lack its break.

    ``raw`` is in the file's encoding, ``utf8`` the same in UTF-8. ``is_cut``: the beginning of one line that
    is longer than LONGEST_LINE; its rest is left out.
    """

    raw: bytes
    utf8: bytes
    is_cut: bool = False


class Pieces:
    """Iterates over the pieces of a file; one 0x1A behind the last record is left out.

    Raises: CheckFailedError (UNDECODABLE: the position, never the bytes).
    """

    def __init__(self, handle: BinaryIO, *, encoding: str) -> None:
        """Read ``handle`` from its position."""
        self.has_bom = self.has_end_mark = False
        self.is_blank = True
        self._handle = handle
        self._encoding = encoding
        self._decoding = Decoding.of(encoding)
        self._position = 0
        self._pieces = self._read()

    def __iter__(self) -> Iterator[Piece]:
        """Return itself: nothing is read twice."""
        return self

    def __next__(self) -> Piece:
        """Return the next piece."""
        piece = next(self._pieces)
        self.is_blank = self.is_blank and not piece.utf8.strip()
        return piece

    @property
    def deviations(self) -> int:
        """How many kinds of harmless deviation there are around the records: byte order mark, end mark."""
        return self.has_bom + self.has_end_mark

    def drain(self) -> None:
        """Read to the end, to find a byte that does not decode wherever it is."""
        for _ in self:
            pass

    def _read(self) -> Iterator[Piece]:
        size = _FIRST_BYTES
        rest = self._without_bom(self._handle.read(size))
        while block := self._handle.read(size := min(_GROWTH * size, PIECE_BYTES)):
            end = _last_break(rest)
            if end:
                yield self._decoded(rest[:end])
                rest = rest[end:]
            elif len(rest) >= LONGEST_LINE:
                beginning, rest = self._overlong(rest + block)
                yield beginning
                continue
            rest += block
        rest = self._without_end_mark(rest)
        if rest:
            yield self._decoded(rest)

    def _without_bom(self, block: bytes) -> bytes:
        try:
            mark = _BOM.encode(self._decoding.codec)
        except UnicodeEncodeError:
            return block
        self.has_bom = block.startswith(mark)
        self._position = len(mark) if self.has_bom else 0
        return block[self._position :]

    def _without_end_mark(self, rest: bytes) -> bytes:
        """Return the end of the file without the mark that DOS programs put behind it."""
        records = rest.rstrip(b"\r\n").removesuffix(_END_MARK)
        is_one = rest.rstrip(b"\r\n").endswith(_END_MARK) and not records.endswith(_END_MARK)
        self.has_end_mark = is_one
        return records if is_one else rest

    def _decoded(self, raw: bytes) -> Piece:
        try:
            text = self._decoding.decode(raw)
        except UnicodeDecodeError as error:
            self._fail(error.start)
        self._position += len(raw)
        return Piece(raw, raw if self._decoding.codec == "utf-8" else text.encode())

    def _overlong(self, block: bytes) -> tuple[Piece, bytes]:
        """Return the beginning of a line that does not end in ``block``, and the bytes after that line."""
        decoder = self._decoding.decoder()
        shown, end = "", 0
        while block and not end:
            end = block.find(b"\n") + 1
            try:
                text = decoder.decode(block[:end] if end else block)
            except UnicodeDecodeError as error:
                self._fail(error.start)
            shown = shown or text[:_SHOWN_OF_OVERLONG]
            self._position += end or len(block)
            rest = block[end:] if end else b""
            block = b"" if end else self._handle.read(PIECE_BYTES)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self._fail(0)
        utf8 = shown.encode()
        return Piece(utf8, utf8, is_cut=True), rest

    def _fail(self, start: int) -> NoReturn:
        message = (
            f"byte {self._position + start} of the file is not {self._encoding};"
            " have it sent again in its encoding"
        )
        raise CheckFailedError(UNDECODABLE, message) from None


def _last_break(block: bytes) -> int:
    """Return the end of the last whole line; a carriage return counts where there is no line feed at all."""
    return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1
