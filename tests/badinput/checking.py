"""Puts every case of a feed in one inbox, lands it once, and returns the outcome of each file."""

from __future__ import annotations

import contextlib
import io
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from ingestion import land
from tests.badinput.model import CANARY, CANARY_ID, MONTH, Case, Expected, Piece
from tests.integration.ingestion.support import CITY, DIVISIONS, rows_of, write_site

CODE_MAP = (
    ("tax", "scheme", "11", "110", "2024-01", ""), ("tax", "scheme", "retired", "110", "2020-01", "2023-12"),
    ("declaration", "scheme", "11", "110", "", ""), ("bank", "scheme", "bank11", "110", "", ""),
    ("tax", "scheme", "lost", "999", "", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The outcome of one file: its row of the ledger, its quarantined and its landed rows."""

    file: dict[str, Any]
    refused: dict[int, tuple[frozenset[str], str]]
    landed: dict[int, dict[str, str | None]]
    lines: int


@dataclass(frozen=True)
class Landed:
    """A feed after its inbox was landed in one go; ``output`` is everything that was logged and printed."""

    warehouse: Warehouse
    settings: Settings
    cases: tuple[Case, ...]
    outcomes: dict[str, Outcome]
    output: str


def arrive(settings: Settings, cases: Iterable[Case]) -> None:
    """Write the site and put the files of all cases in the inbox."""
    chosen = tuple(cases)
    divisions = [*DIVISIONS, *((case.division, "县", "County", "county", CITY) for case in chosen)]
    senders = [sender for case in chosen for sender in case.senders]
    write_site(settings, divisions=divisions, senders=senders, code_map=CODE_MAP)
    for case in chosen:
        folder = settings.inbox_folder / case.feed
        folder.mkdir(parents=True, exist_ok=True)
        for piece in case.pieces:
            _put(folder, piece)


def _put(folder: Path, piece: Piece) -> None:
    path, manifest = folder / piece.name, piece.manifest_bytes()
    if piece.content is not None:
        path.write_bytes(piece.content)
    if manifest is not None:
        path.with_name(f"{piece.name}.manifest.json").write_bytes(manifest)


def landed(
    warehouse: Warehouse, settings: Settings, feed: str, tables: Sequence[str], cases: Sequence[Case]
) -> Landed:
    """Land the feed and return the outcome of each file, by name."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            summary = land(warehouse, settings, month=MONTH, feeds=[feed])
            heard.write(repr(summary))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    by_name = outcomes(warehouse, feed, tables)
    return Landed(warehouse, settings, tuple(cases), by_name, heard.getvalue())


def outcomes(warehouse: Warehouse, feed: str, tables: Sequence[str]) -> dict[str, Outcome]:
    """Return the outcome of each file of a feed, by name."""
    refused, lands, counts = defaultdict(dict), defaultdict(dict), defaultdict(int)
    for file_id, line, reasons, raw in rows_of(
        warehouse, "select file_id, line, reasons, raw from quarantine.rows"
    ):
        refused[file_id][line] = (frozenset(reasons), raw)
        counts[file_id] += 1
    for table in tables:
        for row in _dicts(warehouse, f"select * from landing.{table}"):
            lands[row["_file_id"]][int(row["_row"])] = row
            counts[row["_file_id"]] += 1
    files = _dicts(warehouse, f"select * from ops.files where feed = '{feed}'")
    return {
        file["name"]: Outcome(
            file, refused[file["file_id"]], lands[file["file_id"]], counts[file["file_id"]]
        )
        for file in files
    }  # fmt: skip


def _dicts(warehouse: Warehouse, query: str) -> list[dict[str, Any]]:
    with warehouse.connect() as connection:
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def complaints(piece: Piece, outcome: Outcome | None) -> list[str]:
    """Return the differences between a file's outcome and the expected one."""
    expected = piece.expected
    if outcome is None:
        return ["the file is not known"]
    file = outcome.file
    actual = [f"state {file['state']} {file['reason']}: {file['message']}"]
    is_any = "*" in expected.reasons
    if not is_any and (file["state"] != expected.state or file["reason"] not in expected.reasons):
        return [f"expected {expected.state} {'|'.join(sorted(expected.reasons))}", *actual]
    if is_any and file["state"] not in ("rejected", "held", *(("loaded",) if expected.state == "*" else ())):
        return ["expected a defined end", *actual]
    if file["state"] not in ("loaded", "superseded"):
        wrong = [] if outcome.lines == 0 else ["rows of a file that did not load"]
        return wrong + ([] if file["message"] else ["no message"])
    return _books(file, outcome) + ([] if is_any or not expected.table else _differences(expected, outcome))


def _books(file: dict[str, Any], outcome: Outcome) -> list[str]:
    """Return where rows or amounts do not add up."""
    wrong = []
    parts = [file["rows_loaded"], file["rows_quarantined"], file["rows_repeated"]]
    if sum(parts) != file["rows_declared"]:
        wrong.append(f"rows {parts} are not {file['rows_declared']}")
    if (len(outcome.landed), len(outcome.refused)) != (parts[0], parts[1]):
        wrong.append(f"rows found are {len(outcome.landed)} and {len(outcome.refused)}, not {parts[:2]}")
    if outcome.lines != parts[0] + parts[1]:
        wrong.append("a line is there twice")
    if file["amount_declared"] is not None:
        amounts = [file[f"amount_{which}"] for which in ("loaded", "quarantined", "repeated")]
        if sum(amounts, Decimal(0)) != file["amount_declared"]:
            wrong.append("amounts do not add up")
    return wrong


def _differences(expected: Expected, outcome: Outcome) -> list[str]:
    """Return where a loaded file's rows, reasons, amounts or deviations are not the expected ones."""
    file, wrong = outcome.file, []
    if (file["rows_loaded"], file["rows_repeated"]) != (expected.loaded, expected.repeated):
        wrong.append(f"loaded {file['rows_loaded']}, repeated {file['rows_repeated']}, not"
                     f" {expected.loaded} and {expected.repeated}")  # fmt: skip
    reasons = {line: row[0] for line, row in outcome.refused.items()}
    expected_reasons = {
        line: reasons.get(line, "?") if "*" in words else words for line, words in expected.refused.items()
    }
    if reasons != expected_reasons:
        wrong.append(f"quarantined {_shown(reasons)}, not {_shown(expected_reasons)}")
    for which in ("loaded", "repeated"):
        cents = getattr(expected, f"{which}_cents")
        if cents is not None and file[f"amount_{which}"] != Decimal(cents).scaleb(-2):
            wrong.append(f"amount {which} is not {cents} cents")
    if expected.normalised is not None and (file["normalised_count"] > 0) != expected.normalised:
        wrong.append(f"{file['normalised_count']} deviations corrected")
    wrong += [
        f"line {line} is not raw as written"
        for line, raw in expected.raws.items()
        if line in outcome.refused and outcome.refused[line][1] != raw.replace("\x00", "␀")
    ]
    return wrong + [
        f"line {line}: {column} is {row.get(column)!r}, not {value!r}"
        for line, expects in expected.landed.items()
        if (row := outcome.landed.get(line, {})) or True
        for column, value in expects.items()
        if (row.get(column) or None) != (value or None)
    ]


def _shown(reasons: dict[int, Any]) -> dict[int, str]:
    return {line: "|".join(sorted(words)) for line, words in sorted(reasons.items())}


def leaks(text: str) -> list[str]:
    """Return the canaries a text holds."""
    return [canary for canary in (CANARY, CANARY_ID) if canary in text]
