"""The site's folder of CSV files, loaded into ``site`` as one version named by its content."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SiteIncomplete
from fundwatch.settings import Settings
from fundwatch.site.columns import DECLARED, FILES, OPTIONAL, UNVERSIONED
from fundwatch.site.kinds import CellInvalidError, read_cell

# A site without them keeps the version it had before there were such files.
_CAME_LATER = frozenset({"form_head", "base_rules", "base_documents", "statement_register"})

Rows = list[tuple[str | None, ...]]


def load_site(warehouse: Warehouse, settings: Settings) -> str:
    """Load the site's folder into ``site.<file>`` and return its version, derived from the content.

    Shape:  one row per CSV line, all text, empty cells null, with ``_site_version`` and ``_row``.
    Again:  a version that is already there is not written again.
    Raises: SiteIncomplete (names the file and column that are missing, the cell that does not hold what its
    column is for, or a division named twice), WarehouseUnavailable.
    """
    tables = read_site(settings.site_folder)
    digest = hashlib.sha256()
    for name, rows in tables.items():
        if rows or name not in _CAME_LATER:
            digest.update(repr((name, rows)).encode())
    version = digest.hexdigest()[:16]
    with warehouse.connect() as connection:
        new = connection.execute(
            "insert into site.versions (site_version) values (%s) on conflict do nothing returning 1",
            (version,),
        ).fetchone()
        if new:
            for name, rows in tables.items():
                _copy(connection, name, rows, version)
    return version


def read_site(folder: Path) -> dict[str, Rows]:
    """Read the files of a site's folder: each cell is of its column's kind, or empty.

    Raises: SiteIncomplete.
    """
    tables = {name: _read(folder / f"{name}.csv", declared) for name, declared in DECLARED.items()}
    _refuse_repeated_divisions(tables["divisions"], folder)
    return tables


def read_unversioned(folder: Path, name: str) -> Rows:
    """Read a file of the site that is no part of its version.

    Raises: SiteIncomplete.
    """
    return _read(folder / f"{name}.csv", UNVERSIONED[name])


def _refuse_repeated_divisions(rows: Rows, folder: Path) -> None:
    """A division named twice would count its money twice."""
    codes = [row[0] for row in rows]
    repeated = sorted({code for code in codes if code and codes.count(code) > 1})
    if repeated:
        raise SiteIncomplete(
            f"the site file divisions.csv in {folder} names {', '.join(repeated[:3])} more than once",
            next_step="Keep one row per division",
        )


def _copy(connection: psycopg.Connection, name: str, rows: Rows, version: str) -> None:
    columns = [sql.Identifier(column) for column in (*FILES[name], "_site_version", "_row")]
    statement = sql.SQL("copy site.{} ({}) from stdin").format(
        sql.Identifier(name), sql.SQL(", ").join(columns)
    )
    with connection.cursor().copy(statement) as copy:
        for number, row in enumerate(rows, start=2):
            copy.write_row((*row, version, number))


def _read(path: Path, declared: dict[str, str]) -> Rows:
    """Return the file's rows in the order of its columns; a file that may be absent counts as empty."""
    if not path.exists():
        if path.stem in OPTIONAL:
            return []
        raise SiteIncomplete(
            f"the site file {path.name} is missing in {path.parent}",
            next_step="Add it (docs/feeds/site.md lists its columns) or set FUNDWATCH_SITE",
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            present = [(name or "").strip() for name in reader.fieldnames or ()]
            reader.fieldnames = present
            _refuse_missing_columns(path, present, declared)
            return [
                tuple(_cell(path, reader.line_num, name, row[name], kind) for name, kind in declared.items())
                for row in reader
                if _is_row(path, reader.line_num, row)
            ]
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise SiteIncomplete(
            f"the site file {path.name} in {path.parent} cannot be read ({type(error).__name__})",
            next_step="Save it as CSV in UTF-8 with a header line",
        ) from None


def _refuse_missing_columns(path: Path, present: list[str], declared: dict[str, str]) -> None:
    lacking = [column for column in declared if column not in present]
    if lacking:
        raise SiteIncomplete(
            f"the site file {path.name} in {path.parent} lacks the column {', '.join(lacking)}",
            next_step="Add the column; leave its cells empty where a value is unknown",
        )
    repeated = [column for column in declared if present.count(column) > 1]
    if repeated:
        raise SiteIncomplete(
            f"the site file {path.name} in {path.parent} names the column {', '.join(repeated)} twice",
            next_step="Keep one column of each name",
        )


def _is_row(path: Path, line: int, row: dict[str | None, Any]) -> bool:
    """Return whether a line holds anything; one with cells beyond the header has its values misplaced."""
    if any(cell.strip() for cell in row.get(None) or ()):
        raise SiteIncomplete(
            f"line {line} of the site file {path.name} in {path.parent} has more cells than the header",
            next_step="Put values with a comma in quotes",
        )
    return any(cell.strip() for name, cell in row.items() if name is not None and cell)


def _cell(path: Path, line: int, column: str, text: str | None, kind: str) -> str | None:
    try:
        return read_cell(text or "", kind)
    except CellInvalidError as wrong:
        raise SiteIncomplete(
            f"line {line} of the site file {path.name} in {path.parent}, column {column}: {wrong}",
            next_step="Correct the cell (docs/feeds/site.md), or empty it where the value is unknown",
        ) from None
