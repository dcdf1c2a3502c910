"""Signing in and out: what begins a session, what ends it, and what nobody learns from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from fundwatch import audit
from fundwatch.access import passwords
from fundwatch.acts import users
from portal.security.sessions import COOKIE, hash_of
from tests.portal.conftest import (
    CITY,
    COUNTIES,
    PASSWORD,
    Browser,
    PortalCity,
    add_user,
    another,
    begin_session,
)

OTHER = "a wholly other pass phrase"


def sign_in(client: Browser, user: str, password: str = PASSWORD):
    return client.post("/api/v1/session", json={"user": user, "password": password})


def secret_of(answer) -> str:
    secret = re.search(f"{COOKIE}=([0-9a-f]{{64}});", answer.headers["set-cookie"])
    assert secret
    return secret[1]


def entries(door: PortalCity, user: str) -> list[str]:
    """Return what was entered of a user's signing in, oldest first."""
    with door.connect() as connection:
        return [entry.action for entry in audit.entries(connection, stream="signins", actor=user)]


@pytest.fixture(scope="module")
def somebody(door: PortalCity) -> str:
    """An auditor of the city with a password."""
    return add_user(door.warehouse, ("auditor", CITY), password=PASSWORD)


@pytest.fixture(autouse=True)
def _no_failures(door: PortalCity) -> Iterator[None]:
    """Let no test lock the next one out."""
    yield
    with door.connect() as connection:
        connection.execute("delete from portal.sign_in_failures")


def test_session_begins_with_the_right_password_and_ends_with_signing_out(
    door: PortalCity, stranger: Browser, somebody: str
) -> None:
    begun = sign_in(stranger, somebody)
    assert begun.status_code == 201
    parts = {part.strip() for part in begun.headers["set-cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= parts
    stranger.use(secret_of(begun))
    shown = stranger.get("/api/v1/me").json()
    assert shown == begun.json()
    assert shown["grants"] == [{"role": "auditor", "division": CITY}]
    ended = stranger.delete("/api/v1/session")
    assert (ended.status_code, ended.headers["clear-site-data"]) == (204, '"cache", "cookies", "storage"')
    assert stranger.get("/api/v1/me").status_code == 401
    assert entries(door, somebody) == ["in", "out"]


def test_database_keeps_the_hash_of_the_secret_alone(
    door: PortalCity, stranger: Browser, somebody: str
) -> None:
    secret = secret_of(sign_in(stranger, somebody))
    with door.connect() as connection:
        row = connection.execute(
            "select to_jsonb(s)::text from portal.sessions as s where secret_sha256 = %s", (hash_of(secret),)
        ).fetchone()
    assert row
    assert secret not in row[0]


def test_whoever_is_not_let_in_learns_nothing_of_why(
    door: PortalCity, stranger: Browser, somebody: str
) -> None:
    disabled = add_user(door.warehouse, password=PASSWORD)
    expired = add_user(door.warehouse, password=PASSWORD)
    with door.connect() as connection:
        users.disable_in(connection, user=disabled, is_disabled=True, name="t")
        connection.execute(
            "update portal.users set password_expires_at = now() - interval '1 s' where name = %s", (expired,)
        )
    answers = [
        sign_in(stranger, user, password)
        for user, password in (
            ("nobody-of-this-name", PASSWORD), (somebody, "wrong"), (disabled, PASSWORD), (expired, PASSWORD),
            ("'; drop table users", PASSWORD),
        )
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {401}
    problems = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(answer == problems[0] for answer in problems)
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_unknown_name_costs_as_many_hashes_as_a_known_one(
    stranger: Browser, somebody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[bool] = []

    def is_right(password: str, stored: str | None) -> bool:
        hashed.append(stored is None)
        return False

    monkeypatch.setattr(passwords, "is_right", is_right)
    sign_in(stranger, "nobody-of-this-name")
    sign_in(stranger, somebody)
    assert hashed == [True, False]


@pytest.mark.parametrize("name", ["somebody", "nobody"])
def test_fifth_failure_locks_a_name_for_its_address(
    door: PortalCity, stranger: Browser, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda password, stored: password == PASSWORD and bool(stored))
    user = add_user(door.warehouse, password=PASSWORD) if name == "somebody" else "nobody-of-this-name"
    assert [sign_in(stranger, user, "wrong").status_code for _ in range(5)] == [401] * 5
    locked = sign_in(stranger, user)
    assert locked.status_code == 429
    assert 880 <= int(locked.headers["retry-after"]) <= 900
    with door.connect() as connection:
        connection.execute("update portal.sign_in_failures set at = at - interval '15 minutes 1 second'")
    assert sign_in(stranger, user).status_code == (201 if name == "somebody" else 401)
    if name == "somebody":
        assert entries(door, user) == ["failed"] * 5 + ["locked", "in"]


def test_session_guesses_no_more_passwords_than_the_form_of_signing_in(
    door: PortalCity, entrance: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds a session open does not find out the password by changing it."""
    monkeypatch.setattr(passwords, "is_right", lambda password, stored: password == PASSWORD and bool(stored))
    user = add_user(door.warehouse, ("auditor", CITY), password=PASSWORD)
    client = another(entrance).use(begin_session(door.warehouse, user))

    def change(current: str) -> int:
        fields = {"current": current, "new": OTHER, "again": OTHER}
        return client.post("/account/password", data=fields).status_code

    assert [change("wrong") for _ in range(5)] == [422] * 5
    assert [change(PASSWORD), sign_in(another(entrance), user).status_code] == [429, 429]
    assert entries(door, user) == ["failed"] * 5 + ["locked"] * 2


@pytest.mark.parametrize(("most", "column"), [(50, "name_sha256"), (30, "address")])
def test_many_failures_lock_a_name_for_all_addresses_and_an_address_for_all_names(
    door: PortalCity, stranger: Browser, somebody: str, most: int, column: str
) -> None:
    varied = {
        "name_sha256": "sha256(convert_to(%(user)s, 'UTF8')), i::text",
        "address": "sha256(convert_to(i::text, 'UTF8')), 'unknown'",
    }
    insert = (
        "insert into portal.sign_in_failures (name_sha256, address, at)"
        f" select {varied[column]}, now() - interval '20 minutes' from generate_series(1, %(count)s) as s (i)"
    )
    with door.connect() as connection:
        connection.execute(insert, {"user": somebody, "count": most - 1})
    assert sign_in(stranger, somebody).status_code == 201
    with door.connect() as connection:
        connection.execute("delete from portal.sign_in_failures")
        connection.execute(insert, {"user": somebody, "count": most})
    locked = sign_in(stranger, somebody)
    assert locked.status_code == 429
    assert 2300 <= int(locked.headers["retry-after"]) <= 2400


def test_session_ends_when_it_is_idle_and_after_its_hours_in_all(
    door: PortalCity, entrance: Browser, somebody: str
) -> None:
    for column in ("idle_until", "ends_at"):
        client = another(entrance).use(begin_session(door.warehouse, somebody))
        assert client.get("/api/v1/me").status_code == 200
        with door.connect() as connection:
            connection.execute(
                f"update portal.sessions set {column} = now() - interval '1 second' where secret_sha256 = %s",
                (hash_of(client.secret),),
            )
        assert client.get("/api/v1/me").status_code == 401


def test_request_lets_the_idle_time_begin_anew_but_not_the_whole(
    door: PortalCity, entrance: Browser, somebody: str
) -> None:
    client = another(entrance).use(begin_session(door.warehouse, somebody))
    set_ends = (
        "update portal.sessions set idle_until = now() + interval '1 minute', ends_at = now() + interval '{}'"
        " where secret_sha256 = %s"
    )
    left = "select idle_until - now() from portal.sessions where secret_sha256 = %s"
    for whole, minutes in (("3 hours", 30), ("10 minutes", 10)):
        with door.connect() as connection:
            connection.execute(set_ends.format(whole), (hash_of(client.secret),))
        assert client.get("/api/v1/me").status_code == 200
        with door.connect() as connection:
            row = connection.execute(left, (hash_of(client.secret),)).fetchone()
        assert row
        assert minutes - 1 < row[0].total_seconds() / 60 <= minutes


def test_sixth_session_of_a_user_ends_the_oldest(
    door: PortalCity, entrance: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda _, stored: bool(stored))
    user = add_user(door.warehouse, password=PASSWORD)
    clients = [another(entrance).use(secret_of(sign_in(another(entrance), user))) for _ in range(6)]
    assert [client.get("/api/v1/me").status_code for client in clients] == [401] + [200] * 5


@pytest.mark.parametrize("what", ["disabled", "password", "sessions"])
def test_sessions_end_at_once_when_their_user_is_disabled_or_given_a_password(
    door: PortalCity, entrance: Browser, what: str
) -> None:
    user = add_user(door.warehouse, ("auditor", CITY))
    client = another(entrance).use(begin_session(door.warehouse, user))
    assert client.get("/api/v1/me").status_code == 200
    with door.connect() as connection:
        if what == "disabled":
            users.disable_in(connection, user=user, is_disabled=True, name="t")
        elif what == "password":
            users.give_password_in(connection, user=user, name="t")
        else:
            users.end_sessions_in(connection, user=user, name="t")
    assert client.get("/api/v1/me").status_code == 401


def test_changed_grant_counts_from_the_next_request(door: PortalCity, entrance: Browser) -> None:
    user = add_user(door.warehouse, ("auditor", CITY))
    client = another(entrance).use(begin_session(door.warehouse, user))
    assert client.get("/api/v1/me").json()["grants"] == [{"role": "auditor", "division": CITY}]
    with door.connect() as connection:
        users.revoke_in(connection, user=user, role="auditor", division=CITY, name="t")
        users.grant_in(connection, user=user, role="engineer", division=COUNTIES[0], name="t")
    assert client.get("/api/v1/me").json()["grants"] == [{"role": "engineer", "division": COUNTIES[0]}]


def test_unsafe_request_without_the_token_of_its_session_is_refused(
    door: PortalCity, entrance: Browser, somebody: str
) -> None:
    client = another(entrance).use(begin_session(door.warehouse, somebody))
    foreign = another(entrance).use(begin_session(door.warehouse, somebody)).headers["x-csrf-token"]
    for token in ("", "x", foreign):
        client.headers["x-csrf-token"] = token
        answer = client.delete("/api/v1/session")
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/csrf")
    assert client.get("/api/v1/me").status_code == 200


def test_sign_in_is_entered_without_a_name_that_is_nobodys(door: PortalCity, stranger: Browser) -> None:
    typed = "my-password-in-the-wrong-field"
    sign_in(stranger, typed)
    with door.connect() as connection:
        last = audit.entries(connection, stream="signins", last=1)[0]
        verdict = next(v for v in audit.verify(connection, anchors={}) if v.stream == "signins")
    assert (last.actor, last.action, last.object) == ("unknown", "failed", "nobody")
    assert typed not in json.dumps(last.__dict__, default=str)
    assert verdict.fault == ""


def test_nobody_signs_in_while_the_audit_log_cannot_be_written(
    door: PortalCity, stranger: Browser, somebody: str
) -> None:
    with door.connect() as connection:
        connection.execute("alter table ops.audit add constraint closed check (false) not valid")
    try:
        answer = sign_in(stranger, somebody)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
        assert answer.headers["retry-after"]
        assert "set-cookie" not in answer.headers
    finally:
        with door.connect() as connection:
            connection.execute("alter table ops.audit drop constraint closed")
    assert sign_in(stranger, somebody).status_code == 201
