"""Which divisions a session may see: grants, roles and the site, judged by the database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from fundwatch.access import roles
from fundwatch.database.warehouse import Warehouse
from tests.integration.access.people import reading, seen, sign_in

DIVISIONS = (
    ("v1", "P", "province", None), ("v1", "C", "city", "P"), ("v1", "C1", "county", "C"),
    ("v1", "C2", "county", "C"), ("v1", "GONE", "county", "C"),
    ("v2", "P", "province", None), ("v2", "C", "city", "P"), ("v2", "C1", "county", "C"),
    ("v2", "C2", "county", "C"),
)  # fmt: skip


@pytest.fixture
def portal(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """A connection of the role that reads, to a site whose county GONE left with its second version."""
    with warehouse.connect() as connection:
        connection.execute(
            "insert into site.versions (site_version, loaded_at) values ('v1', now() - interval '1 day'),"
            " ('v2', now())"
        )
        for place, (version, division, level, parent) in enumerate(DIVISIONS):
            connection.execute(
                "insert into site.divisions (_site_version, division, level, parent, _row)"
                " values (%s, %s, %s, %s, %s)",
                (version, division, level, parent, place),
            )
    with reading(warehouse) as connection:
        yield connection


def scope(portal: psycopg.Connection, secret: str | None, relation: str) -> set[str]:
    """Return the divisions a session may see of a relation."""
    return {division for (division,) in seen(portal, secret, "select portal.scope(%s)", relation)}


CITY = {"C", "C1", "C2", "GONE"}


@pytest.mark.parametrize(
    ("grants", "relation", "seen"),
    [
        ([("auditor", "C1")], "cases", {"C1"}),
        ([("auditor", "C")], "cases", CITY),
        ([("auditor", "P")], "cases", {"P", *CITY}),
        ([("auditor", "GONE")], "cases", set()),
        ([("auditor", "NEVER")], "cases", set()),
        ([("supervisor", "C")], "cases", set()),
        ([("supervisor", "C1")], "publications", set()),
        ([("supervisor", "C")], "publications", CITY),
        ([("supervisor", "P"), ("auditor", "C2")], "cases", {"C2"}),
        ([("statistician", "C1"), ("admin", "C")], "figures", {"C1"}),
        ([("supervisor", "C1"), ("auditor", "C2")], "issues", {"C1", "C2"}),
        ([("admin", "P")], "figures", set()),
        ([("engineer", "C")], "scorecard", CITY),
        ([], "figures", set()),
    ],
)
def test_a_grant_covers_its_division_and_all_below_for_what_its_role_reads(
    warehouse: Warehouse, portal: psycopg.Connection, grants: list, relation: str, seen: set[str]
) -> None:
    assert scope(portal, sign_in(warehouse, *grants), relation) == seen


@pytest.mark.parametrize(
    "secret",
    [None, "", "0" * 64, "f" * 63, "F" * 64, "' or true", "zz" * 32, "\u0660" * 64],
)
def test_a_session_that_is_none_sees_nothing(
    warehouse: Warehouse, portal: psycopg.Connection, secret: str | None
) -> None:
    sign_in(warehouse, ("auditor", "P"))
    assert scope(portal, secret, "cases") == set()


@pytest.mark.parametrize(
    "change",
    [
        "update portal.sessions set ended_at = now()",
        "update portal.sessions set idle_until = now() - interval '1 second'",
        "update portal.sessions set ends_at = now() - interval '1 second'",
        "update portal.users set is_disabled = true",
        "update portal.users set must_change_password = true",
        "delete from portal.grants",
    ],
)
def test_a_session_that_ended_sees_nothing_from_the_next_statement(
    warehouse: Warehouse, portal: psycopg.Connection, change: str
) -> None:
    secret = sign_in(warehouse, ("auditor", "P"))
    assert scope(portal, secret, "cases")
    with warehouse.connect() as connection:
        connection.execute(change)
    assert scope(portal, secret, "cases") == set()


def test_a_row_without_division_is_the_citys(warehouse: Warehouse, portal: psycopg.Connection) -> None:
    for division, is_seen in (("C1", False), ("C", True), ("P", True)):
        with portal.transaction():
            secret = sign_in(warehouse, ("auditor", division))
            portal.execute("select set_config('fundwatch.session', %s, true)", (secret,))
            assert portal.execute("select portal.may('cases', null)").fetchone() == (is_seen,)


@pytest.mark.parametrize(
    ("grants", "hidden"),
    [
        ([("auditor", "P")], []), ([("auditor", "C")], ["P"]), ([("auditor", "C1"), ("auditor", "C2")], None),
        ([("auditor", "C1")], None), ([("supervisor", "P")], None), ([], None),
    ],
)  # fmt: skip
def test_whoever_covers_the_city_is_compared_with_what_is_hidden_alone(
    warehouse: Warehouse, portal: psycopg.Connection, grants: list, hidden: list[str] | None
) -> None:
    secret = sign_in(warehouse, *grants)
    assert seen(portal, secret, "select portal.hidden_divisions('cases')") == [(hidden,)]


def test_secret_goes_with_its_transaction(warehouse: Warehouse, portal: psycopg.Connection) -> None:
    secret = sign_in(warehouse, ("auditor", "P"))
    assert scope(portal, secret, "cases")
    assert scope(portal, None, "cases") == set()


def test_roles_of_the_portal_own_nothing_and_stand_above_nothing(warehouse: Warehouse) -> None:
    names = warehouse.portal_roles
    assert set(names) == {"portal", "acts", "signin", "owner"}
    with warehouse.connect() as connection:
        attributes = dict(
            connection.execute(
                "select rolname, array[rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
                " rolreplication] from pg_roles where rolname = any(%s)",
                (list(names.values()),),
            ).fetchall()
        )
        assert attributes == {
            name: [key != "owner", False, False, False, False, False] for key, name in names.items()
        }
        member_of = connection.execute(
            "select 1 from pg_auth_members inner join pg_roles as r on r.oid = member"
            " where rolname = any(%s)",
            (list(names.values()),),
        ).fetchall()
        assert member_of == []
        owners = connection.execute(
            "select distinct pg_get_userbyid(relowner) from pg_class"
            " where relnamespace = 'portal'::regnamespace"
            " union select distinct pg_get_userbyid(proowner) from pg_proc"
            " where pronamespace = 'portal'::regnamespace"
        ).fetchall()
        assert owners == [(names["owner"],)]


def test_a_right_too_much_is_taken_back_by_the_next_start(warehouse: Warehouse) -> None:
    with warehouse.connect(autocommit=True) as connection:
        assert roles.established(connection) == warehouse.portal_roles
        for excess in (
            "grant select on ops.files to {portal}",
            "grant select (name) on ops.files to {acts}",
            "grant execute on function portal.visitor() to public",
            "revoke usage on schema portal from {signin}",
        ):
            connection.execute(excess.format(**warehouse.portal_roles))
            assert roles.established(connection) == {}
            assert roles.establish(connection) == warehouse.portal_roles
            assert roles.established(connection) == warehouse.portal_roles
