"""Records as readers yield them."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.files.contract import Values


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file; ``fault`` is its row reason when it has no values."""

    line: int
    raw: str
    values: Values | None
    fault: str = ""


@dataclass(frozen=True)
class Content:
    """All records of a file, and how many kinds of harmless deviation were put right in reading."""

    records: list[Record]
    normalised: int = 0
