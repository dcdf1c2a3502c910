"""The inbox: which files load, by docs/feeds/files.md, and what each one declares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.oracle.production import City, city_of
from tests.oracle.records import COLUMNS, STATEMENTS, Record, record_amount, records
from tests.oracle.values import ZERO

EVENT_FORMATS = ("police-fixed/1", "cremation-csv/1", "death-certificate-jsonl/1")
WITHOUT_AMOUNT = (*EVENT_FORMATS, "base-application-csv/1")


@dataclass(frozen=True)
class Manifest:
    """What the sender says of a file."""

    feed: str
    format: str
    division: str
    month: str
    sequence: int
    encoding: str
    rows: int
    amount_total: Decimal | None
    sha256: str
    replaces: str | None


@dataclass(frozen=True)
class FeedFile:
    """A data file with its manifest, and its bytes."""

    name: str
    manifest: Manifest
    content: bytes

    @property
    def order(self) -> tuple[bool, str, str, int, str]:
        """Files are taken by division, month, sequence, name; replacing files last."""
        manifest = self.manifest
        return manifest.replaces is not None, manifest.division, manifest.month, manifest.sequence, self.name


def file_totals(city: City | Path, month: str) -> dict[tuple[str, str], tuple[int, Decimal | None]]:
    """Give the declared rows and amount of every file of a month ≤ m, by (feed, name)."""
    city = city if isinstance(city, City) else city_of(Path(city))
    totals = {}
    for feed in sorted(path.name for path in (city.folder / "inbox").iterdir() if path.is_dir()):
        for file in inbox(city, feed):
            if file.manifest.month <= month:
                declared = (file.manifest.rows, file.manifest.amount_total)
                totals[feed, file.name] = declared
    return totals


def counted_totals(file: FeedFile) -> tuple[int, Decimal | None] | None:
    """Count the records and sum the amounts of a file itself; None for formats not read here."""
    manifest = file.manifest
    if manifest.format not in (*COLUMNS, *STATEMENTS, *EVENT_FORMATS):
        return None
    file_records = records(manifest.format, manifest.encoding, file.content)
    if file_records is None or manifest.format in WITHOUT_AMOUNT:
        return None if file_records is None else (len(file_records), None)
    amounts = [
        record_amount(manifest.format, record.fields) for record in file_records if record.fields is not None
    ]
    return len(file_records), sum((amount for amount in amounts if amount is not None), ZERO)


def inbox(city: City, feed: str) -> list[FeedFile]:
    """Read the files of a feed that have a readable manifest, in the order they are taken."""
    files = []
    for path in sorted((city.folder / "inbox" / feed).glob("*.manifest.json")):
        data = path.with_name(path.name.removesuffix(".manifest.json"))
        manifest = _manifest(path)
        if manifest is not None and manifest.feed == feed and data.exists():
            files.append(FeedFile(data.name, manifest, data.read_bytes()))
    return sorted(files, key=lambda file: file.order)


def _manifest(path: Path) -> Manifest | None:
    try:
        claims = json.loads(path.read_bytes())
        total = claims["amount_total"]
        return Manifest(
            feed=claims["feed"],
            format=claims["format"],
            division=claims["division"],
            month=claims["month"],
            sequence=int(claims["sequence"]),
            encoding=claims["encoding"],
            rows=int(claims["rows"]),
            amount_total=None if total is None else Decimal(total),
            sha256=claims["sha256"],
            replaces=claims["replaces"],
        )
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def loaded(
    city: City,
    feed: str,
    formats: tuple[str, ...],
    month: str,
    accept: Callable[[FeedFile, list[Record]], list[tuple[Record, dict[str, str]]] | None],
) -> list[tuple[FeedFile, list[tuple[Record, dict[str, str]]]]]:
    """Give the loaded files of months ≤ m with the rows ``accept`` takes (None: file held).

    A file is left out when its bytes differ from the sha256, are loaded already, its slot is
    taken, it leaves a gap in the sequence, does not read, or its count or sum differs; a file
    that names the one it replaces supersedes it.
    """
    taken: dict[str, tuple[FeedFile, list]] = {}
    slots: set[tuple[str, str, str, int]] = set()
    superseded: set[str] = set()
    for file in inbox(city, feed):
        manifest = file.manifest
        slot = (manifest.format, manifest.division, manifest.month, manifest.sequence)
        gap = manifest.sequence > 1 and (*slot[:3], manifest.sequence - 1) not in slots
        known = manifest.replaces in taken and manifest.replaces not in superseded
        if (
            manifest.format not in formats
            or hashlib.sha256(file.content).hexdigest() != manifest.sha256
            or manifest.sha256 in taken
            or manifest.month > month
            or (gap and manifest.replaces is None)
            or (not known if manifest.replaces is not None else slot in slots)
        ):
            continue
        rows = _rows(file, accept)
        if rows is None:
            continue
        if manifest.replaces is not None:
            superseded.add(manifest.replaces)
        taken[manifest.sha256] = (file, rows)
        slots.add(slot)
    return [entry for sha, entry in taken.items() if sha not in superseded]


def _rows(file: FeedFile, accept: Callable) -> list[tuple[Record, dict[str, str]]] | None:
    manifest = file.manifest
    file_records = records(manifest.format, manifest.encoding, file.content)
    if file_records is None or len(file_records) != manifest.rows:
        return None
    amounts = manifest.format in (*COLUMNS, *STATEMENTS) and manifest.format not in WITHOUT_AMOUNT
    if amounts and all(record.fields is not None for record in file_records):
        parts = [record_amount(manifest.format, record.fields) for record in file_records]
        if None not in parts and sum(parts, ZERO) != manifest.amount_total:
            return None
    return accept(file, file_records)
