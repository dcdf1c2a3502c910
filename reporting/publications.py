"""Publications as they are stored: numbered, with their state and who signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from psycopg.rows import class_row

from fundwatch.errors import NotFound
from reporting.content import Content


@dataclass(frozen=True)
class Publication:
    """One numbered publication; ``files`` are the names of what was rendered, in order."""

    number: int
    month: str
    state: str
    as_of: date
    content_sha256: str
    not_usable: tuple[str, ...]
    preparer: str
    reviewer: str | None
    approver: str | None
    replaces: int | None
    is_current: bool
    files: tuple[str, ...] = ()
    folder: str | None = None

    def counts(self) -> dict[str, int | str]:
        """Return what a person wants to see in one glance."""
        shown = {
            "number": self.number,
            "month": self.month,
            "state": self.state,
            "files": len(self.files),
            "prepared_by": self.preparer,
        }
        if self.reviewer:
            shown["reviewed_by"] = self.reviewer
        if self.approver:
            shown["approved_by"] = self.approver
        if self.folder:
            shown["folder"] = self.folder
        return shown


_READ = """
    select number, month, state, as_of, content_sha256, not_usable, preparer, reviewer, approver, replaces,
        is_current,
        array(select name from ops.publication_files as f where f.number = p.number order by name) as files
    from ops.publications as p
"""


def find(connection: psycopg.Connection, number: int, *, lock: bool = False) -> Publication:
    """Return a publication; with ``lock`` nobody else can sign it until the transaction ends.

    Raises: NotFound.
    """
    with connection.cursor(row_factory=class_row(_from_row)) as cursor:
        cursor.execute(f"{_READ} where number = %s {'for update' if lock else ''}", (number,))
        found = cursor.fetchone()
    if found is None:
        raise NotFound(
            f"there is no publication {number}",
            next_step="Run fundwatch publish --month YYYY-MM, which prints the number",
        )
    return found


def latest(connection: psycopg.Connection, month: str) -> Publication | None:
    """Return the month's publication with the highest number, or None."""
    with connection.cursor(row_factory=class_row(_from_row)) as cursor:
        cursor.execute(f"{_READ} where month = %s order by number desc limit 1", (month,))
        return cursor.fetchone()


def next_number(connection: psycopg.Connection) -> int:
    """Return the number the next publication gets; numbers run over all months."""
    return connection.execute("select coalesce(max(number), 0) + 1 from ops.publications").fetchone()[0]


def folder_of(home: Path, number: int) -> Path:
    """Return where the files of a publication lie."""
    return home / "reports" / str(number)


def store(
    connection: psycopg.Connection,
    *,
    number: int,
    content: Content,
    as_of: date,
    preparer: str,
    files: dict[str, str],
) -> None:
    """Write a new draft: the publication, its cells, and name -> SHA-256 of its files."""
    connection.execute(
        "insert into ops.publications (number, month, state, content_sha256, code_version, site_version,"
        " as_of, batches, not_usable, preparer) values (%s, %s, 'draft', %s, %s, %s, %s, %s, %s, %s)",
        (
            number, content.month, content.sha256, content.code_version, content.site_version,
            as_of, json.dumps({"production": content.batches}), list(content.not_usable), preparer,
        ),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.publication_cells (number, form, division, scheme, breakdown, cell, label_zh,"
            " label_en, value, unit, indicator) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (number, cell.form, cell.division, cell.scheme, cell.breakdown, cell.cell, cell.label_zh,
                 cell.label_en, cell.value, cell.unit, cell.indicator)
                for cell in content.cells
            ],
        )  # fmt: skip
        cursor.executemany(
            "insert into ops.publication_files (number, name, sha256) values (%s, %s, %s)",
            [(number, name, sha256) for name, sha256 in sorted(files.items())],
        )
    record(connection, actor=preparer, action="publication prepared", number=number)


def record(connection: psycopg.Connection, *, actor: str, action: str, number: int, note: str = "") -> None:
    """Write who did what to a publication into the audit log."""
    connection.execute(
        "insert into ops.audit_log (actor, action, subject, detail) values (%s, %s, %s, %s)",
        (
            actor,
            action,
            f"publication {number}",
            json.dumps({"note": note} if note else {}, ensure_ascii=False),
        ),
    )


def _from_row(**columns: object) -> Publication:
    columns["files"] = tuple(columns["files"])
    columns["not_usable"] = tuple(columns["not_usable"])
    return Publication(**columns)
