"""Fixed width: records of so many bytes, fields at byte offsets, a line break after each record."""

from __future__ import annotations

from ingestion.files.contract import Format
from ingestion.files.readers.records import Content, Record
from ingestion.files.reasons import BAD_RECORD_LENGTH, TRUNCATED, RefusedError


def read(content: bytes, *, form: Format, encoding: str) -> Content:
    """Return the records of a fixed-width file; the padding of fields is removed.

    Raises: RefusedError (TRUNCATED when the last record is short and has no line break).
    """
    # No byte of a longer character is a line feed in UTF-8 or the GB encodings.
    lines = content.split(b"\n")
    unfinished = lines.pop()
    if unfinished.strip():
        lines.append(unfinished)
        if len(unfinished.rstrip(b"\r")) < form.record_bytes:
            raise RefusedError(TRUNCATED, f"the file ends inside the record of line {len(lines)}")
    records = [
        _record(number, line.removesuffix(b"\r"), form, encoding)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    bare = any(not line.endswith(b"\r") for line in lines if line is not unfinished)
    blank = len(records) < len(lines)
    return Content(records, normalised=bare + blank)


def _record(number: int, line: bytes, form: Format, encoding: str) -> Record:
    raw = line.decode(encoding)
    if len(line) != form.record_bytes:
        return Record(number, raw, values=None, fault=BAD_RECORD_LENGTH)
    try:
        values = {one.name: line[slice(*one.at)].decode(encoding).rstrip(" ") for one in form.fields}
    except UnicodeDecodeError:  # a character lies across the border of two fields
        return Record(number, raw, values=None, fault=BAD_RECORD_LENGTH)
    return Record(number, raw, values=values)
