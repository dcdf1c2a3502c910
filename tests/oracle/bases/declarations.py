"""What employers declared, out of the files of months ≤ m: of one key the later file counts."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path

from tests.oracle.values import code_text, identity18, valid_identity

FORMATS = {
    "base-declaration-csv/1": ("unit_id", "wage_year"),
    "base-person-csv/1": ("unit_id", "number", "wage_year"),
    "base-document-csv/1": ("unit_id", "wage_year", "document"),
    "base-application-csv/1": ("application_no",),
}
Row = dict[str, str | None]


def number_key(written: str | None) -> str | None:
    """The normalised number; no valid one: the trimmed text in upper case."""
    if written is None:
        return None
    return identity18(written) if valid_identity(written) else written.upper()


def declared(folder: Path, month: str) -> dict[str, list[Row]]:
    """Give the rows that count, by format, of files that load (the tests' files all do).

    Rows of one file that have the same key and say different things count none of them.
    """
    chosen: dict[str, dict[tuple, Row]] = {name: {} for name in FORMATS}
    files = []
    for path in (folder / "inbox" / "declaration").glob("*.manifest.json"):
        claims = json.loads(path.read_bytes())
        if claims["month"] <= month and claims["format"] in FORMATS:
            files.append((claims["month"], int(claims["sequence"]), claims["division"], path, claims))
    for _, _, _, path, claims in sorted(files, key=lambda file: file[:3]):
        text = path.with_name(path.name.removesuffix(".manifest.json")).read_bytes()
        lines = io.StringIO(text.decode(claims["encoding"]).removeprefix("\ufeff"), newline="")
        of_key: dict[tuple, list[Row]] = defaultdict(list)
        for written in csv.DictReader(lines):
            row = {name: code_text(value) for name, value in written.items()}
            row["number"] = number_key(row.get("id_number"))
            of_key[tuple(row.get(name) for name in FORMATS[claims["format"]])].append(row)
        chosen[claims["format"]] |= {
            key: rows[0] for key, rows in of_key.items() if all(row == rows[0] for row in rows)
        }
    return {name: list(rows.values()) for name, rows in chosen.items()}
