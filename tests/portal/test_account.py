"""The pages of signing in, of one's account and of signing out, as browsers send their forms."""

from __future__ import annotations

import html
import re

import pytest

from fundwatch.access import passwords
from fundwatch.acts import users
from portal.security.sessions import COOKIE, csrf_token_of, hash_of
from tests.portal.conftest import CITY, PASSWORD, Browser, PortalCity, add_user, another, begin_session

LOGIN_COOKIE = "__Host-fundwatch-login"
NEW = "a wholly other pass phrase"
_FIELD = re.compile(r'<input type="hidden" name="csrf_token" value="([^"]*)">')


def secret_in(answer) -> str:
    secret = re.search(f"{COOKIE}=([0-9a-f]{{64}});", ", ".join(answer.headers.get_list("set-cookie")))
    assert secret
    return secret[1]


def log_in(client: Browser, user: str, password: str = PASSWORD, *, follows: str = "/", token: str = ""):
    """Fetch the form and send it back, as a browser does."""
    form = client.get("/login")
    value = re.search(f"{LOGIN_COOKIE}=([0-9a-f]+);", form.headers["set-cookie"])
    given = _FIELD.search(form.text)
    assert value
    assert given
    fields = {"username": user, "password": password, "next": follows, "csrf_token": token or given[1]}
    return client.post("/login", data=fields, headers={"cookie": f"{LOGIN_COOKIE}={value[1]}"})


@pytest.fixture
def user(door: PortalCity) -> str:
    return add_user(door.warehouse, ("auditor", CITY), password=PASSWORD)


@pytest.fixture
def client(door: PortalCity, entrance: Browser, user: str) -> Browser:
    return another(entrance).use(begin_session(door.warehouse, user))


def test_form_signs_in_and_goes_on_to_where_one_came_from(
    entrance: Browser, stranger: Browser, user: str
) -> None:
    answer = log_in(stranger, user, follows="/account?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?lang=en")
    assert another(entrance).use(secret_in(answer)).get("/account").status_code == 200


@pytest.mark.parametrize(
    "away", ["//evil.example", "https://evil.example/", "/\\evil.example", "/logout", ""]
)
def test_form_goes_nowhere_but_to_a_page_of_ours(stranger: Browser, user: str, away: str) -> None:
    assert log_in(stranger, user, follows=away).headers["location"] == "/"


def test_form_that_fails_says_so_without_the_password_and_without_a_session(
    stranger: Browser, user: str
) -> None:
    answer = log_in(stranger, user, "wrong-but-mine-alone")
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text
    assert "wrong-but-mine-alone" not in answer.text
    assert f"{COOKIE}=" not in answer.headers["set-cookie"]


def test_form_of_another_browser_is_refused(stranger: Browser, user: str) -> None:
    assert log_in(stranger, user, token="0" * 64).status_code == 403


def test_signing_out_ends_the_session_and_what_the_browser_keeps(client: Browser) -> None:
    token = csrf_token_of(client.secret)
    del client.headers["x-csrf-token"]
    assert client.post("/logout", data={"csrf_token": "x"}).status_code == 403
    answer = client.post("/logout", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert client.get("/account").status_code == 303
    assert client.get("/logout").status_code == 405


def change(client: Browser, current: str, new: str, again: str = ""):
    return client.post("/account/password", data={"current": current, "new": new, "again": again or new})


def test_new_password_ends_every_session_and_begins_one(
    door: PortalCity, entrance: Browser, client: Browser, user: str, stranger: Browser
) -> None:
    other = another(entrance).use(begin_session(door.warehouse, user))
    answer = change(client, PASSWORD, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    assert [session.get("/account").status_code for session in (client, other)] == [303, 303]
    assert another(entrance).use(secret_in(answer)).get("/account").status_code == 200
    assert log_in(stranger, user).status_code == 401
    assert log_in(stranger, user, NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "field"),
    [
        ("wrong", NEW, NEW, "current"),
        (PASSWORD, NEW, NEW + "x", "again"),
        (PASSWORD, "short", "short", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
    ],
)
def test_password_that_is_not_taken_is_said_at_its_field(
    door: PortalCity, client: Browser, user: str, current: str, new: str, again: str, field: str
) -> None:
    answer = change(client, current, new, again)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert html.escape(new) not in answer.text
    with door.connect() as connection:
        row = connection.execute("select password_hash from portal.users where name = %s", (user,)).fetchone()
    assert row
    assert passwords.is_right(PASSWORD, row[0])


def test_one_time_password_leads_to_ones_account_and_nowhere_else(
    door: PortalCity, entrance: Browser, stranger: Browser
) -> None:
    user = add_user(door.warehouse, ("auditor", CITY))
    with door.connect() as connection:
        once = users.give_password_in(connection, user=user, name="t")
    answer = log_in(stranger, user, once, follows="/files")
    assert answer.headers["location"] == "/account"
    client = another(entrance).use(secret_in(answer))
    assert client.get("/").headers["location"] == "/account"
    assert client.get("/api/v1/me").status_code == 403
    assert client.get("/account").status_code == 200
    changed = change(client, once, NEW)
    assert another(entrance).use(secret_in(changed)).get("/api/v1/me").status_code == 200


def test_own_session_can_be_ended_and_anothers_not(
    door: PortalCity, entrance: Browser, client: Browser, user: str
) -> None:
    own, stranger = (
        another(entrance).use(begin_session(door.warehouse, name))
        for name in (user, add_user(door.warehouse, ("auditor", CITY)))
    )
    with door.connect() as connection:
        ids = dict(
            connection.execute(
                "select secret_sha256, session_id from portal.sessions where secret_sha256 = any(%s)",
                ([hash_of(own.secret), hash_of(stranger.secret)],),
            ).fetchall()
        )
    for session, status, after in ((own, 303, 401), (stranger, 404, 200)):
        session_id = ids[hash_of(session.secret)]
        assert client.post("/account/sessions/end", data={"session_id": session_id}).status_code == status
        assert session.get("/api/v1/me").status_code == after
    assert client.secret not in client.get("/account").text


def test_chosen_language_is_the_accounts(client: Browser) -> None:
    assert '<html lang="zh-CN">' in client.get("/account").text
    assert client.post("/account/language", data={"language": "fr"}).status_code == 422
    assert client.post("/account/language", data={"language": "en"}).status_code == 303
    assert '<html lang="en">' in client.get("/account").text


def test_page_is_shown_before_anything_is_published(client: Browser) -> None:
    answer = client.get("/account")
    assert answer.status_code == 200
    assert "masthead__site" not in answer.text
