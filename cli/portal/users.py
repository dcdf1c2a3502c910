"""``fundwatch users``: who may sign in to the portal, as what; the first administrator comes from here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo

import psycopg
import typer

from cli.output import JsonOption, show_pairs, show_rows
from fundwatch.actors import current_user
from fundwatch.acts import users
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import UsageWrong
from fundwatch.settings import Settings
from fundwatch.site import load_site

app = typer.Typer(
    help="Users of the portal: roles, passwords, sessions.", no_args_is_help=True, rich_markup_mode=None
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name the user signs in with.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(users.ROLES)}.")]
Division = Annotated[
    str | None, typer.Option("--division", help="Its code; it covers all below. Default: the city's.")
]
Stdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin, instead of making one.")
]


@app.command()
def add(
    name: Name,
    role: Role,
    division: Division = None,
    display: Annotated[str, typer.Option(help="The name that is shown and printed.")] = "",
    password_stdin: Stdin = False,
    json: JsonOption = False,
) -> None:
    """Make a user with a role, and print a one-time password for the first sign-in, good for 24 hours."""
    password = _typed(password_stdin)
    with _warehouse() as connection:
        place = _division(connection, division)
        shown = users.add_in(connection, user=name, display=display, password=password, name=current_user())
        users.grant_in(connection, user=name, role=role, division=place, name=current_user())
    _show_password(name, shown, {"role": role, "division": place}, as_json=json)


@app.command()
def grant(name: Name, role: Role, division: Division = None) -> None:
    """Grant a user a role for a division and all below it."""
    with _warehouse() as connection:
        place = _division(connection, division)
        users.grant_in(connection, user=name, role=role, division=place, name=current_user())


@app.command()
def revoke(name: Name, role: Role, division: Division = None) -> None:
    """Take a grant back; it counts no more from the user's next request."""
    with _warehouse() as connection:
        place = _division(connection, division)
        users.revoke_in(connection, user=name, role=role, division=place, name=current_user())


@app.command("list")
def list_users(json: JsonOption = False) -> None:
    """List the users with their grants, states and live sessions."""
    with _warehouse() as connection:
        gone = users.divisions_gone(connection)
        rows = [
            (
                user.name, user.display, user.state,
                ", ".join(
                    f"{role} {place}{' (covers nothing)' if place in gone else ''}"
                    for role, place in user.grants
                ),
                user.sessions,
                user.oidc_subject or "",
            )
            for user in users.listed(connection)
        ]  # fmt: skip
    show_rows("users", ("name", "display", "state", "grants", "sessions", "subject"), rows, as_json=json)


@app.command()
def disable(name: Name) -> None:
    """Let a user sign in no more; every session of the user ends at once."""
    with _warehouse() as connection:
        users.disable_in(connection, user=name, is_disabled=True, name=current_user())


@app.command()
def enable(name: Name) -> None:
    """Let a disabled user sign in again."""
    with _warehouse() as connection:
        users.disable_in(connection, user=name, is_disabled=False, name=current_user())


@app.command()
def passwd(name: Name, password_stdin: Stdin = False, json: JsonOption = False) -> None:
    """Give a user a new password and end all sessions; print a one-time password, good for 24 hours."""
    password = _typed(password_stdin)
    with _warehouse() as connection:
        shown = users.give_password_in(connection, user=name, password=password, name=current_user())
    _show_password(name, shown, {}, as_json=json)


@app.command()
def bind(
    name: Name,
    subject: Annotated[str, typer.Option(help="What the provider calls the user (sub). Empty: none.")],
) -> None:
    """Bind a user to a subject of the identity provider."""
    with _warehouse() as connection:
        users.bind_in(connection, user=name, subject=subject, name=current_user())


@app.command()
def sessions(
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="End all of them.")] = False,
    json: JsonOption = False,
) -> None:
    """List the live sessions of a user, or end them."""
    with _warehouse() as connection:
        if end:
            ended = users.end_sessions_in(connection, user=name, name=current_user())
            show_pairs("sessions", {"ended": ended}, as_json=json)
            return
        listed = users.sessions_of(connection, user=name)
    zone = ZoneInfo(Settings.read().timezone)
    rows = [
        (session.session_id, *(f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in
         (session.started_at, session.idle_until, session.ends_at)), session.address)
        for session in listed
    ]  # fmt: skip
    show_rows("sessions", ("session", "started", "idle until", "ends", "address"), rows, as_json=json)


@contextmanager
def _warehouse() -> Iterator[psycopg.Connection]:
    """Give a transaction on the warehouse, whose site is the one configured."""
    settings = Settings.read()
    warehouse = open_warehouse(settings)
    load_site(warehouse, settings)
    # An act commits where no transaction is open; a command does all of it or nothing.
    with warehouse.connect() as connection, connection.transaction():
        yield connection


def _division(connection: psycopg.Connection, division: str | None) -> str:
    return division or users.city(connection)


def _typed(is_asked: bool) -> str:
    """Return the first line of stdin where a password is to be read from it.

    Raises: UsageWrong (it is empty).
    """
    if not is_asked:
        return ""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise UsageWrong("stdin holds no password", next_step="Write it as the first line of stdin")
    return password


def _show_password(name: str, password: str, granted: dict[str, str], *, as_json: bool) -> None:
    shown = {"one-time password": password} if password else {}
    show_pairs("user", {"user": name, **granted, **shown}, as_json=as_json)
