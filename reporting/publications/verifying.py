"""Whether stored publications are what the audit log says: their parts, signers, files and guards."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from fundwatch import audit
from fundwatch.actors import is_same_person
from fundwatch.acts import publications
from fundwatch.host import file_sha256
from reporting.publications import store
from reporting.publications.parts import PARTS, SIGNED_PARTS, Part, hash_parts
from reporting.publications.reader_parts import READER_PARTS

_PREPARED = "publication prepared and rendered"
_REVIEWED, _APPROVED = "publication reviewed", "publication approved"
_EDITION = "signed edition written"
_PARTS = ("cells", "files", "scorecard", "cases", "rules", "failures", "content", *READER_PARTS)
_SIGNED = ("signatures", "signed_files")
# The views of readers as revisions wrote them: 0030 most, 0046 those of bases; 0033 places of rows at the end
# of three.
_REVISIONS = "fundwatch.database.migrations.versions"
_VIEWS: Mapping[str, str] = {
    **import_module(f"{_REVISIONS}.0030_published").VIEWS,
    **import_module(f"{_REVISIONS}.0046_published_bases").VIEWS,
}
_PLACED = ("issues", "draft_issues", "cases")
VIEWS: Mapping[str, str] = {
    name: query.replace(" from ops.", ", x.place from ops.") if name in _PLACED else query
    for name, query in _VIEWS.items()
}
# Guard -> hash of its source: a function replaced by one that lets everything pass guards nothing.
GUARDS = {
    "refuse_change": "d7b758fcad969c6b",
    "refuse_other_publication": "bb5e368e4fed978f",
    "refuse_late_signature": "0e5e755c5666f3f7",
    "refuse_late_part": "5c95a0d3398bd4e8",
    "refuse_ready_made_publication": "6d9e906161a89631",
    "refuse_signature_out_of_order": "d7b7e002141975ac",
    "refuse_signature_without_entry": "303cf99220e4d9cb",
    "refuse_other_parts": "4f04072995130d7c",
}
_TRIGGERS = """
    select concat(c.relname, '.', t.tgname, ' ', p.proname)
    from pg_trigger as t
    inner join pg_class as c on c.oid = t.tgrelid
    inner join pg_proc as p on p.oid = t.tgfoid
    where c.relnamespace = to_regnamespace('ops') and not t.tgisinternal and t.tgenabled = 'A'
"""
EXPECTED_TRIGGERS = frozenset(
    {
        "audit.append_only refuse_change", "audit_heads.kept refuse_change",
        "publications.kept refuse_change", "publications.only_signatures refuse_other_publication",
        "publications.begins_as_draft refuse_ready_made_publication",
        "publications.signed_in_order refuse_signature_out_of_order",
        "publications.signed_with_entry refuse_signature_without_entry",
        "publications.only_signatures_of_parts refuse_other_parts",
        *(f"publication_{part}.append_only refuse_change" for part in (*_PARTS, *_SIGNED)),
        *(f"publication_{part}.closed refuse_late_part" for part in _PARTS),
        *(f"publication_{part}.closed refuse_late_signature" for part in _SIGNED),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What was verified: how much of it, its hash, and what is wrong, empty when nothing is."""

    subject: str
    count: int
    sha256: str
    fault: str


def verify(connection: psycopg.Connection, home: Path) -> list[Finding]:
    """Verify every publication, its files on this machine, what readers see, and the guards of the tables.

    Shape:  one finding a publication or guarded thing, or one for each fault of it.
    Again:  the same; nothing is changed.
    """
    entries = _entries(connection)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = {
            row["number"]: row for row in cursor.execute("select * from ops.publications order by number")
        }
    current = _current(rows)
    findings = []
    for number in sorted(rows.keys() | entries.keys()):
        faults = list(_faults(connection, number, rows.get(number), entries.get(number, {}), current))
        row, folder = rows.get(number), publications.folder_of(home, number)
        hashes = store.hashes_of(connection, number)
        faults += _faults_on_disk(folder, hashes) if row else []
        findings += _findings(f"publication {number}", len(hashes), row["sha256"] if row else "", faults)
    findings += _findings("published", len(VIEWS), "", list(_redefined(connection)))
    return findings + _findings("guards", len(EXPECTED_TRIGGERS), "", list(_unguarded(connection)))


def _findings(subject: str, count: int, sha256: str, faults: list[str]) -> list[Finding]:
    return [Finding(subject, count, sha256, fault) for fault in faults or [""]]


Row = Mapping[str, Any]
Entered = tuple[str, dict[str, Any]]
Entries = Mapping[str, list[Entered]]


def _entries(connection: psycopg.Connection) -> Mapping[int, Entries]:
    """Return number -> action -> actor and details of each entry, in order."""
    entries: dict[int, dict[str, list[Entered]]] = defaultdict(lambda: defaultdict(list))
    rows = connection.execute(
        "select object, action, actor, details from ops.audit where stream = %s and action = any(%s)"
        " order by sequence",
        (audit.PUBLICATIONS, [_PREPARED, _REVIEWED, _APPROVED, _EDITION]),
    )
    for about, action, actor, details in rows.fetchall():
        number = about.removeprefix("publication ")
        if number.isdecimal():
            entries[int(number)][action].append((actor, json.loads(details)))
    return entries


def _current(rows: Mapping[int, Row]) -> dict[str, int]:
    """Return month -> the number that readers should see: the last one approved."""
    approved = [(row["month"], number) for number, row in rows.items() if row["state"] == "approved"]
    return dict(sorted(approved))


def _faults(
    connection: psycopg.Connection, number: int, row: Row | None, entries: Entries, current: Mapping[str, int]
) -> Iterator[str]:
    """Name what of a publication is not as it was entered."""
    prepared = entries.get(_PREPARED, [])
    if row is None:
        yield "it is gone, though it was entered"
        return
    if len(prepared) != 1:
        yield f"its preparation was entered {len(prepared)} times"
        return
    ((preparer, details),) = prepared
    entered = {"preparer": preparer, **details}
    for column, name, what in (
        ("preparer", "preparer", "preparer"), ("month", "month", "month"), ("sha256", "sha256", "hash"),
        ("replaces", "corrects", "predecessor"),
    ):  # fmt: skip
        if row[column] != entered.get(name):
            yield f"its {what} is not the one entered"
    if store.seal(row["content_sha256"], _files(connection, "files", number)) != row["sha256"]:
        yield "its content and files do not add up to its hash"
    yield from _faults_of_parts(connection, number, PARTS, details.get("parts") or {})
    yield from _faults_of_edition(connection, row, entries.get(_EDITION, []))
    yield from _faults_of_signatures(row, entries)
    if row["is_current"] != (current.get(row["month"]) == number):
        yield (
            "readers see it, or not, against its signatures" if row["is_current"] else "readers do not see it"
        )


def _faults_of_parts(
    connection: psycopg.Connection, number: int, of: Mapping[str, str], parts: Mapping[str, Part]
) -> Iterator[str]:
    """Name each part that is not what its entry says; publications of former versions have none in theirs."""
    parts_now = hash_parts(connection, number, of=of, like=parts)
    for name, part in parts.items():
        now = parts_now.get(name)
        if now != part:
            rows_now = "other columns" if now is None else f"{now['rows']} rows"
            yield f"its {name} is not what was prepared ({part['rows']} rows then, {rows_now} now)"


def _faults_of_edition(connection: psycopg.Connection, row: Row, entered: list[Entered]) -> Iterator[str]:
    """Name what of a publication's signed edition is not as it was entered."""
    number = row["number"]
    files = _files(connection, "signed_files", number)
    signatures = store.signatures_of(connection, number)
    if not entered and not files and not signatures:
        return
    if len(entered) != 1:
        yield f"its signed edition was entered {len(entered)} times"
        return
    ((_, details),) = entered
    if store.seal(row["content_sha256"], files) != details.get("sha256"):
        yield "its signed edition does not add up to its hash"
    yield from _faults_of_parts(connection, number, SIGNED_PARTS, details.get("parts") or {})


def _files(connection: psycopg.Connection, part: str, number: int) -> dict[str, str]:
    query = sql.SQL("select name, sha256 from ops.{} where number = %s").format(
        sql.Identifier(f"publication_{part}")
    )
    return dict(connection.execute(query, (number,)).fetchall())


def _faults_of_signatures(row: Row, entries: Entries) -> Iterator[str]:
    signed = {"reviewed": entries.get(_REVIEWED, []), "approved": entries.get(_APPROVED, [])}
    expected = "approved" if signed["approved"] else "reviewed" if signed["reviewed"] else "draft"
    if row["state"] != expected:
        yield f"it is {row['state']}, and {expected} by its entries"
    for action, person in (("reviewed", "reviewer"), ("approved", "approver")):
        entered = signed[action]
        if len(entered) > 1:
            yield f"it was {action} {len(entered)} times"
        actor, details = entered[0] if entered else (None, {})
        if row[person] != actor:
            yield f"its {person} is not the one entered"
        if details.get("sha256", row["sha256"]) != row["sha256"]:
            yield f"what was {action} is another content"
        stored = row[f"{action}_at"].timestamp() if row[f"{action}_at"] else None
        stated = audit.instant(details["signed_at"]) if "signed_at" in details else stored
        if stored != stated or (actor is None and stored is not None):
            yield f"the time it was {action} is not the one entered"
    people = [name for name in (row["preparer"], row["reviewer"], row["approver"]) if name]
    if any(is_same_person(signer, other) for place, signer in enumerate(people) for other in people[:place]):
        yield "the same person signed it twice"
    notes = [details.get("note") for signatures in signed.values() for _, details in signatures]
    if row["note"] != " / ".join(note for note in notes if note):
        yield "its note is not what the signers wrote"


def _faults_on_disk(folder: Path, hashes: Mapping[str, str]) -> list[str]:
    """Name each file of a publication that is missing, altered or slipped in on this machine."""
    if hashes and not folder.is_dir():
        return [f"its files are not in {folder}"]
    faults = []
    for name, sha256 in sorted(hashes.items()):
        held = file_sha256(folder / name)
        if held != sha256:
            faults.append(f"its file {name} is {'altered' if held else 'missing'} on disk")
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return faults + [f"a file {name} lies among its files" for name in sorted(lying - hashes.keys())]


def _redefined(connection: psycopg.Connection) -> Iterator[str]:
    """Name each view of readers that does not show the publications as they are stored."""
    for name, query in VIEWS.items():
        ((view,),) = connection.execute("select to_regclass(%s)", (f"published.{name}",))
        if view is None:
            yield f"the view {name} is gone"
        elif not _shows(connection, name, query):
            yield f"the view {name} was redefined"


def _shows(connection: psycopg.Connection, name: str, query: str) -> bool:
    """Whether a view has the definition that the server gives a view of our text."""
    view = sql.Identifier("pg_temp", f"published_{name}")
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create temporary view {} as {}").format(view, sql.SQL(query)))
    except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        return False
    ((ours,), (theirs,)) = connection.execute(
        "select pg_get_viewdef(to_regclass(one)) from unnest(%s::text[]) with ordinality as v (one, place)"
        " order by place",
        ([f"pg_temp.published_{name}", f"published.{name}"],),
    ).fetchall()
    connection.execute(sql.SQL("drop view {}").format(view))
    return bool(ours == theirs)


def _unguarded(connection: psycopg.Connection) -> Iterator[str]:
    """Name each trigger that is gone or put off, and each function that is another one."""
    present = {name for (name,) in connection.execute(_TRIGGERS)}
    for name in sorted(EXPECTED_TRIGGERS - present):
        yield f"the trigger {name.partition(' ')[0]} is gone or put off"
    sources = connection.execute(
        "select proname::text, prosrc from pg_proc where pronamespace = to_regnamespace('ops')"
    )
    held = {name: hash_of(source) for name, source in sources.fetchall()}
    for name, known in GUARDS.items():
        if held.get(name) != known:
            yield f"the function {name} is another one"


def hash_of(source: str) -> str:
    """Return the short hash of a function's source."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]
