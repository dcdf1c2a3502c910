"""Administrators at their pages: users made, granted, disabled, given passwords; never oneself."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest

from fundwatch import audit
from fundwatch.access import passwords
from portal.security.sessions import csrf_token_of
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

ACTS = ("grants", "grants/revoke", "disable", "enable", "password", "sessions/end")
SHOWN = re.compile(r'<code class="once">([^<]+)</code>')


@pytest.fixture
def admin(door: PortalCity, entrance: Browser) -> Callable[..., Browser]:
    """Return a function that gives the client of a new administrator of a division."""

    def client(division: str = CITY, *, name: str = "") -> Browser:
        user = add_user(door.warehouse, ("admin", division), name=name)
        return another(entrance).use(begin_session(door.warehouse, user))

    return client


def new_name() -> str:
    return f"n{secrets.token_hex(5)}"


def post(client: Browser, user: str, act: str):
    """Do an act on a user as its form does, with the token as a field."""
    chosen = {"role": "auditor", "division": COUNTIES[0]} if act.startswith("grants") else {}
    token = csrf_token_of(client.secret)
    return client.post(f"/admin/users/{user}/{act}", data={"csrf_token": token, **chosen})


def grants(door: PortalCity, user: str) -> list[tuple[str, str]]:
    with door.connect() as connection:
        return connection.execute(
            "select role, division from portal.grants where user_name = %s order by 1, 2", (user,)
        ).fetchall()


def state(door: PortalCity, user: str) -> tuple[bool, bool, str]:
    with door.connect() as connection:
        (row,) = connection.execute(
            "select is_disabled, must_change_password, password_hash from portal.users where name = %s",
            (user,),
        ).fetchall()
    return row


def entered(door: PortalCity, user: str) -> list[str]:
    with door.connect() as connection:
        return [
            entry.action
            for entry in audit.entries(connection, stream="users")
            if entry.object == f"user {user}"
        ]


def add(client: Browser, user: str, **fields: str):
    given = {"user": user, "display": "王芳", "role": "auditor", "division": COUNTIES[0], **fields}
    return client.post("/admin/users", data=given)


def test_new_user_has_a_first_grant_and_a_password_shown_once(
    door: PortalCity, admin: Callable[..., Browser], stranger: Browser
) -> None:
    client, user = admin(), new_name()
    answer = add(client, user)
    assert answer.status_code == 201
    (password,) = SHOWN.findall(answer.text)
    assert grants(door, user) == [("auditor", COUNTIES[0])]
    assert state(door, user)[1]
    assert passwords.is_right(password, state(door, user)[2])
    assert password not in client.get(f"/admin/users/{user}").text
    assert password not in client.get("/admin/users").text
    assert entered(door, user) == ["add", "grant"]
    signed_in = stranger.post("/api/v1/session", json={"user": user, "password": password})
    assert signed_in.status_code == 201


def test_user_who_cannot_be_granted_is_not_made(door: PortalCity, admin: Callable[..., Browser]) -> None:
    client, user = admin(), new_name()
    assert add(client, user, division="").status_code == 422
    assert add(client, user, division="999999").status_code == 422
    assert user not in client.get("/admin/users").text


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"user": "A"}, "user"),
        ({"user": "<script>"}, "user"),
        ({"display": "\x07"}, "display"),
        ({"role": "owner"}, "role"),
        ({"role": ""}, "role"),
        ({"division": "999999"}, "division"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_said_at_its_field(
    admin: Callable[..., Browser], fields: dict[str, str], where: str
) -> None:
    answer = add(admin(), **{"user": new_name(), **fields})
    assert answer.status_code == 422
    assert f'id="error-{where}"' in answer.text
    assert "<script>" not in answer.text
    assert "王芳" in answer.text or where == "display"


def test_name_that_is_taken_is_refused(admin: Callable[..., Browser]) -> None:
    client, user = admin(), new_name()
    assert add(client, user).status_code == 201
    assert add(client, user).status_code == 422


def test_grant_is_given_and_taken_back(door: PortalCity, admin: Callable[..., Browser]) -> None:
    client, user = admin(), add_user(door.warehouse)
    chosen = {"role": "supervisor", "division": COUNTIES[1]}
    answer = client.post(f"/admin/users/{user}/grants", data=chosen)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{user}?done=granted")
    assert grants(door, user) == [("supervisor", COUNTIES[1])]
    assert client.post(f"/admin/users/{user}/grants/revoke", data=chosen).status_code == 303
    assert grants(door, user) == []
    assert entered(door, user) == ["grant", "revoke"]


def test_disabled_user_is_out_at_once_and_comes_back(
    door: PortalCity, admin: Callable[..., Browser], entrance: Browser
) -> None:
    client, user = admin(), add_user(door.warehouse, ("engineer", CITY))
    theirs = another(entrance).use(begin_session(door.warehouse, user))
    assert theirs.get("/api/v1/me").status_code == 200
    assert post(client, user, "disable").status_code == 303
    assert theirs.get("/api/v1/me").status_code == 401
    assert post(client, user, "enable").status_code == 303
    assert not state(door, user)[0]


def test_one_time_password_replaces_the_old_and_ends_sessions(
    door: PortalCity, admin: Callable[..., Browser], entrance: Browser
) -> None:
    client, user = admin(), add_user(door.warehouse, ("engineer", CITY), password=PASSWORD)
    theirs = another(entrance).use(begin_session(door.warehouse, user))
    answer = post(client, user, "password")
    (password,) = SHOWN.findall(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    assert passwords.is_right(password, state(door, user)[2])
    assert theirs.get("/api/v1/me").status_code == 401


def test_sessions_of_a_user_are_ended(
    door: PortalCity, admin: Callable[..., Browser], entrance: Browser
) -> None:
    client, user = admin(), add_user(door.warehouse, ("engineer", CITY))
    theirs = another(entrance).use(begin_session(door.warehouse, user))
    assert post(client, user, "sessions/end").status_code == 303
    assert theirs.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("act", ACTS)
def test_nobody_changes_oneself(door: PortalCity, admin: Callable[..., Browser], act: str) -> None:
    name = new_name()
    client = admin(name=name)
    before = grants(door, name), state(door, name)
    answer = post(client, name, act)
    assert answer.status_code == 403
    assert (grants(door, name), state(door, name)) == before
    assert "<form" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_administrator_of_a_county_neither_adds_nor_sees_users_of_the_city(
    door: PortalCity, admin: Callable[..., Browser]
) -> None:
    user, new = add_user(door.warehouse, ("auditor", COUNTIES[0]), ("auditor", COUNTIES[1])), new_name()
    client, before = admin(COUNTIES[0]), (grants(door, user), state(door, user))
    assert user not in client.get("/admin/users").text
    assert add(client, new).status_code == 403
    assert client.get(f"/admin/users/{user}").status_code == 404
    assert [post(client, user, act).status_code for act in ACTS] == [404] * len(ACTS)
    assert (grants(door, user), state(door, user)) == before
    with door.connect() as connection:
        assert connection.execute("select from portal.users where name = %s", (new,)).fetchall() == []


@pytest.mark.parametrize("act", ["", *ACTS])
def test_users_are_not_there_for_other_roles(door: PortalCity, entrance: Browser, act: str) -> None:
    user = add_user(door.warehouse, ("auditor", COUNTIES[0]))
    engineer = add_user(door.warehouse, ("engineer", CITY))
    client = another(entrance).use(begin_session(door.warehouse, engineer))
    answer = post(client, user, act) if act else client.get(f"/admin/users/{user}")
    assert answer.status_code == 404
    assert client.post("/admin/users", data={"user": new_name()}).status_code == 404


def test_user_who_is_none_is_not_there(admin: Callable[..., Browser]) -> None:
    client = admin()
    assert client.get("/admin/users/nobody-of-us").status_code == 404
    assert post(client, "nobody-of-us", "password").status_code == 404


def test_forms_of_users_carry_the_token_of_the_session(
    door: PortalCity, admin: Callable[..., Browser]
) -> None:
    client, user = admin(), add_user(door.warehouse)
    del client.headers["x-csrf-token"]
    for token in ("", "0" * 64):
        answer = client.post(f"/admin/users/{user}/password", data={"csrf_token": token})
        assert answer.status_code == 403
    assert state(door, user)[2] is None
