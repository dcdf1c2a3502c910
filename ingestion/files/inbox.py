"""What lies in the inbox of a feed: data files, their manifests, and halves of such pairs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fundwatch.errors import MonthInvalid
from fundwatch.months import parse_month
from ingestion.files.manifest import SUFFIX, Manifest, parse

_CHUNK = 2**20
_LONGEST = 100


@dataclass(frozen=True)
class Arrival:
    """A data file with its manifest, or one of them alone; known by feed, name and the hashes of both.

    ``manifest`` is None when it is absent or malformed; ``fault`` then says why; ``said`` is its object.
    """

    feed: str
    name: str
    path: Path | None
    sha256: str | None
    manifest_sha256: str | None
    manifest: Manifest | None
    said: dict[str, Any]
    fault: str

    @cached_property
    def file_id(self) -> str:
        """Derived from content: the same arrival has the same id in every warehouse."""
        parts = (self.feed, self.name, self.sha256 or "", self.manifest_sha256 or "")
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def is_complete(self) -> bool:
        """Whether both data and manifest are there."""
        return self.sha256 is not None and self.manifest_sha256 is not None

    @property
    def order(self) -> tuple:
        """Replacing files last; else by division, month, sequence, name."""
        if self.manifest is None:
            return (False, "", "", 0, self.name, self.file_id)
        said = self.manifest
        return (
            said.replaces is not None, said.division, said.month, said.sequence, self.name, self.file_id
        )  # fmt: skip

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


def arrivals(folder: Path, *, feed: str) -> list[Arrival]:
    """Return what has arrived for a feed, each once, in the order in which files are taken."""
    if not folder.is_dir():
        return []
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    manifests = {path for path in files if path.name.endswith(SUFFIX)}
    data = [path for path in files if path not in manifests]
    pairs = [(path, path.with_name(path.name + SUFFIX)) for path in data]
    alone = sorted(manifests - {beside for _, beside in pairs})
    read = [
        *(_arrival(feed, path, beside if beside in manifests else None) for path, beside in pairs),
        *(_arrival(feed, None, beside) for beside in alone),
    ]
    found = {one.file_id: one for one in read}
    return sorted(found.values(), key=lambda one: one.order)


def _arrival(feed: str, data: Path | None, beside: Path | None) -> Arrival:
    manifest, said, fault = parse(beside.read_bytes()) if beside else (None, {}, "")
    return Arrival(
        feed=feed,
        name=_shown(data.name if data else beside.name.removesuffix(SUFFIX)),
        path=data,
        sha256=_hash(data) if data else None,
        manifest_sha256=_hash(beside) if beside else None,
        manifest=manifest,
        said=said,
        fault=fault,
    )


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _shown(name: str) -> str:
    """Return a file's name with bytes that are not UTF-8 replaced."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


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
