"""Fixed width: records of so many bytes, fields at byte offsets, a line break after each record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ingestion.files.contract import Format
from ingestion.files.readers.base import Reader
from ingestion.files.readers.decoding import Decoding
from ingestion.files.readers.pieces import Piece, Pieces
from ingestion.files.reasons import BAD_RECORD_LENGTH, TRUNCATED, CheckFailedError
from ingestion.files.records import Record, in_batches


class FixedWidthReader(Reader):
    """Splits records by bytes, before they are decoded; the padding of fields is removed.

    Raises: CheckFailedError (UNDECODABLE; TRUNCATED when the last record is short, line break or not).
    """

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from its position."""
        super().__init__(handle, form=form, encoding=encoding)
        self._decoding = Decoding.of(encoding)
        self._offsets = {field.name: field.offsets for field in form.fields}

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield batches in file order."""
        return in_batches(self._records())

    def _records(self) -> Iterator[Record]:
        pieces = Pieces(self._handle, encoding=self._encoding)
        number, short, has_bare, has_blank = 0, 0, False, False
        for piece in pieces:
            # No byte of a longer character is a line feed in UTF-8 or the GB encodings.
            for line in piece.raw.splitlines(keepends=True) if piece.is_cut else _lines(piece):
                number += 1
                if not line.strip():
                    has_blank = True
                    continue
                short = number if len(line.rstrip(b"\r\n")) < self._form.record_bytes else 0
                has_bare = has_bare or (line.endswith(b"\n") and not line.endswith(b"\r\n"))
                yield self._record(number, line, is_cut=piece.is_cut)
        if short:
            raise CheckFailedError(TRUNCATED, f"the file ends inside the record of line {short}")
        self.normalised += pieces.deviations + has_bare + has_blank
        self.is_blank = pieces.is_blank

    def _record(self, number: int, line: bytes, *, is_cut: bool) -> Record:
        record = line.removesuffix(b"\n").removesuffix(b"\r")
        raw = record.decode() if is_cut else self._decoding.decode(record)
        if len(record) != self._form.record_bytes:
            return Record(number, raw, values=None, fault=BAD_RECORD_LENGTH)
        try:
            values = {
                name: self._decoding.decode(record[start:end]).rstrip(" ")
                for name, (start, end) in self._offsets.items()
            }
        except UnicodeDecodeError:  # a character spans two fields
            return Record(number, raw, values=None, fault=BAD_RECORD_LENGTH)
        return Record(number, raw, values=values)


def _lines(piece: Piece) -> list[bytes]:
    lines = [line + b"\n" for line in piece.raw.split(b"\n")]
    unfinished = lines.pop().removesuffix(b"\n")
    return [*lines, unfinished] if unfinished.strip() else lines
