"""JSON lines: one object a line, its fields reached by keys."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ingestion.files.contract import Format
from ingestion.files.readers.records import Content, Record
from ingestion.files.reasons import TRUNCATED, WRONG_FIELD_COUNT, RefusedError

_BROKEN = object()


def read(text: str, *, form: Format) -> Content:
    """Return the records of a JSON-lines file; a line that is no object is a record without values.

    Raises: RefusedError (TRUNCATED when the last line is cut).
    """
    lines = text.split("\n")
    unfinished = lines[-1].strip()
    records, unknown = [], False
    for number, line in enumerate(lines, start=1):
        if line.strip():
            record, extra = _record(number, line.removesuffix("\r"), form)
            records.append(record)
            unknown = unknown or extra
    if unfinished and _parsed(unfinished) is _BROKEN:
        raise RefusedError(TRUNCATED, f"the file ends inside the record of line {records[-1].line}")
    blank = len(records) < len(lines) - (not lines[-1].strip())
    return Content(records, normalised=unknown + ("\r\n" in text) + blank)


def _record(number: int, line: str, form: Format) -> tuple[Record, bool]:
    """Return the record of a line, and whether it has keys the format does not know."""
    found = _parsed(line)
    if not isinstance(found, Mapping):
        return Record(number, line, values=None, fault=WRONG_FIELD_COUNT), False
    values = {one.name: _text(_reach(found, one.at)) for one in form.fields}
    return Record(number, line, values=values), _leaves(found) > len(form.fields)


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return _BROKEN


def _reach(found: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> str | None:
    """Return a value as text; objects and lists as their JSON, which no field accepts as a date."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _leaves(found: Mapping[str, object]) -> int:
    return sum(_leaves(value) if isinstance(value, Mapping) else 1 for value in found.values())
