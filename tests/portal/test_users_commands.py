"""Users at the machine: the commands, and the users of the demonstration."""

from __future__ import annotations

import json
import secrets

import pytest

from cli.demo import users as demo
from fundwatch import audit
from fundwatch.access import passwords
from fundwatch.acts import users
from fundwatch.errors import NotFound, NotPermitted
from portal.database import Pools, acting
from tests.portal.conftest import CITY, COUNTIES, PROVINCE, Browser, PortalCity, add_user, begin_session
from tests.support import run_fundwatch

PASSWORD = "typed at the machine"  # noqa: S105 - of users that tests make


def run(door: PortalCity, *arguments: str, check: bool = True):
    return run_fundwatch("users", *arguments, settings=door.settings, check=check)


def told(door: PortalCity, *arguments: str):
    return json.loads(run(door, *arguments, "--json").stdout)


def row_of(door: PortalCity, user: str):
    with door.connect() as connection:
        return next(row for row in users.listed(connection) if row.name == user)


def test_user_is_made_granted_disabled_and_given_a_password_at_the_machine(door: PortalCity) -> None:
    user = f"n{secrets.token_hex(5)}"
    shown = told(door, "add", user, "--role", "auditor")
    once = shown["one-time password"]
    with door.connect() as connection:
        row = connection.execute(
            "select password_hash, must_change_password, password_expires_at - now() from portal.users"
            " where name = %s",
            (user,),
        ).fetchone()
    assert row
    assert passwords.is_right(once, row[0])
    assert row[1]
    assert 23.9 < row[2].total_seconds() / 3600 <= 24
    run(door, "grant", user, "--role", "supervisor", "--division", COUNTIES[0])
    assert {tuple(grant) for grant in row_of(door, user).grants} == {
        ("auditor", CITY), ("supervisor", COUNTIES[0])
    }  # fmt: skip
    run(door, "revoke", user, "--role", "auditor", "--division", CITY)
    assert [tuple(grant) for grant in row_of(door, user).grants] == [("supervisor", COUNTIES[0])]
    begin_session(door.warehouse, user)
    run(door, "disable", user)
    assert (row_of(door, user).state, row_of(door, user).sessions) == ("disabled", 0)
    run(door, "enable", user)
    assert told(door, "passwd", user)["one-time password"] != once
    begin_session(door.warehouse, user)
    assert len(told(door, "sessions", user)) == 1
    assert told(door, "sessions", user, "--end")["ended"] == 1
    with door.connect() as connection:
        made = [
            entry for entry in audit.entries(connection, stream="users") if entry.object == f"user {user}"
        ]
    assert [entry.action for entry in made] == [
        "add", "grant", "grant", "revoke", "disable", "enable", "password", "end sessions"
    ]  # fmt: skip
    assert once not in str(made)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "Upper", "--role", "auditor"),
        ("add", "fine", "--role", "owner"),
        ("add", "fine", "--role", "auditor", "--division", "999999"),
        ("grant", "nobody-of-this-name", "--role", "auditor"),
        ("passwd", "nobody-of-this-name"),
        ("sessions", "nobody-of-this-name"),
    ],
)
def test_what_cannot_be_is_refused_and_makes_nobody(door: PortalCity, arguments: tuple[str, ...]) -> None:
    done = run(door, *arguments, check=False)
    assert done.returncode
    assert b"Traceback" not in done.stderr
    with door.connect() as connection:
        assert not {"Upper", "upper", "fine"} & {row.name for row in users.listed(connection)}


def acted(door: PortalCity, secret: str, act, **values):
    """Do an act as the session's user, as the portal does."""
    with Pools(door.urls) as pools, acting(pools, secret, request_id="r") as connection:
        return act(connection, **values)


def test_database_judges_whom_an_administrator_changes(door: PortalCity) -> None:
    county, other = COUNTIES
    admin = add_user(door.warehouse, ("admin", county))
    secret = begin_session(door.warehouse, admin)
    own, elsewhere = add_user(door.warehouse, ("auditor", county)), add_user(door.warehouse)
    with door.connect() as connection:
        for division in (county, other):
            users.grant_in(connection, user=elsewhere, role="auditor", division=division, name="t")
    acted(door, secret, users.disable_in, user=own, is_disabled=True)
    for user in (admin, elsewhere):
        for act, values in (
            (users.disable_in, {"is_disabled": True}), (users.give_password_in, {}),
            (users.end_sessions_in, {}), (users.grant_in, {"role": "auditor", "division": county}),
            (users.revoke_in, {"role": "auditor", "division": county}),
        ):  # fmt: skip
            with pytest.raises(NotPermitted):
                acted(door, secret, act, user=user, **values)
    for division in (other, CITY):
        with pytest.raises(NotPermitted):
            acted(door, secret, users.grant_in, user=own, role="auditor", division=division)
    no_admin = begin_session(door.warehouse, add_user(door.warehouse, ("supervisor", CITY)))
    with pytest.raises(NotFound):
        acted(door, no_admin, users.disable_in, user=own, is_disabled=False)
    with pytest.raises(NotPermitted):
        acted(door, "0" * 64, users.disable_in, user=own, is_disabled=False)
    assert row_of(door, own).state == "disabled"


def test_demonstration_has_its_users_with_random_passwords_in_a_private_file(
    door: PortalCity, stranger: Browser
) -> None:
    made = demo.make(door.warehouse, door.settings)
    file = demo.file_of(door.settings)
    assert file == door.settings.home / "portal" / "demo-users.json"
    assert file.stat().st_mode & 0o777 == 0o600
    noted = json.loads(file.read_text())
    assert [set(account) for account in noted] == [{"user", "password", "role", "division"}] * len(made)
    granted = [(account["role"], account["division"]) for account in noted]
    of_city = [(role, CITY) for role in ("supervisor", "statistician", "auditor", "engineer", "admin")]
    assert set(of_city) | {("supervisor", PROVINCE)} <= set(granted)
    counties = {division for _, division in granted} - {CITY, PROVINCE}
    assert len(counties) == 2
    assert {(role, county) for role in ("auditor", "supervisor") for county in counties} <= set(granted)
    assert len(granted) == 10
    assert len({account["password"] for account in noted}) == 10
    assert demo.make(door.warehouse, door.settings) == made
    user = noted[0]
    answer = stranger.post("/api/v1/session", json={"user": user["user"], "password": user["password"]})
    assert answer.status_code == 201
    assert answer.json()["grants"] == [{"role": user["role"], "division": user["division"]}]
