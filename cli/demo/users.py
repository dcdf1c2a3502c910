"""The users of the demonstration: one of each role, two counties, the province; passwords in a file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from fundwatch.access import passwords
from fundwatch.actors import current_user
from fundwatch.acts import users
from fundwatch.database.warehouse import Warehouse
from fundwatch.host import write_private
from fundwatch.settings import Settings

_OF_THE_CITY = users.ROLES
_OF_COUNTIES = ("auditor", "supervisor")
_COUNTIES = 2
_TITLES = {
    "supervisor": "监管", "statistician": "统计", "auditor": "稽核", "engineer": "运维", "admin": "管理",
}  # fmt: skip


@dataclass(frozen=True)
class DemoUser:
    """A user to try the portal with; the password is random, and no default."""

    user: str
    password: str
    role: str
    division: str


def file_of(settings: Settings) -> Path:
    """Return the file with names and passwords, which only its owner reads."""
    return settings.home / "portal" / "demo-users.json"


def make(warehouse: Warehouse, settings: Settings) -> list[DemoUser]:
    """Make the users of the demonstration and note their passwords; return them.

    Again: users whose password is noted are left alone; others are given a new one.
    """
    noted = {entry["user"]: DemoUser(**entry) for entry in _noted(file_of(settings))}
    with warehouse.connect() as connection:
        there = {user.name for user in users.listed(connection)}
        made = [
            _user(connection, role, division, name=name, noted=noted, there=there)
            for role, division, name in _wanted(connection)
        ]
    file_of(settings).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file_of(settings), json.dumps([asdict(user) for user in made], indent=1))
    return made


def _wanted(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Return role, division and name of each user."""
    city = users.city(connection)
    rows = connection.execute(
        "select t.division, t.parent, t.level from portal.division_tree() as t where t.is_present"
        " order by t.division"
    ).fetchall()
    counties = [division for division, parent, _ in rows if parent == city][:_COUNTIES]
    provinces = [parent for division, parent, _ in rows if division == city and parent]
    return [
        *((role, city, role) for role in _OF_THE_CITY),
        *((role, county, f"{role}-{county}") for county in counties for role in _OF_COUNTIES),
        *(("supervisor", province, f"supervisor-{province}") for province in provinces),
    ]


def _user(
    connection: psycopg.Connection, role: str, division: str, *, name: str, noted: dict[str, DemoUser],
    there: set[str],
) -> DemoUser:  # fmt: skip
    if name in there and name in noted:
        return noted[name]
    password, actor = passwords.one_time(), current_user()
    if name in there:
        users.give_password_in(connection, user=name, password=password, name=actor)
    else:
        display = f"演示{_TITLES[role]}{division}"
        users.add_in(connection, user=name, display=display, password=password, name=actor)
    users.grant_in(connection, user=name, role=role, division=division, name=actor)
    return DemoUser(name, password, role, division)


def _noted(file: Path) -> list[dict[str, str]]:
    try:
        noted = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return []
    return noted if isinstance(noted, list) else []
