"""Readers: from the bytes of a file to its records, each with its line and its raw text."""

from __future__ import annotations

from ingestion.files.contract import Format
from ingestion.files.readers import csv_text, fixed_width, json_lines
from ingestion.files.readers.records import Content
from ingestion.files.reasons import TRUNCATED, UNDECODABLE, RefusedError

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def read(content: bytes, *, form: Format, encoding: str, rows: int) -> Content:
    """Return the records of a file.

    Raises: RefusedError (UNDECODABLE, TRUNCATED, HEADER_INVALID), nothing else whatever the bytes are.
    """
    text = _decoded(content, encoding)
    has_bom = text.startswith(BOM)
    if not text.removeprefix(BOM).strip():
        if rows:
            raise RefusedError(TRUNCATED, f"the file is empty, its manifest says {rows} rows")
        return Content([], normalised=int(has_bom))
    if form.layout == "fixed":
        body = content[len(BOM.encode(encoding)) :] if has_bom else content
        found = fixed_width.read(body, form=form, encoding=encoding)
    elif form.layout == "json":
        found = json_lines.read(text.removeprefix(BOM), form=form)
    else:
        found = csv_text.read(text.removeprefix(BOM), form=form)
    return Content(found.records, normalised=found.normalised + has_bom)


def _decoded(content: bytes, encoding: str) -> str:
    """Decode the whole file strictly; another encoding is never tried."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"byte {error.start} of the file is not {encoding}; have it sent again in its encoding"
    raise RefusedError(UNDECODABLE, message)
