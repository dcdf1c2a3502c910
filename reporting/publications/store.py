"""Stored publications: numbered, and immutable but for their signatures."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date

import psycopg
from psycopg import sql

from reporting.imprint import Signature
from reporting.publications.parts import PARTS
from reporting.publications.reader_parts import store_reader_parts, stored_with
from reporting.snapshot.cases import places_of_cases
from reporting.snapshot.content import Content
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow
from reporting.snapshot.stored import store_content


def next_number(connection: psycopg.Connection) -> int:
    """Return the number of the next publication; one sequence serves all months."""
    ((number,),) = connection.execute("select coalesce(max(number), 0) + 1 from ops.publications")
    return int(number)


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
            {"number": number, "place": place, "name": signature.name, "day": signature.day}
            for place, signature in enumerate(signatures, 1)
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
    """Store a new draft: publication, content, name -> SHA-256 of its files, what readers see beside."""
    parts = stored_with(connection)
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
            "replay": json.dumps(list(replay)), "parts": parts,
        },
    )  # fmt: skip
    store_content(connection, number, content)
    key: dict[str, object] = {"number": number}
    _insert(connection, "publication_cells", *(key | dataclasses.asdict(cell) for cell in content.cells))
    _insert(connection, "publication_scorecard", *(key | _columns(row) for row in content.scorecard))
    _insert(connection, "publication_rules", *(key | _columns(row) for row in content.rule_results))
    _insert(connection, "publication_failures", *(key | _columns(row) for row in content.failing_rows))
    places = places_of_cases(connection, content.month) if content.cases else {}
    cases = (dataclasses.asdict(case) | {"place": places.get(case.case_id)} for case in content.cases)
    _insert(connection, "publication_cases", *(key | case for case in cases))
    _insert(
        connection,
        "publication_files",
        *(key | {"name": name, "sha256": sha256} for name, sha256 in sorted(files.items())),
    )
    store_reader_parts(
        connection, number, month=content.month, site_version=content.site_version, parts=parts
    )
    # The planner takes a number that is new to a table for one row until then, and readers join on it.
    for table in PARTS.values():
        connection.execute(sql.SQL("analyze ops.{}").format(sql.Identifier(table)))


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
