"""The roles of the layers: no right too much, whatever the warehouse came from, whoever shares the server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from fundwatch.database import migrations, roles, sign_in
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import WarehouseUnavailable
from fundwatch.settings import Settings
from tests.support import Databases, run_fundwatch

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
ON_SCHEMAS = ("USAGE", "CREATE")
TABLE_RIGHTS = """
    select n.nspname, c.relname, role, held, has_table_privilege(role, c.oid, held)
        or held in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            and has_any_column_privilege(role, c.oid, held)
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join unnest(%(roles)s::text[]) as role
    cross join unnest(%(rights)s::text[]) as held
    where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'v', 'm', 'p', 'f')
"""
SCHEMA_RIGHTS = """
    select n.nspname, role, held, has_schema_privilege(role, n.oid, held)
    from pg_namespace as n
    cross join unnest(%(roles)s::text[]) as role
    cross join unnest(%(rights)s::text[]) as held
    where n.nspname = any(%(schemas)s)
"""


def wrong_cells(warehouse: Warehouse) -> list[str]:
    """Name each cell of roles x tables x rights that is not as the table of layers says."""
    layers = {role: layer for layer, role in warehouse.layer_roles.items()}
    values = {"roles": list(layers), "rights": list(RIGHTS), "schemas": list(roles.SCHEMAS)}
    with warehouse.connect() as connection:
        on_tables = connection.execute(TABLE_RIGHTS, values).fetchall()
        on_schemas = connection.execute(SCHEMA_RIGHTS, values | {"rights": list(ON_SCHEMAS)}).fetchall()
    assert len({table for _, table, *_ in on_tables}) > 60
    assert len(on_schemas) == len(roles.SCHEMAS) * len(layers) * len(ON_SCHEMAS)
    wrong = []
    for schema, table, role, right, is_held in on_tables:
        layer = layers[role]
        meant = schema == layer or (right == "SELECT" and roles.may_read(layer, schema, table))
        if is_held != meant:
            wrong.append(f"{layer}: {right} on {schema}.{table} is {is_held}")
    for schema, role, right, is_held in on_schemas:
        layer = layers[role]
        reads = {source.partition(".")[0] for source in roles.READS[layer]}
        if is_held != (schema == layer or (right == "USAGE" and schema in reads)):
            wrong.append(f"{layer}: {right} on {schema} is {is_held}")
    return wrong


def build_probes(warehouse: Warehouse) -> None:
    """Let each layer build a table, as dbt would, after its rights were given."""
    for layer in roles.READS:
        with warehouse.connect(autocommit=True, layer=layer) as connection:
            connection.execute(f"create table {layer}.probe as select 1 as value")


@pytest.fixture
def plain(databases: Databases, migrated: str) -> URL:
    """URL of an empty database of a user who may not create roles."""
    url = make_url(databases.create())
    name = f"plain_{url.database[-6:]}"
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"create role {name} login password 'plain'")
        connection.execute(f"alter database {url.database} owner to {name}")
    return url.set(username=name, password="plain")  # noqa: S106 - a throw-away role


def test_no_role_has_a_right_more_or_less_than_the_table_of_layers_says(warehouse: Warehouse) -> None:
    build_probes(warehouse)
    assert wrong_cells(warehouse) == []


@pytest.mark.parametrize("feed", ["production", "tax", "bank", "civil_registry", "finance"])
def test_staging_may_read_its_own_feed_and_the_site_alone(warehouse: Warehouse, feed: str) -> None:
    """Written out: the table of layers must not be widened without a thought."""
    query = "select nspname, relname from pg_class inner join pg_namespace as n on n.oid = relnamespace where"
    with warehouse.connect() as connection:
        tables = connection.execute(f"{query} nspname = any(%s)", (list(roles.SCHEMAS),)).fetchall()
    readable = {
        f"{schema}.{name}" for schema, name in tables if roles.may_read(f"staging_{feed}", schema, name)
    }
    assert readable
    assert {name for name in readable if not name.startswith(f"landing.{feed}__")} == set()
    assert roles.READS[f"staging_{feed}"] == (f"landing.{feed}__*", "staging_site")


def test_no_layer_of_dbt_reads_what_is_operational_or_quarantined() -> None:
    built = [layer for layer in roles.READS if layer not in ("quality", "published")]
    read = {source.partition(".")[0] for layer in built for source in roles.READS[layer]}
    assert read & {"ops", "quarantine", "quality", "published"} == set()


def test_staging_reads_the_loaded_files_of_its_own_feed_alone(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        for feed, state in (("tax", "loaded"), ("tax", "rejected"), ("bank", "loaded")):
            connection.execute(
                "insert into ops.files (file_id, feed, name, month, state)"
                " values (%(id)s, %(feed)s, %(id)s, '2024-06', %(state)s)",
                {"id": f"{feed} {state}", "feed": feed, "state": state},
            )
    with warehouse.connect(layer="staging_tax") as connection:
        assert connection.execute("select file_id from landing.tax__files").fetchall() == [("tax loaded",)]


def test_layer_signs_in_as_its_role_and_has_none_to_put_off(warehouse: Warehouse) -> None:
    for layer in roles.READS:
        with warehouse.connect(autocommit=True, layer=layer) as connection:
            for put_off in ("reset role", "reset session authorization", "discard all"):
                connection.execute(put_off)
            assert connection.execute("select session_user, current_user").fetchone() == (
                warehouse.layer_roles[layer], warehouse.layer_roles[layer],
            )  # fmt: skip


def test_password_of_a_layer_comes_from_a_private_secret_where_our_user_has_none(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    without = make_url(warehouse.url)._replace(password=None).render_as_string(hide_password=False)
    secret = tmp_path / "roles" / "secret"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "_lets_in", lambda _: True)
        url = sign_in.url_as(without, "fundwatch_reports", tmp_path)
        again = sign_in.url_as.__wrapped__(without, "fundwatch_reports", tmp_path)
        sign_in.share_secret(tmp_path, tmp_path / "scratch")
        beside = sign_in.url_as(without, "fundwatch_reports", tmp_path / "scratch")
    assert url == again == beside
    assert len(make_url(url).password) == 64
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text() not in url


def test_layer_signs_in_again_after_another_user_gave_its_role_a_password(
    warehouse: Warehouse, databases: Databases
) -> None:
    """Warehouses of two users who may change roles, each with a password of its own."""
    name = f"beside_{make_url(warehouse.url).database[-6:]}"
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"create role {name} superuser login password 'beside'")
    url = make_url(warehouse.url).set(username=name, password="beside")  # noqa: S106 - a throw-away role
    beside = replace(warehouse, url=url.render_as_string(hide_password=False))
    try:
        for user in (warehouse, beside, warehouse, beside, warehouse):
            with user.connect(layer="published") as connection:
                assert connection.execute("select session_user").fetchone() == (
                    warehouse.layer_roles["published"],
                )
    finally:
        with psycopg.connect(databases.url, autocommit=True) as connection:
            connection.execute(f"drop role {name}")


def test_layer_is_put_on_where_the_server_does_not_let_it_sign_in(
    warehouse: Warehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "url_as", lambda *_: None)
    with warehouse.connect(layer="reports") as connection:
        ours, now = connection.execute("select session_user, current_user").fetchone()
    assert now == warehouse.layer_roles["reports"] != ours


@pytest.mark.scenarios
def test_roles_are_made_by_the_next_start_when_the_first_was_killed_after_migrating(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.create()
    with psycopg.connect(url, autocommit=True) as connection:
        migrations.upgrade(url, connection)
    assert wrong_cells(open_warehouse(Settings(home=tmp_path, database_url=url))) == []


def test_dump_restored_without_roles_is_taken_over(warehouse: Warehouse, settings: Settings) -> None:
    build_probes(warehouse)
    with warehouse.connect(autocommit=True) as connection:
        for role in map(sql.Identifier, warehouse.layer_roles.values()):
            connection.execute(sql.SQL("reassign owned by {} to current_user").format(role))
            connection.execute(sql.SQL("drop owned by {}").format(role))
            connection.execute(sql.SQL("grant {} to current_user").format(role))
    restored = open_warehouse(settings)
    assert wrong_cells(restored) == []
    with restored.connect(autocommit=True, layer="reports") as connection:
        connection.execute("drop table reports.probe")


def test_right_of_a_layer_too_much_is_taken_back(warehouse: Warehouse, settings: Settings) -> None:
    """A warehouse of an earlier version, whose staging read all feeds and all of ``ops``."""
    with warehouse.connect(autocommit=True) as connection:
        role = sql.Identifier(warehouse.layer_roles["staging_production"])
        for text in (
            "grant usage on schema ops to {}",
            "grant select on all tables in schema landing, ops to {}",
            "alter default privileges in schema ops grant select on tables to {}",
        ):
            connection.execute(sql.SQL(text).format(role))
    assert wrong_cells(open_warehouse(settings)) == []


@pytest.mark.scenarios
def test_right_to_create_roles_that_comes_later_separates_what_was_built(
    plain: URL, databases: Databases, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=plain.render_as_string(hide_password=False))
    before = open_warehouse(settings)
    assert before.roles_separated is False
    with before.connect(autocommit=True, layer="reports") as connection:
        connection.execute("create table reports.probe as select 1 as value")
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"alter role {plain.username} createrole")
    after = open_warehouse(settings)
    assert wrong_cells(after) == []
    with after.connect(autocommit=True, layer="reports") as connection:
        connection.execute("drop table reports.probe")


@pytest.mark.scenarios
def test_warehouses_of_two_owners_on_one_server_keep_apart(
    warehouse: Warehouse, plain: URL, databases: Databases, tmp_path: Path
) -> None:
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"alter role {plain.username} createrole")
    beside = open_warehouse(Settings(home=tmp_path, database_url=plain.render_as_string(hide_password=False)))
    assert not set(beside.layer_roles.values()) & set(warehouse.layer_roles.values())
    build_probes(beside)
    build_probes(warehouse)
    assert wrong_cells(beside) == wrong_cells(warehouse) == []


def test_user_with_too_few_rights_is_told_in_one_line(
    plain: URL, databases: Databases, tmp_path: Path
) -> None:
    with psycopg.connect(databases.url, autocommit=True) as connection:
        connection.execute(f"alter database {plain.database} owner to {make_url(databases.url).username}")
    settings = Settings(home=tmp_path, database_url=plain.render_as_string(hide_password=False))
    for command in (("db", "up"), ("status",), ("files",)):
        done = run_fundwatch(*command, settings=settings, check=False)
        assert (done.returncode, len(done.stderr.splitlines())) == (WarehouseUnavailable.exit_code, 1)
        assert b"lacks a right" in done.stderr


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        ("grant select on landing.tax__voucher to public", "public: select on landing.tax__voucher"),
        ("grant usage on schema ops to public", "public: usage on ops"),
        ("grant select (name) on ops.files to public", "public: select on ops.files.name"),
        (
            "alter default privileges in schema landing grant select on tables to public",
            "public: select on what",
        ),
        ("grant pg_read_all_data to {reports}", "fundwatch_reports: member of pg_read_all_data"),
    ],
)
def test_db_status_names_rights_beyond_what_is_meant(
    warehouse: Warehouse, settings: Settings, grant: str, named: str
) -> None:
    def status() -> dict:
        return json.loads(run_fundwatch("db", "status", "--json", settings=settings).stdout)

    assert (status()["role_separation"], status()["rights_beyond"]) == ("one per layer", [])
    with warehouse.connect(autocommit=True) as connection:
        connection.execute(grant.format(**warehouse.layer_roles))
    try:
        assert [line[: len(named)] for line in status()["rights_beyond"]] == [named]
    finally:
        with warehouse.connect(autocommit=True) as connection:
            if "pg_read" in grant:
                connection.execute(grant.format(**warehouse.layer_roles).replace("grant", "revoke").replace(
                    " to ", " from "))  # fmt: skip
