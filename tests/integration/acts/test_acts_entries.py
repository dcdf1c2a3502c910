"""The log of acts: the database chains entries as Python does, and nothing is done that it cannot enter."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import psycopg
import pytest

from fundwatch import audit
from fundwatch.acts import cases, comments, signoff, waivers
from fundwatch.acts.case_steps import Act
from fundwatch.errors import AuditUnavailable
from tests.integration.acts.office import CANARY, CANARY_NAME, CITY, NORTH, Office

HOSTILE = (
    "", "plain", '"', "\\", "\\\"\\", "a\nb\r\tc\b\f", "".join(map(chr, range(1, 32))), "\x7f", "\u0085",
    "\u2028\u2029", "𠀀𠮷😀", "é e\u0301", "王  小明", "<b>&amp;</b>", "%s %(x)s :y $1 $$", "x" * 100_000,
    "\ufeff\u200b\u202e", "\uffff\U0010ffff", "null", "{\"a\": [1]}", "/", "'; drop table ops.audit; --",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_an_entry_of_the_database_has_the_hash_that_python_computes(office: Office, text: str) -> None:
    details = json.dumps({"note": text}, ensure_ascii=False, sort_keys=True)
    with office.warehouse.connect() as connection:
        for given in (details, text):
            sequence, at, previous, digest = connection.execute(
                "select sequence, at, previous_hash, hash from ops.enter('comments', %s, %s, %s, %s)",
                (text, f"act {text}", text, given),
            ).fetchone()
            entry = audit.Entry("comments", sequence, at, text, f"act {text}", text, given, previous, digest)
            assert entry.digest() == digest
        connection.rollback()


def test_entries_of_the_database_and_of_python_are_one_chain(office: Office) -> None:
    with office.warehouse.connect() as connection:
        for turn in range(6):
            if turn % 2:
                connection.execute("select ops.enter('users', 'A', 'b', 'c', '{}')")
            else:
                audit.append(
                    connection, stream="users", actor="A", action="b", about="c", details={"n": turn}
                )
        (verdict,) = [v for v in audit.verify(connection, anchors={}) if v.stream == "users"]
    assert (verdict.entries, verdict.fault) == (6, "")


def _acts(office: Office):
    case, issue, number = office.case(NORTH), office.issue(NORTH), office.draft()
    return {
        ("auditor", "cases"): lambda c: cases.record_in(c, case=case, act=Act("dispatched"), after=0),
        ("auditor", "comments"): lambda c: comments.comment_in(c, about=f"cases/{case}", text="seen"),
        ("supervisor", "waivers"): lambda c: waivers.waive_in(
            c, issue=issue, reason="why", until=date(2024, 12, 31)
        ),
        ("statistician", "publications"): lambda c: signoff.review_in(c, number=number),
    }


WRITTEN = (
    "select count(*) from ops.case_events union all select count(*) from portal.comments union all"
    " select count(*) from quality.waivers union all"
    " select count(*) from ops.publications where state <> 'draft' union all select count(*) from ops.audit"
)


def test_nothing_is_done_while_the_log_cannot_be_written(office: Office) -> None:
    secrets = {role: office.sign_in(role, CITY) for role in ("auditor", "supervisor", "statistician")}
    acts = _acts(office)
    before = office.rows(WRITTEN)
    assert len(acts) == 4
    with office.unwritable_log():
        for (role, _), act in acts.items():
            with pytest.raises(AuditUnavailable), office.acts(secrets[role]) as connection:
                act(connection)
    assert office.rows(WRITTEN) == before
    for (role, _), act in acts.items():
        with office.acts(secrets[role]) as connection:
            act(connection)
    assert [now - then for (now,), (then,) in zip(office.rows(WRITTEN), before, strict=True)] == [
        1, 1, 1, 1, 4,
    ]  # fmt: skip


def test_each_act_is_entered_under_the_users_name_and_holds_no_personal_value(office: Office) -> None:
    secrets = {
        role: office.sign_in(role, CITY, name=f"{role}-zhang", display=CANARY_NAME)
        for role in ("auditor", "supervisor", "statistician")
    }
    acts = _acts(office)
    heads = dict.fromkeys(audit.STREAMS, 0) | dict(
        office.rows("select stream, sequence from ops.audit_heads")
    )
    for (role, _), act in acts.items():
        with office.acts(secrets[role]) as connection:
            act(connection)
    with office.warehouse.connect() as connection:
        entered = [entry for entry in audit.entries(connection) if entry.sequence > heads[entry.stream]]
    assert {(entry.actor.partition("-")[0], entry.stream) for entry in entered} == set(acts)
    text = json.dumps([vars(entry) for entry in entered], default=str, ensure_ascii=False)
    assert CANARY not in text
    assert CANARY_NAME not in text
    with office.warehouse.connect() as connection:
        assert [v.fault for v in audit.verify(connection, anchors={}) if v.fault] == []


def test_an_entry_names_the_request_it_was_made_in(office: Office) -> None:
    case, secret = office.case(NORTH), office.sign_in("auditor", NORTH)
    for seen, (request, stated) in enumerate([("0197-aB", "0197-aB"), ("' or 1", None)]):
        act = Act("dispatched") if seen == 0 else Act("verified", finding="dead", note="seen")
        with office.acts(secret) as connection:
            connection.execute("select set_config('fundwatch.request', %s, true)", (request,))
            cases.record_in(connection, case=case, act=act, after=seen)
        assert office.rows(
            "select details::json ->> 'request' from ops.audit where object = %s order by sequence desc"
            " limit 1", f"case {case}",
        ) == [(stated,)]  # fmt: skip


def test_an_entry_stands_with_its_act_or_neither_does(office: Office) -> None:
    case, secret = office.case(NORTH), office.sign_in("auditor", NORTH)
    before = office.rows(WRITTEN)
    with suppress(ZeroDivisionError), office.acts(secret) as connection:
        cases.record_in(connection, case=case, act=Act("dispatched"), after=0)
        raise ZeroDivisionError
    assert office.rows(WRITTEN) == before


def test_nobody_of_the_portal_writes_entries_of_others(office: Office) -> None:
    for key in ("acts", "portal", "signin"):
        for statement in (
            "select portal.enter('cases', 'somebody', 'a', 'b', '{}')",
            "select ops.enter('cases', 'somebody', 'a', 'b', '{}')",
            "select ops.record_case_event('X', 'c', 0, 'dispatched', null, null, null, null, null, '')",
        ):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                office.acts(office.sign_in("admin", CITY), key=key) as connection,
            ):
                connection.execute(statement)
