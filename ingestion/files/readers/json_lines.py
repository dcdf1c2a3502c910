"""JSON lines: one object a line, its fields found by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ingestion.files.readers.base import Reader
from ingestion.files.readers.pieces import Pieces
from ingestion.files.reasons import TOO_LONG, TRUNCATED, WRONG_FIELD_COUNT, CheckFailedError
from ingestion.files.records import Record, in_batches

_BROKEN, _AMBIGUOUS = object(), object()


class JsonLinesReader(Reader):
    """Reads one object a line; a line that is no object is a record without values.

    Raises: CheckFailedError (UNDECODABLE; TRUNCATED when the last line is cut).
    """

    def __iter__(self) -> Iterator[list[Record]]:
        """Yield batches in file order."""
        return in_batches(self._records())

    def _records(self) -> Iterator[Record]:
        pieces = Pieces(self._handle, encoding=self._encoding)
        number, has_unknown, has_blank, has_return = 0, False, False, False
        for piece in pieces:
            lines = piece.utf8.decode().split("\n")
            unfinished = "" if piece.is_cut else lines[-1].strip()
            if not lines[-1]:
                lines.pop()
            for line in lines:
                number += 1
                has_return = has_return or line.endswith("\r")
                if not line.strip():
                    has_blank = True
                    continue
                record, extra = self._record(number, line.removesuffix("\r"), is_cut=piece.is_cut)
                has_unknown = has_unknown or extra
                yield record
            if unfinished and _parsed(unfinished) is _BROKEN:
                raise CheckFailedError(TRUNCATED, f"the file ends inside the record of line {number}")
        self.normalised += pieces.deviations + has_unknown + has_return + has_blank
        self.is_blank = pieces.is_blank

    def _record(self, number: int, line: str, *, is_cut: bool) -> tuple[Record, bool]:
        """Return the record of a line, and whether it has keys that are not of the format."""
        if is_cut:
            return Record(number, line, values=None, fault=TOO_LONG), False
        content = _parsed(line)
        if not isinstance(content, Mapping):
            return Record(number, line, values=None, fault=WRONG_FIELD_COUNT), False
        fields = self._form.fields
        try:
            values = {field.name: _text(_value_at(content, field.keys)) for field in fields}
            return Record(number, line, values=values), _leaves(content) > len(fields)
        except RecursionError:
            return Record(number, line, values=None, fault=WRONG_FIELD_COUNT), False


class _KeyTwiceError(Exception):
    """An object names a key twice: readers differ in which value counts."""


def _parsed(line: str) -> object:
    """Return the content of a line; a number is the text of its digits, as long as it may be."""
    try:
        return json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_once)
    except _KeyTwiceError:
        return _AMBIGUOUS
    except (ValueError, RecursionError):
        return _BROKEN


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise _KeyTwiceError
    return content


def _value_at(content: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def _text(value: object) -> str | None:
    """Return a value as text; objects and lists as their JSON, which no field accepts as a date."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _leaves(content: Mapping[str, object]) -> int:
    return sum(_leaves(value) if isinstance(value, Mapping) else 1 for value in content.values())
