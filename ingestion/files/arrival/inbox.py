"""One arrival: a data file with its manifest, or one of them alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from fundwatch.errors import MonthInvalid
from fundwatch.months import parse_month
from ingestion.content_id import id_of
from ingestion.files.arrival.manifest import Manifest

_LONGEST = 100


@dataclass(frozen=True)
class Arrival:
    """A data file with its manifest, or one of them alone; known by feed, name and the hashes of both.

    ``path`` is the copy in the vault, absent where nothing is to be loaded from it; ``size`` its bytes.
    ``manifest`` is None when it is absent or malformed; ``fault`` then says why; ``said`` is its object.
    ``obstacle`` says what has not arrived.
    """

    feed: str
    name: str
    sha256: str | None
    manifest_sha256: str | None
    path: Path | None = None
    size: int = 0
    manifest: Manifest | None = None
    said: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    obstacle: str = ""

    @cached_property
    def file_id(self) -> str:
        """Derived from content: the same arrival has the same id in every warehouse."""
        return file_id(self.feed, self.name, self.sha256, self.manifest_sha256)

    def stated(self) -> dict[str, Any]:
        """Return what of the manifest can be entered in the ledger, however malformed the rest is."""
        month, sequence = self.said.get("month"), self.said.get("sequence")
        whole = self.manifest
        return {
            "format": _text(self.said.get("format")),
            "division": _text(self.said.get("division")),
            "month": month if _is_month(month) else None,
            "sequence": whole.sequence if whole else (sequence if _is_small(sequence) else None),
            "encoding": whole.encoding if whole else None,
            "created_at": whole.created if whole else None,
            "replaces": whole.replaces if whole else None,
            "rows_declared": whole.rows if whole else None,
            "amount_declared": whole.amount_cents if whole else None,
        }


def file_id(feed: str, name: str, sha256: str | None, manifest_sha256: str | None) -> str:
    """Return the id of an arrival."""
    return id_of(feed, name, sha256 or "", manifest_sha256 or "")


def order(manifest: Manifest | None, name: str, place: str) -> tuple:
    """Return a file's place in the order of taking: by division, month, sequence; replacing ones last."""
    if manifest is None:
        return (False, "", "", 0, name, place)
    said = manifest
    return (said.replaces is not None, said.division, said.month, said.sequence, name, place)


def _text(value: object) -> str | None:
    holdable = isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()
    return value if holdable else None


def _is_month(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(parse_month(value))
    except MonthInvalid:
        return False


def _is_small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
