"""Publications as they are stored: numbered, never changed but for who signed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from fundwatch import audit
from fundwatch.errors import NotFound
from reporting.snapshot.content import Content
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow


@dataclass(frozen=True)
class Publication:
    """One numbered publication; ``files`` are the names of what was rendered, in order.

    ``replaces`` is the publication this one corrects, with ``changed_cells`` cells listed in its changes.csv.
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
    files: tuple[str, ...] = ()
    folder: str | None = None
    changed_cells: int | None = None

    def counts(self) -> dict[str, int | str]:
        """Return what a person wants to see in one glance."""
        shown = {
            "number": self.number,
            "month": self.month,
            "state": self.state,
            "files": len(self.files),
            "prepared_by": self.preparer,
        }
        optional = {
            "reviewed_by": self.reviewer,
            "approved_by": self.approver,
            "corrects": self.replaces,
            "cells changed": self.changed_cells,
            "not usable": ", ".join(self.not_usable),
            "sha256": self.sha256,
            "folder": self.folder,
        }
        return shown | {name: value for name, value in optional.items() if value not in (None, "")}


_READ = """
    select number, month, state, as_of, content_sha256, sha256, audit_head, not_usable, preparer, reviewer,
        approver, replaces, is_current,
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


def current_number(connection: psycopg.Connection, month: str, *, lock: bool = False) -> int | None:
    """Return the number readers see for a month; with ``lock`` it stays so until the transaction ends."""
    query = "select number from ops.publications where month = %s and is_current"
    found = connection.execute(query + (" for update" if lock else ""), (month,)).fetchone()
    return found[0] if found else None


def next_number(connection: psycopg.Connection) -> int:
    """Return the number the next publication gets; numbers run over all months."""
    return connection.execute("select coalesce(max(number), 0) + 1 from ops.publications").fetchone()[0]


def folder_of(home: Path, number: int) -> Path:
    """Return where the files of a publication lie."""
    return home / "reports" / str(number)


def hashes_of(connection: psycopg.Connection, number: int) -> dict[str, str]:
    """Return name -> SHA-256 of a publication's files."""
    rows = connection.execute("select name, sha256 from ops.publication_files where number = %s", (number,))
    return dict(rows.fetchall())


def sealed(content_sha256: str, files: Mapping[str, str]) -> str:
    """Return the hash of a publication: of its content, and of each of its files."""
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
    audit_head: str = "",
    replaces: int | None = None,
    replay: Sequence[Mapping] = (),
) -> None:
    """Write a new draft: the publication, all it holds, and name -> SHA-256 of its files."""
    _insert(
        connection,
        "publications",
        {
            "number": number, "month": content.month, "state": "draft", "content_sha256": content.sha256,
            "sha256": sealed(content.sha256, files), "code_version": content.code_version,
            "site_version": content.site_version, "as_of": as_of,
            "batches": json.dumps(dataclasses.asdict(content.batches)),
            "not_usable": list(content.not_usable), "preparer": preparer, "replaces": replaces,
            "audit_head": audit_head, "replay": json.dumps(list(replay)),
        },
    )  # fmt: skip
    whole = {"number": number}
    _insert(connection, "publication_cells", *(whole | dataclasses.asdict(cell) for cell in content.cells))
    _insert(connection, "publication_scorecard", *(whole | _columns(row) for row in content.scorecard))
    _insert(connection, "publication_rules", *(whole | _columns(row) for row in content.rule_results))
    _insert(connection, "publication_failures", *(whole | _columns(row) for row in content.failing_rows))
    _insert(connection, "publication_cases", *(whole | dataclasses.asdict(case) for case in content.cases))
    listed = sorted(files.items())
    _insert(
        connection,
        "publication_files",
        *(whole | {"name": name, "sha256": sha256} for name, sha256 in listed),
    )


def record(
    connection: psycopg.Connection, *, actor: str, action: str, number: int, details: Mapping[str, object]
) -> None:
    """Enter who did what to a publication; the entry notes the heads of the other chains down."""
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


def _from_row(**columns: object) -> Publication:
    columns["files"] = tuple(columns["files"])
    columns["not_usable"] = tuple(columns["not_usable"])
    return Publication(**columns)
