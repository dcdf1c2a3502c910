"""Whatever opens a publication to somebody, the check of the catalogue names it, and nothing is approved."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch.access import check, policies
from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import SignOffRefused
from fundwatch.settings import Settings
from tests.integration.reporting.support import draft
from tests.support import Databases

# What opens something -> what is said of it.
OPENED = [
    ("alter table ops.publication_cells no force row level security",
     "ops.publication_cells: row security is not forced"),
    ("alter table ops.publication_cells disable row level security",
     "ops.publication_cells: row security is not enabled"),
    ("drop policy readers on ops.publication_cases", "ops.publication_cases: the policy readers is gone"),
    ("drop policy pipeline on ops.publications", "ops.publications: the policy pipeline is gone"),
    ("create policy all_of_it on ops.publication_cases using (true)",
     "ops.publication_cases: the policy all_of_it is one too many"),
    ("alter policy readers on ops.publication_cases using (true)",
     "ops.publication_cases: the policy readers is another one"),
    ("alter policy readers on ops.publication_cases to {portal}",
     "ops.publication_cases: the policy readers is not one for everybody that permits"),
    ("alter view published.cases reset (security_invoker)",
     "the view published.cases shows what its owner sees: it is not security_invoker"),
    ("create view published.more as select * from ops.publication_cases",
     "the view published.more shows what its owner sees: it is not security_invoker"),
    ("create view published.more with (security_invoker = true) as select * from ops.files",
     "files stands behind published, and no policy is known of it"),
    ("create table published.more as select 1 as value", "published.more is no view"),
    (("alter table ops.publication_cells rename to publication_former;"
     " create table ops.publication_cells (like ops.publication_former)"),
     "ops.publication_cells: row security is not enabled"),
    ("alter role {portal} superuser", "the role {portal} is a superuser"),
    ("alter role {acts} bypassrls", "the role {acts} is above row security"),
    ("alter role {signin} createrole", "the role {signin} is a maker of roles"),
    ("alter role {owner} login", "the role {owner} may sign in"),
    ("alter role {portal} nologin", "the role {portal} may not sign in"),
    ("grant pg_read_all_data to {portal}", "the role {portal} is a member of pg_read_all_data"),
    ("grant {owner} to {acts}", "the role {acts} is a member of {owner}"),
    ("create table public.kept (); alter table public.kept owner to {portal}", "the role {portal} owns kept"),
    ("alter table ops.publication_cells owner to {owner}", "the role {owner} owns ops.publication_cells"),
    ("grant select (person_id) on ops.publication_cases to {portal}",
     "{portal} has SELECT on ops.publication_cases.person_id beyond what is meant"),
    ("grant insert on ops.publication_cases to {acts}",
     "{acts} has INSERT on ops.publication_cases beyond what is meant"),
    ("revoke select on published.cases from {portal}", "{portal} lacks SELECT on published.cases"),
    ("grant select on ops.publication_cases to public", "everybody has SELECT on ops.publication_cases"),
    ("grant select (raw) on quarantine.rows to public", "everybody has SELECT on quarantine.rows"),
    ("grant execute on function portal.visitor() to public",
     "public has EXECUTE on portal.visitor() beyond what is meant"),
    ("alter function portal.visitor() owner to current_user", "the function portal.visitor belongs to"),
    ("alter function portal.visitor() set search_path = public",
     "the function portal.visitor has not the search path it should"),
    ("alter function portal.visitor() reset all",
     "the function portal.visitor has not the search path it should"),
    (("create or replace function portal.city() returns text language sql stable security definer"
     " set search_path = pg_catalog, pg_temp as $$ select null::text $$"),
     "the function portal.city is another one"),
    ("alter function ops.approve_publication reset all",
     "the function ops.approve_publication has not the search path it should"),
    ("alter function ops.approve_publication owner to {owner}",
     "the function ops.approve_publication belongs to {owner}"),
    ("insert into portal.readers values ('cases', 'supervisor', false)",
     "portal.readers: supervisor reads cases otherwise than it should"),
    ("alter schema portal owner to current_user", "the schema portal belongs to"),
    ("drop table ops.publication_case_persons cascade",
     "the table publication_case_persons behind published is gone"),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A migrated warehouse that no test changes for good."""
    home = tmp_path_factory.mktemp("checked")
    return open_warehouse(Settings(home=home, database_url=databases.create(template=migrated)))


@pytest.fixture
def undone(whole: Warehouse) -> Iterator[psycopg.Connection]:
    """A connection whose changes are taken back."""
    with whole.connect() as connection:
        yield connection
        connection.rollback()


def test_nothing_is_said_of_a_database_as_it_should_be(undone: psycopg.Connection) -> None:
    assert check.faults(undone) == check.faults(undone, roles_required=False) == []


@pytest.mark.parametrize(("opening", "said"), OPENED, ids=[opening for opening, _ in OPENED])
def test_check_names_what_was_opened(
    whole: Warehouse, undone: psycopg.Connection, opening: str, said: str
) -> None:
    undone.execute(opening.format(**whole.portal_roles))
    opened = check.faults(undone)
    wanted = said.format(**whole.portal_roles)
    assert any(fault.startswith(wanted) for fault in opened), opened
    assert check.faults(undone, roles_required=False) == opened


def test_nothing_is_published_while_something_is_open(warehouse: Warehouse) -> None:
    draft(warehouse, number=1)
    review(warehouse, number=1, name="李复核")
    with warehouse.connect() as connection:
        connection.execute("alter table ops.publication_cases no force row level security")
    with pytest.raises(SignOffRefused, match="row security is not forced"):
        approve(warehouse, number=1, name="张负责")
    with warehouse.connect() as connection:
        connection.execute("alter table ops.publication_cases force row level security")
    assert approve(warehouse, number=1, name="张负责").is_current


@pytest.mark.parametrize(
    ("version", "is_old"),
    [(150013, True), (150014, False), (160009, True), (160010, False), (170005, True), (170006, False),
     (180000, False), (190000, False)],
)  # fmt: skip
def test_server_whose_statistics_tell_of_hidden_rows_is_named(version: int, *, is_old: bool) -> None:
    class Server:
        class info:  # noqa: N801 - as psycopg calls it
            server_version = version

    assert bool(list(check._server(Server()))) is is_old


@pytest.mark.scenarios
def test_published_without_roles_is_reported_and_stays_approvable(
    databases: Databases, migrated: str, settings: Settings
) -> None:
    url = make_url(databases.create())
    name = f"owner_{url.database[-6:]}"
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"create role {name} login password 'plain'")
        connection.execute(f"alter database {url.database} owner to {name}")
    theirs = url.set(username=name, password="plain").render_as_string(hide_password=False)  # noqa: S106
    warehouse = open_warehouse(Settings(home=settings.home, database_url=theirs))
    assert warehouse.portal_roles == {}
    assert warehouse.portal_url("portal") is None
    with warehouse.connect() as connection:
        assert {line.rpartition(" ")[2] for line in check.faults(connection)} == {"missing"}
        assert len(check.faults(connection)) == 4
    draft(warehouse, number=1)
    review(warehouse, number=1, name="李复核")
    assert approve(warehouse, number=1, name="张负责").is_current
    with warehouse.connect() as connection:
        assert connection.execute("select count(*) from published.cells").fetchone() == (2,)


def test_readers_written_here_are_those_of_the_database(undone: psycopg.Connection) -> None:
    rows = undone.execute("select relation, role, city_up from portal.readers").fetchall()
    assert frozenset(rows) == policies.readers()
