"""Stored publications: numbered, and immutable but for their signatures."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import RowMaker

from fundwatch import audit
from fundwatch.errors import NotFound
from reporting.imprint import Signature
from reporting.snapshot.content import Content
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow
from reporting.snapshot.stored import store_content


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
            "statements not in order": ", ".join(self.statement_faults),
            "sha256": self.sha256,
            "folder": self.folder,
            "newer, waiting": ", ".join(map(str, self.newer_waiting)),
        }
        return shown | {name: value for name, value in optional.items() if value is not None and value != ""}


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


def next_number(connection: psycopg.Connection) -> int:
    """Return the number of the next publication; one sequence serves all months."""
    ((number,),) = connection.execute("select coalesce(max(number), 0) + 1 from ops.publications")
    return int(number)


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


def hashes_of(connection: psycopg.Connection, number: int) -> dict[str, str]:
    """Return name -> SHA-256 of a publication's files: of the signed edition where there is one."""
    signed = connection.execute(
        "select name, sha256 from ops.publication_signed_files where number = %s", (number,)
    )
    drafted = connection.execute(
        "select name, sha256 from ops.publication_files where number = %s", (number,)
    )
    return dict(signed.fetchall() or drafted.fetchall())


def signatures_of(connection: psycopg.Connection, number: int) -> tuple[Signature, ...]:
    """Return the signatures printed in the signed edition: preparer, reviewer, approver; none of a draft."""
    rows = connection.execute(
        "select name, day from ops.publication_signatures where number = %s order by place", (number,)
    )
    return tuple(Signature(*row) for row in rows)


def store_signatures(connection: psycopg.Connection, number: int, signatures: Sequence[Signature]) -> None:
    """Store the signatures as the signed edition prints them."""
    _insert(
        connection,
        "publication_signatures",
        *(
            {"number": number, "place": place, "name": one.name, "day": one.day}
            for place, one in enumerate(signatures, 1)
        ),
    )


def store_signed_files(connection: psycopg.Connection, number: int, files: Mapping[str, str]) -> None:
    """Store name -> SHA-256 of the signed edition's files."""
    rows = ({"number": number, "name": name, "sha256": sha256} for name, sha256 in sorted(files.items()))
    _insert(connection, "publication_signed_files", *rows)


def seal(content_sha256: str, files: Mapping[str, str]) -> str:
    """Return the hash of a publication: over its content hash and the hash of each of its files."""
    text = json.dumps([content_sha256, sorted(files.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def store(
    connection: psycopg.Connection,
    *,
    number: int,
    content: Content,
    as_of: date,
    preparer: str,
    files: Mapping[str, str],
    preparer_display: str = "",
    audit_head: str = "",
    replaces: int | None = None,
    replay: Sequence[Mapping[str, str]] = (),
) -> None:
    """Store a new draft: the publication, its content, and name -> SHA-256 of its files."""
    _insert(
        connection,
        "publications",
        {
            "number": number, "month": content.month, "state": "draft", "content_sha256": content.sha256,
            "sha256": seal(content.sha256, files), "code_version": content.code_version,
            "site_version": content.site_version, "as_of": as_of,
            "batches": json.dumps(dataclasses.asdict(content.batches)),
            "not_usable": list(content.not_usable), "preparer": preparer,
            "statement_faults": list(content.statement_faults),
            "preparer_display": preparer_display, "replaces": replaces, "audit_head": audit_head,
            "replay": json.dumps(list(replay)),
        },
    )  # fmt: skip
    store_content(connection, number, content)
    key: dict[str, object] = {"number": number}
    _insert(connection, "publication_cells", *(key | dataclasses.asdict(cell) for cell in content.cells))
    _insert(connection, "publication_scorecard", *(key | _columns(row) for row in content.scorecard))
    _insert(connection, "publication_rules", *(key | _columns(row) for row in content.rule_results))
    _insert(connection, "publication_failures", *(key | _columns(row) for row in content.failing_rows))
    _insert(connection, "publication_cases", *(key | dataclasses.asdict(case) for case in content.cases))
    _insert(
        connection,
        "publication_files",
        *(key | {"name": name, "sha256": sha256} for name, sha256 in sorted(files.items())),
    )


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


def _columns(row: ScorecardRow | RuleResult | FailingRow) -> dict[str, object]:
    values = dataclasses.asdict(row)
    return values | {"table_name": values.pop("table")}


def _insert(connection: psycopg.Connection, table: str, *rows: Mapping[str, object]) -> None:
    """Insert rows of the same columns."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "table"]
    statement = sql.SQL("insert into ops.{} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _publication_row(cursor: psycopg.Cursor[Any]) -> RowMaker[Publication]:
    names = [column.name for column in cursor.description or ()]

    def make(values: Sequence[Any]) -> Publication:
        columns: dict[str, Any] = dict(zip(names, values, strict=True))
        columns |= {name: tuple(columns[name]) for name in ("files", "not_usable", "statement_faults")}
        return Publication(**columns)

    return make
