"""Files as senders lay them into the inbox: the data, and its manifest beside it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator import clock


@dataclass
class Outbox:
    """The inbox of a city; ``written`` are the data files in the order they were written.

    ``closings``: month number and account -> what the bank's statement closes with, in cents.
    """

    root: Path
    written: list[Path] = field(default_factory=list)
    closings: dict[tuple[int, str], int] = field(default_factory=dict)

    def send(
        self,
        *,
        feed: str,
        layout: str,
        division: str,
        month: int,
        body: bytes,
        encoding: str,
        rows: int,
        cents: int | None,
        suffix: str,
        late_days: int = 0,
    ) -> None:
        """Write one data file and its manifest; sequence 1, sent early in the following month."""
        folder = self.root / feed
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{layout.partition('/')[0]}-{division}-{clock.month_text(month)}-1.{suffix}"
        created = clock.day_text(clock.day_in(month + 1, 3 + late_days))
        manifest = {
            "feed": feed,
            "format": layout,
            "division": division,
            "month": clock.month_text(month),
            "sequence": 1,
            "encoding": encoding,
            "rows": rows,
            "amount_total": None if cents is None else money_text(cents),
            "sha256": hashlib.sha256(body).hexdigest(),
            "created_at": f"{created}T08:00:00+08:00",
            "replaces": None,
        }
        data = folder / name
        data.write_bytes(body)
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.manifest.json").write_text(text, encoding="utf-8")
        self.written.append(data)


def money_text(cents: int) -> str:
    """Return cents as yuan with two decimals."""
    sign, size = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{size // 100}.{size % 100:02d}"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], *, encoding: str) -> bytes:
    """Return an RFC 4180 file (line feeds) in the encoding."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
