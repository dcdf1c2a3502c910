"""Readers: parse the bytes of a file into records, each with its line and its raw text."""

from __future__ import annotations

from typing import BinaryIO

from ingestion.files.contract import Format
from ingestion.files.readers.base import Reader
from ingestion.files.readers.camt import CamtReader
from ingestion.files.readers.csv_text import CsvReader
from ingestion.files.readers.fixed_width import FixedWidthReader
from ingestion.files.readers.json_lines import JsonLinesReader
from ingestion.files.readers.mt940 import Mt940Reader

_LAYOUTS: dict[str, type[Reader]] = {
    "csv": CsvReader,
    "fixed": FixedWidthReader,
    "json": JsonLinesReader,
    "camt": CamtReader,
    "mt940": Mt940Reader,
}

__all__ = ["Reader", "reader_of"]


def reader_of(handle: BinaryIO, *, form: Format, encoding: str) -> Reader:
    """Return the reader of a format's layout, which starts at the position of ``handle``."""
    return _LAYOUTS[form.layout](handle, form=form, encoding=encoding)
