"""The records of a file that are to be quarantined, spooled until the file is decided."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.files import reasons
from ingestion.files.validation.row_checks import ValidatedRecord, storable

_IN_MEMORY = 4 * 2**20


@dataclass(frozen=True)
class QuarantinedRecord:
    """A record for quarantine: its line, its reasons in their fixed order, its raw text.

    ``key`` is None where there is none; ``digest`` is equal for records of equal values.
    """

    line: int
    reasons: tuple[str, ...]
    raw: str
    key: str | None
    digest: str


class QuarantineLog:
    """Records to quarantine in file order, on disk when there are many."""

    def __init__(self, folder: Path) -> None:
        """Log to an unnamed file in ``folder``."""
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed with the log)
            _IN_MEMORY, mode="w+", dir=str(folder), encoding="utf-8"
        )
        self.count = 0
        self.by_reason: Counter[str] = Counter()

    def close(self) -> None:
        """Delete the log."""
        self._file.close()

    def add(self, validated: ValidatedRecord) -> None:
        """Log one record."""
        self.count += 1
        self.by_reason.update(validated.reasons)
        record, key, digest = validated.record, None, ""
        if validated.key is not None:
            key = storable(validated.key)
            digest = hashlib.sha256(json.dumps(dict(record.values or {})).encode()).hexdigest()
        entry = (record.line, validated.reasons, storable(record.raw), key, digest)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def __iter__(self) -> Iterator[QuarantinedRecord]:
        """Yield the records; later ones are added at the end."""
        self._file.seek(0)
        for entry in self._file:
            line, row_reasons, raw, key, digest = json.loads(entry)
            yield QuarantinedRecord(line, tuple(row_reasons), raw, key, digest)

    def listed(self) -> str:
        """Return how often each reason was given."""
        return ", ".join(
            f"{reason} {self.by_reason[reason]}" for reason in reasons.ROW_REASONS if reason in self.by_reason
        )
