"""The audit log: append-only, chained, and a verifier that names the first bad row."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import psycopg
import pytest

from fundwatch import audit
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import AuditBroken
from tests.support import put_off_guards, run_fundwatch

STREAM = "exports"


@pytest.fixture
def log(warehouse: Warehouse) -> psycopg.Connection:
    """A connection to a log of four entries, on which the guards of the tables are off."""
    connection = warehouse.connect(autocommit=True)
    for number in range(1, 5):
        entry(connection, number)
    put_off_guards(connection)
    yield connection
    connection.close()


def entry(connection: psycopg.Connection, number: int) -> audit.Entry:
    return audit.append(
        connection, stream=STREAM, actor="李", action="export", about="2024-06", details={"n": number}
    )


def fault(connection: psycopg.Connection, *anchors: str) -> str:
    verdicts = {
        verdict.stream: verdict.fault for verdict in audit.verify(connection, anchors={STREAM: anchors})
    }
    return verdicts[STREAM]


@pytest.mark.parametrize("statement", ["update ops.audit set actor = 'x'", "delete from ops.audit",
                                       "truncate ops.audit", "delete from ops.audit_heads"])  # fmt: skip
def test_audit_log_refuses_every_change(warehouse: Warehouse, statement: str) -> None:
    with warehouse.connect(autocommit=True) as connection:
        entry(connection, 1)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            connection.execute(statement)


def test_audit_verify_finds_nothing_in_a_log_as_it_was_entered(log: psycopg.Connection) -> None:
    assert fault(log, audit.head(log, STREAM)) == ""
    assert audit.verify(log, anchors={})[0].entries == 4


@pytest.mark.parametrize("column", ["actor", "action", "object", "details", "previous_hash", "hash"])
def test_audit_verify_names_an_edited_entry(log: psycopg.Connection, column: str) -> None:
    log.execute(f"update ops.audit set {column} = {column} || ' ' where sequence = 2")
    assert fault(log).startswith("entry 2: ")


def test_audit_verify_names_an_entry_dated_back(log: psycopg.Connection) -> None:
    log.execute("update ops.audit set at = at - interval '1 day' where sequence = 3")
    assert fault(log) == "entry 3: it is not what was entered"


def test_audit_verify_names_the_entry_after_one_rewritten_with_a_hash_of_its_own(
    log: psycopg.Connection,
) -> None:
    held = audit.Entry(*log.execute("select * from ops.audit where sequence = 2").fetchone())
    rewritten = replace(held, details='{"n": 99}')
    log.execute(
        "update ops.audit set details = %s, hash = %s where sequence = 2",
        (rewritten.details, rewritten.digest()),
    )
    assert fault(log) == "entry 3: it does not follow the entry before it"


def test_audit_verify_names_the_gap_of_a_removed_entry(log: psycopg.Connection) -> None:
    log.execute("delete from ops.audit where sequence = 2")
    assert fault(log) == "entry 3: entry 2 is missing before it"


def test_audit_verify_names_entries_that_changed_places(log: psycopg.Connection) -> None:
    log.execute("update ops.audit set sequence = sequence + 100 where sequence in (2, 3)")
    log.execute("update ops.audit set sequence = 105 - sequence where sequence > 100")
    assert fault(log).startswith("entry 2: ")


def test_audit_verify_names_an_entry_slipped_in(log: psycopg.Connection) -> None:
    log.execute("update ops.audit set sequence = sequence + 1 where sequence = 4")
    log.execute("insert into ops.audit select stream, 4, at, actor, action, object, details, hash, 'made up'"
                " from ops.audit where sequence = 3")  # fmt: skip
    assert fault(log) == "entry 4: it is not what was entered"


def test_audit_verify_names_an_entry_added_behind_the_head(log: psycopg.Connection) -> None:
    last = audit.Entry(*log.execute("select * from ops.audit where sequence = 4").fetchone())
    forged = audit.Entry(STREAM, 5, last.at, "x", "x", "x", "{}", last.hash)
    log.execute(
        "insert into ops.audit values (%s, 5, %s, 'x', 'x', 'x', '{}', %s, %s)",
        (STREAM, last.at, last.hash, forged.digest()),
    )
    assert "the head names another last entry" in fault(log)


def test_audit_verify_exposes_a_cut_tail_by_its_anchor_alone(log: psycopg.Connection) -> None:
    anchor = audit.head(log, STREAM)
    log.execute("delete from ops.audit where sequence > 2")
    log.execute("update ops.audit_heads set (sequence, hash) ="
                " (select sequence, hash from ops.audit where sequence = 2)")  # fmt: skip
    assert fault(log) == ""
    assert fault(log, anchor) == "entry 3: the end is cut off, an anchor names entry 4"
    assert fault(log, anchor[:14]) == fault(log, anchor)


def test_audit_verify_exposes_a_tail_written_anew_by_its_anchor(log: psycopg.Connection) -> None:
    anchor = audit.head(log, STREAM)
    log.execute("delete from ops.audit where sequence = 4")
    log.execute("update ops.audit_heads set (sequence, hash) ="
                " (select sequence, hash from ops.audit where sequence = 3)")  # fmt: skip
    entry(log, 99)
    assert fault(log) == ""
    assert fault(log, anchor) == "entry 4: an anchor names another hash"


def test_audit_verify_uses_the_heads_that_another_stream_noted_down(log: psycopg.Connection) -> None:
    audit.append(log, stream="publications", actor="x", action="x", about="publication 1",
                 details={"heads": {STREAM: audit.head(log, STREAM)}})  # fmt: skip
    log.execute("delete from ops.audit where stream = %s", (STREAM,))
    log.execute("delete from ops.audit_heads where stream = %s", (STREAM,))
    faults = {verdict.stream: verdict.fault for verdict in audit.verify(log, anchors={})}
    assert faults == {STREAM: "entry 1: the end is cut off, an anchor names entry 4", "publications": ""}


@pytest.mark.parametrize("anchor", ["4", "4:abc", "x:0123456789", ""])
def test_audit_anchor_is_refused_when_it_is_none(log: psycopg.Connection, anchor: str) -> None:
    with pytest.raises(AuditBroken, match="number:hash"):
        fault(log, anchor)


def test_audit_entries_of_several_writers_have_no_gaps(warehouse: Warehouse) -> None:
    def write() -> None:
        with warehouse.connect() as connection:
            for number in range(10):
                entry(connection, number)
                connection.commit()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with warehouse.connect() as connection:
        assert audit.head(connection, STREAM).startswith("40:")
        assert fault(connection) == ""


def test_export_is_entered_and_verify_says_where_the_log_is_broken(warehouse: Warehouse, settings) -> None:
    run_fundwatch("export", "files", "--month", "2024-06", settings=settings)
    sound = run_fundwatch("audit", "verify", "--json", settings=settings)
    streams = {
        verdict["stream"]: (verdict["entries"], verdict["fault"]) for verdict in json.loads(sound.stdout)
    }
    assert streams["exports"] == (1, "")
    assert {fault for _, fault in streams.values()} == {""}
    with warehouse.connect() as connection:
        about, details = connection.execute("select object, details from ops.audit").fetchone()
        put_off_guards(connection)
        connection.execute("update ops.audit set actor = 'somebody else'")
    assert (about, json.loads(details)) == ("files 2024-06", {"format": "csv", "to": "stdout"})
    broken = run_fundwatch("audit", "verify", settings=settings, check=False)
    assert broken.returncode == AuditBroken.exit_code
    assert b"exports" in broken.stderr
    assert b"entry 1" in broken.stderr
