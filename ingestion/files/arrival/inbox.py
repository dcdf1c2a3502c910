"""One arrival: a data file with its manifest, or one of the two alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from fundwatch.months import is_month
from ingestion.content_id import id_of
from ingestion.files.arrival.manifest import Manifest

_LONGEST = 100


@dataclass(frozen=True)
class Arrival:
    """A data file with its manifest, or one of the two alone; identified by feed, name and both hashes.

    ``path`` is the copy in the vault, None where nothing is to be loaded from it; ``size`` its bytes.
    ``manifest`` is None when it is absent or malformed; ``fault`` then says why; ``raw_manifest`` is its JSON
    object. ``obstacle`` says what has not arrived.
    """

    feed: str
    name: str
    sha256: str | None
    manifest_sha256: str | None
    path: Path | None = None
    size: int = 0
    manifest: Manifest | None = None
    raw_manifest: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    obstacle: str = ""

    @cached_property
    def file_id(self) -> str:
        """Derived from content: the same arrival has the same id in every warehouse."""
        return file_id(self.feed, self.name, self.sha256, self.manifest_sha256)

    @property
    def valid_manifest(self) -> Manifest:
        """The manifest, once it is known to be valid.

        Raises: LookupError where it is absent or malformed.
        """
        if self.manifest is None:
            raise LookupError("the arrival has no valid manifest")
        return self.manifest

    def ledger_values(self, zone: tzinfo) -> dict[str, Any]:
        """Return what of the manifest can be entered in the ledger, however malformed the rest is.

        ``zone`` is that of times without an offset.
        """
        month, sequence = self.raw_manifest.get("month"), self.raw_manifest.get("sequence")
        valid = self.manifest
        return {
            "format": _text(self.raw_manifest.get("format")),
            "division": _text(self.raw_manifest.get("division")),
            "month": month if isinstance(month, str) and is_month(month) else None,
            "sequence": valid.sequence if valid else (sequence if _is_small(sequence) else None),
            "encoding": valid.encoding if valid else None,
            "created_at": valid.created(zone) if valid else None,
            "replaces": valid.replaces if valid else None,
            "rows_declared": valid.rows if valid else None,
            "amount_declared": valid.amount_cents if valid else None,
        }


def file_id(feed: str, name: str, sha256: str | None, manifest_sha256: str | None) -> str:
    """Return the id of an arrival."""
    return id_of(feed, name, sha256 or "", manifest_sha256 or "")


def processing_order(
    manifest: Manifest | None, name: str, place: str
) -> tuple[bool, str, str, int, str, str]:
    """Return the sort key of files: by division, month, sequence; those that replace another one last."""
    if manifest is None:
        return (False, "", "", 0, name, place)
    replaces = manifest.replaces is not None
    return (replaces, manifest.division, manifest.month, manifest.sequence, name, place)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _LONGEST and value.isprintable() else None


def _is_small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
