"""The records of a file that are refused, kept aside until the file's fate is known."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.files import reasons
from ingestion.files.validation.rows import Judged, holdable

_IN_MEMORY = 4 * 2**20


@dataclass(frozen=True)
class Refused:
    """A record for quarantine: its line, its reasons in their fixed order, its raw text.

    ``key`` is None where there is none; ``digest`` is equal for records of equal values.
    """

    line: int
    reasons: tuple[str, ...]
    raw: str
    key: str | None
    digest: str


class RefusedLog:
    """Refused records in file order, on disk when there are many."""

    def __init__(self, folder: Path) -> None:
        """Log to an unnamed file in ``folder``."""
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed with the log)
            _IN_MEMORY, mode="w+", dir=folder, encoding="utf-8"
        )
        self.count = 0
        self.by_reason: Counter[str] = Counter()

    def close(self) -> None:
        """Forget everything."""
        self._file.close()

    def add(self, judged: Judged) -> None:
        """Log one record."""
        self.count += 1
        self.by_reason.update(judged.reasons)
        record, key, digest = judged.record, None, ""
        if judged.key is not None:
            key = holdable(judged.key)
            digest = hashlib.sha256(json.dumps(dict(record.values)).encode()).hexdigest()
        entry = (record.line, judged.reasons, holdable(record.raw), key, digest)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def __iter__(self) -> Iterator[Refused]:
        """Yield the records; adding goes on at the end afterwards."""
        self._file.seek(0)
        for entry in self._file:
            line, found, raw, key, digest = json.loads(entry)
            yield Refused(line, tuple(found), raw, key, digest)

    def listed(self) -> str:
        """Say how often each reason was given."""
        return ", ".join(
            f"{reason} {self.by_reason[reason]}" for reason in reasons.ROW_REASONS if reason in self.by_reason
        )
