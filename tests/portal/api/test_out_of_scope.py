"""No route tells of an object out of scope: its answer is that for one that does not exist, to the byte."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg import sql

from tests.portal.conftest import (
    COUNTIES,
    MONTH,
    Browser,
    PortalCity,
    add_user,
    another,
    begin_session,
    served,
)  # fmt: skip

OWN, OTHER = COUNTIES
# Behind which address everybody finds the same.
OF_ALL = {"/static/{content_hash}/{name}", "/open/{name}"}
# Object -> roles that read it in their own county, and what is absent in its place.
READERS = {
    "case_id": (("auditor",), "f" * 24), "issue_id": (("auditor", "supervisor"), "f" * 24),
    "file_id": (("engineer",), "f" * 64), "number": (("supervisor", "statistician"), "999999"),
    "division": (("supervisor", "engineer"), "999999"), "user": (("admin",), "nobody-of-us"),
    "form": (("statistician",), "R99"), "unit_id": (("auditor", "supervisor"), "nobody"),
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "events": {"to": "dispatched", "after": 0}, "reveal": {"reason": "r"}, "lift": {"reason": "r"},
    "waiver": {"until": "2024-12-31", "reason": "r"}, "review": {"note": "n"}, "approve": {"note": "n"},
    "comments": {"text": "t"}, "grants": {"role": "auditor", "division": OWN},
    "revoke": {"role": "auditor", "division": OTHER},
}  # fmt: skip
# The server tells of each statement it executes, those of functions and expressions too.
TELLING = {
    "session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0",
    "auto_explain.log_nested_statements": "on", "auto_explain.log_level": "notice",
}  # fmt: skip
_STATEMENT = re.compile(r"Query Text: (.*?)\n(?:Query Parameters: [^\n]*\n)?[^\n]*\(cost=", re.DOTALL)
_TRIES = 3
_MOMENT = re.compile(rb"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")


def routes_of(client: Browser) -> list[tuple[str, str, str]]:
    """Method, path and the object of every route that names one."""
    return [
        (method, route.path, next(iter(route.param_convertors)))
        for route in client.app.routes
        if isinstance(route, APIRoute) and route.param_convertors and route.path not in OF_ALL
        for method in route.methods
    ]


@pytest.fixture(scope="module")
def foreign(portal_city: PortalCity) -> dict[str, str]:
    """One object of each kind that is not the county's."""
    with portal_city.connect() as connection:

        def one(query: str, **values: object) -> str:
            ((found,),) = connection.execute(query, values).fetchall()
            return str(found)

        of_publications = (
            "select min(p.{0}) from ops.publication_{1} as p inner join ops.publications as c"
            " on c.number = p.number and c.is_current where p.division = %(of)s"
        )
        return {
            "case_id": one(of_publications.format("case_id", "cases"), of=OTHER),
            "issue_id": one(of_publications.format("issue_id", "issues"), of=OTHER),
            "unit_id": one(of_publications.format("unit_id", "base_units"), of=OTHER),
            "file_id": one("select min(file_id) from ops.files where division = %(of)s", of=OTHER),
            "number": one("select number from ops.publications where is_current and month = %(m)s", m=MONTH),
            "name": one(
                "select min(f.name) from ops.publication_signed_files as f inner join ops.publications as p"
                " on p.number = f.number and p.is_current and p.month = %(m)s",
                m=MONTH,
            ),
            "division": OTHER, "table": "AC43", "form": "R5",
            "user": add_user(portal_city.warehouse, ("auditor", OTHER)),
        }  # fmt: skip


def told(client: Browser, method: str, path: str, objects: dict[str, str]) -> tuple[Any, ...]:
    """What a route answers, without what differs between any two answers, and without the address."""
    address = re.sub(r"{(\w+)(:path)?}", lambda found: objects[found[1]], path)
    options: dict[str, Any] = {}
    if method == "POST":
        body = BODIES.get(path.rpartition("/")[2], {})
        options = {"json": body} if path.startswith("/api/") else {"data": body}
        options["headers"] = {} if body or "/api/" in path else {
            "content-type": "application/x-www-form-urlencoded"
        }  # fmt: skip
    answer = client.request(method, address, **options)
    content = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
    content = content.replace(address.encode(), b"")
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("x-request-id", "content-length")
    }
    return answer.status_code, headers, _MOMENT.sub(b"", content)


@pytest.fixture
def executed(portal_city: PortalCity) -> Iterator[list[str]]:
    """What the server executes for requests on connections made meanwhile, in order."""
    statements: list[str] = []
    connect = psycopg.Connection.connect

    def note(told: psycopg.errors.Diagnostic) -> None:
        # Refusals are counted beside the request.
        if threading.current_thread().name != "denials":
            statements.extend(_STATEMENT.findall(told.message_primary or ""))

    def heard(*where: Any, **how: Any) -> psycopg.Connection:
        connection = connect(*where, **how)
        connection.add_notice_handler(note)
        return connection

    with portal_city.connect() as connection:
        database = sql.Identifier(connection.info.dbname)
        for name, value in TELLING.items():
            connection.execute(
                sql.SQL("alter database {} set {} = {}").format(database, sql.SQL(name), sql.Literal(value))
            )
    try:
        with mock.patch.object(psycopg.Connection, "connect", heard):
            yield statements
    finally:
        with portal_city.connect() as connection:
            for name in TELLING:
                connection.execute(sql.SQL("alter database {} reset {}").format(database, sql.SQL(name)))


def every_answer(
    sign_in: Callable[..., Browser], foreign: dict[str, str]
) -> Iterator[tuple[tuple[str, str, str], tuple[Any, ...], tuple[Any, ...]]]:
    """Route and role; the answer about an object out of scope, and about one that does not exist."""
    clients: dict[str, Browser] = {}
    for role in {role for roles, _ in READERS.values() for role in roles}:
        clients[role] = sign_in(role, OWN)
    for method, path, kind in routes_of(clients["auditor"]):
        roles, absent = READERS[kind]
        for role in roles:
            yield (
                (role, method, path),
                told(clients[role], method, path, foreign),
                told(clients[role], method, path, {**foreign, kind: absent}),
            )


def test_every_answer_about_a_foreign_object_is_that_about_none(
    sign_in: Callable[..., Browser], foreign: dict[str, str]
) -> None:
    answers = list(every_answer(sign_in, foreign))
    assert len(answers) > 40
    assert [route for route, answer, _ in answers if answer[0] != 404] == []
    assert [route for route, answer, absent in answers if answer != absent] == []


def test_a_refusal_takes_the_same_statements_whether_the_object_exists_or_not(
    portal_city: PortalCity, who: Callable[..., str], foreign: dict[str, str], executed: list[str]
) -> None:
    def statements_of(client: Browser, method: str, path: str, objects: dict[str, str]) -> list[str]:
        executed.clear()
        told(client, method, path, objects)
        return list(executed)

    differing, counted = [], 0
    for portal in served(portal_city):
        for method, path, kind in routes_of(portal):
            # Which forms there are is the same everywhere.
            if kind == "form":
                continue
            roles, absent = READERS[kind]
            for role in roles:
                client = another(portal).use(begin_session(portal_city.warehouse, who(role, OWN)))
                none = {**foreign, kind: absent}
                # A session is touched, and what is kept for a while is read, now and then.
                for _ in range(_TRIES):
                    of_foreign, of_none = (
                        statements_of(client, method, path, objects) for objects in (foreign, none)
                    )
                    if of_foreign == of_none:
                        break
                else:
                    differing.append((role, method, path))
                counted += len(of_none)
    assert counted > 1000
    assert differing == []
