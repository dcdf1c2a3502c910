"""Numbered publications as acts find them: their state, their signatures, the folder of their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import RowMaker

from fundwatch import audit
from fundwatch.errors import NotFound

_FAULTS_SHOWN = 3


@dataclass(frozen=True)
class Publication:
    """One numbered publication; ``files`` are the names of its rendered files, in order.

    ``replaces`` is the publication this one corrects; ``changed_cells`` counts the cells in its changes.csv;
    ``newer_waiting`` are the month's publications prepared after it that wait for a signature;
    ``statement_faults`` are balance statements that keep it from being approved, as ``account fault``.
    """

    number: int
    month: str
    state: str
    as_of: date
    content_sha256: str
    sha256: str
    audit_head: str
    not_usable: tuple[str, ...]
    preparer: str
    reviewer: str | None
    approver: str | None
    replaces: int | None
    is_current: bool
    preparer_display: str = ""
    files: tuple[str, ...] = ()
    folder: str | None = None
    changed_cells: int | None = None
    newer_waiting: tuple[int, ...] = ()
    statement_faults: tuple[str, ...] = ()

    def counts(self) -> dict[str, int | str]:
        """Return a summary for people."""
        shown: dict[str, int | str] = {
            "number": self.number,
            "month": self.month,
            "state": self.state,
            "files": len(self.files),
            "prepared_by": self.preparer,
        }
        optional: dict[str, int | str | None] = {
            "reviewed_by": self.reviewer,
            "approved_by": self.approver,
            "corrects": self.replaces,
            "cells changed": self.changed_cells,
            "not usable": ", ".join(self.not_usable),
            "statements not in order": _first_of(self.statement_faults),
            "sha256": self.sha256,
            "folder": self.folder,
            "newer, waiting": ", ".join(map(str, self.newer_waiting)),
        }
        return shown | {name: value for name, value in optional.items() if value is not None and value != ""}


def _first_of(faults: tuple[str, ...]) -> str:
    """Return a few faults and how many more there are; a JSON document lists each."""
    rest = len(faults) - _FAULTS_SHOWN
    shown = ", ".join(faults[:_FAULTS_SHOWN])
    return f"{shown} and {rest} more (--json lists each)" if rest > 0 else shown


_READ = """
    select number, month, state, as_of, content_sha256, sha256, audit_head, not_usable, preparer, reviewer,
        approver, replaces, is_current, preparer_display, statement_faults,
        array(select name from ops.publication_files as f where f.number = p.number order by name) as files
    from ops.publications as p
"""


def find(connection: psycopg.Connection, number: int, *, lock: bool = False) -> Publication:
    """Return a publication; with ``lock`` its row is locked until the transaction ends.

    Raises: NotFound.
    """
    with connection.cursor(row_factory=_publication_row) as cursor:
        cursor.execute(f"{_READ} where number = %s {'for update' if lock else ''}", (number,))
        publication = cursor.fetchone()
    if publication is None:
        raise NotFound(
            f"there is no publication {number}",
            next_step="Run fundwatch publish --month YYYY-MM, which prints the number",
        )
    return publication


def latest(connection: psycopg.Connection, month: str) -> Publication | None:
    """Return the month's publication with the highest number, or None."""
    with connection.cursor(row_factory=_publication_row) as cursor:
        cursor.execute(f"{_READ} where month = %s order by number desc limit 1", (month,))
        return cursor.fetchone()


def current_number(connection: psycopg.Connection, month: str, *, lock: bool = False) -> int | None:
    """Return the number of the month's current publication; with ``lock`` its row is locked until commit."""
    query = "select number from ops.publications where month = %s and is_current"
    row = connection.execute(query + (" for update" if lock else ""), (month,)).fetchone()
    return row[0] if row else None


def waiting_after(connection: psycopg.Connection, publication: Publication) -> tuple[int, ...]:
    """Return the numbers of the month's publications that were prepared later and wait for a signature."""
    rows = connection.execute(
        "select number from ops.publications where month = %s and number > %s and state <> 'approved'"
        " order by number",
        (publication.month, publication.number),
    )
    return tuple(number for (number,) in rows.fetchall())


def is_forgotten(connection: psycopg.Connection, month: str) -> bool:
    """Return whether a month was forgotten, and not run since."""
    return bool(connection.execute("select from ops.forgotten_months where month = %s", (month,)).rowcount)


def folder_of(home: Path, number: int) -> Path:
    """Return the folder of a publication's files."""
    return home / "reports" / str(number)


def allow_reading(folder: Path, *, everybody: bool) -> None:
    """Let everybody read a publication's files, or their owner alone; a folder of another machine is none."""
    if not folder.is_dir():
        return
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644 if everybody else 0o600)
    folder.chmod(0o755 if everybody else 0o700)


def record(
    connection: psycopg.Connection, *, actor: str, action: str, number: int, details: Mapping[str, object]
) -> None:
    """Log an action on a publication, with the heads of the other chains of the audit log."""
    others = (stream for stream in audit.STREAMS if stream != audit.PUBLICATIONS)
    heads = {stream: audit.head(connection, stream) for stream in others}
    audit.append(
        connection,
        stream=audit.PUBLICATIONS,
        actor=actor,
        action=action,
        about=f"publication {number}",
        details={**details, "heads": heads},
    )


def _publication_row(cursor: psycopg.Cursor[Any]) -> RowMaker[Publication]:
    names = [column.name for column in cursor.description or ()]

    def make(values: Sequence[Any]) -> Publication:
        columns: dict[str, Any] = dict(zip(names, values, strict=True))
        columns |= {name: tuple(columns[name]) for name in ("files", "not_usable", "statement_faults")}
        return Publication(**columns)

    return make
