"""What is refused is entered: once a minute with its count, without a value; nobody waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from fundwatch import audit
from fundwatch.acts import entries
from portal.security.denials import Denials
from tests.portal.conftest import CITY, Browser, PortalCity, add_user, another, begin_session

VALUE = "110101199003070134"


@pytest.fixture
def engineer(door: PortalCity) -> str:
    """A user who reads no cases."""
    return add_user(door.warehouse, ("engineer", CITY))


@pytest.fixture
def client(door: PortalCity, entrance: Browser, engineer: str) -> Browser:
    """A client with a session of the engineer."""
    return another(entrance).use(begin_session(door.warehouse, engineer))


@pytest.fixture(autouse=True)
def _none_from_before(door: PortalCity, entrance: Browser) -> None:
    _denials(entrance).settle()
    with door.connect() as connection:
        connection.execute("delete from portal.denials")


def _state(client: Browser) -> Any:
    app: Any = client.app
    return app.state


def _denials(client: Browser) -> Denials:
    denials: Denials = _state(client).denials
    return denials


def _entered(door: PortalCity, client: Browser) -> list[tuple[str, str, str, int]]:
    """End the minute; return what is then entered of it: actor, action, object, count."""
    _denials(client).settle()
    with door.connect() as connection:
        last = max((entry.sequence for entry in audit.entries(connection, stream="denials")), default=0)
        connection.execute("update portal.denials set minute = minute - interval '1 minute'")
    with door.warehouse.connect() as connection:
        entries.flush_denials(connection)
        made = [entry for entry in audit.entries(connection, stream="denials") if entry.sequence > last]
        verdict = next(
            stream for stream in audit.verify(connection, anchors={}) if stream.stream == "denials"
        )
    assert verdict.fault == ""
    assert VALUE not in str(made)
    return sorted((entry.actor, entry.action, entry.object, int(entry.values["times"])) for entry in made)


def test_equal_refusals_of_a_minute_are_one_entry_with_their_count(
    door: PortalCity, client: Browser, engineer: str
) -> None:
    for _ in range(3):
        assert client.get(f"/api/v1/cases/{VALUE}").status_code == 404
    assert client.get("/api/v1/cases").status_code == 404
    assert client.get(f"/cases/{VALUE}").status_code == 404
    client.headers["x-csrf-token"] = "f" * 64
    assert client.delete("/api/v1/session").status_code == 403
    assert _entered(door, client) == [
        (engineer, "csrf", "/api/v1/session", 1),
        (engineer, "not-found", "/api/v1/cases", 1),
        (engineer, "not-found", "/api/v1/cases/{case_id}", 3),
        (engineer, "not-found", "/cases/{case_id}", 1),
    ]


def test_foreign_form_is_entered_as_nobodys(door: PortalCity, stranger: Browser) -> None:
    foreign = {"origin": "http://evil.example"}
    assert stranger.post("/login", data={"username": VALUE}, headers=foreign).status_code == 403
    assert stranger.post("/login", data={"username": VALUE, "password": "x", "next": "/"}).status_code == 403
    assert _entered(door, stranger) == [("nobody", "csrf", "/login", 2)]


def test_what_is_no_denial_is_not_entered(door: PortalCity, client: Browser, stranger: Browser) -> None:
    answers = [
        stranger.get("/api/v1/cases"), stranger.get(f"/none/{VALUE}"), client.get(f"/none/{VALUE}"),
        client.get("/api/v1/me?x=1"), stranger.get("/static/0/none"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [401, 404, 404, 422, 404]
    assert _entered(door, client) == []


def test_refusal_is_answered_while_nothing_can_be_entered_and_entered_later(
    door: PortalCity, client: Browser, engineer: str
) -> None:
    shut = {"ops.audit": "alter table ops.audit {} closed", "denials": "alter table portal.denials {} closed"}
    with door.connect() as connection:
        for statement in shut.values():
            connection.execute(statement.format("add constraint") + " check (false) not valid")
    try:
        assert client.get("/api/v1/cases").status_code == 404
        assert client.get("/api/v1/cases").status_code == 404
        _denials(client).settle()
    finally:
        with door.connect() as connection:
            for statement in shut.values():
                connection.execute(statement.format("drop constraint"))
    assert client.get("/api/v1/cases").status_code == 404
    assert _entered(door, client) == [(engineer, "not-found", "/api/v1/cases", 3)]


def test_denials_sign_ins_and_pools_are_told_to_prometheus(client: Browser, stranger: Browser) -> None:
    metrics = _state(client).metrics
    refused, failed = metrics.denials.labels("not-found"), metrics.sign_ins.labels("failed")
    before = refused._value.get(), failed._value.get()
    client.get("/api/v1/cases")
    stranger.post("/api/v1/session", json={"user": "nobody-at-all", "password": "x"})
    assert (refused._value.get() - before[0], failed._value.get() - before[1]) == (1, 1)
    _denials(client).settle()
    assert _state(client).pools.state().keys() == {"reading", "acts", "signin"}
