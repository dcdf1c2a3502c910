"""The business ledgers of a tiny city: origins, versions over the months, and the gates that guard them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from pipeline import dbt_runner
from tests.conventions import lineage
from tests.conventions.test_lineage import DISGUISES
from tests.integration.checked_city import LEDGERS, NORTH, City
from tests.support import Databases

APRIL, MAY, JUNE = "2024-04", "2024-05", "2024-06"
GUARD = "every_landed_row_is_accounted_for"


def person(key: str, name: str, *, handled: str = "20240101") -> dict[str, str]:
    return {"AAC001": key, "AAC003": name, "AAC060": "1", "AAB301": NORTH, "AAE036": handled}


PRODUCTION = {
    "AC01": [
        person("stays", "甲"),
        person("changes", "before"),
        person("goes", "丙"),
        person("twice", "older", handled="20240101"),
        person("twice", "newer", handled="20240102"),
        person("twice", "newer", handled="20240102"),
    ],
    "AC50": [{"AAC001": "stays", "AAE140": "110", "AAE240": "10.00"}],
    "YC02": [{"AAC001": "nobody", "AAE140": "110", "YAE001": "in", "AAE003": "202405", "AAE019": "1"}],
}
KEPT = (
    "select person_id, person_name, valid_from_batch, valid_to_batch"
    " from business_ledger.persons order by person_id, valid_from_batch"
)


@pytest.fixture(scope="module")
def city(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city whose May was built before June, and in which one person changed and one went in June."""
    home = tmp_path_factory.mktemp("ledgers")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production(PRODUCTION, month=MAY)
    city.build(LEDGERS, month=MAY)
    with city.warehouse.connect() as connection:
        connection.execute(
            "update landing.production__ac01 set _valid_to = %s where aac001 in ('changes', 'goes')", (JUNE,)
        )
        connection.execute(
            "insert into landing.production__ac01 (aac001, aac003, aab301, _file_id, _row, _valid_from)"
            " values ('changes', 'after', %s, 'june', 1, %s)",
            (NORTH, JUNE),
        )
    city.build(LEDGERS, month=JUNE)
    return city


def test_ledger_keeps_each_version_with_the_months_it_was_current(city: City) -> None:
    assert city.rows(KEPT) == [
        ("changes", "before", MAY, JUNE),
        ("changes", "after", JUNE, None),
        ("goes", "丙", MAY, JUNE),
        ("stays", "甲", MAY, None),
        ("twice", "newer", MAY, None),
    ]


def test_ledger_lists_what_another_version_keeps_out(city: City) -> None:
    excluded = city.rows(
        "select table_name, row_key, reason, source_file_id, source_row"
        " from business_ledger.excluded_rows order by source_row"
    )
    assert excluded == [
        ("AC01", "twice", "repeated_key", "extract-AC01", 4),
        ("AC01", "twice", "repeated_key", "extract-AC01", 5),
    ]


def test_orphan_stays_with_its_money_and_the_reason(city: City) -> None:
    rows = city.rows(
        "select person_id, transfer_amount, division, orphan_reason from business_ledger.transfers"
    )
    assert [(key, str(amount), *rest) for key, amount, *rest in rows] == [
        ("nobody", "1.00", None, "unknown_person")
    ]


def test_rebuilding_an_earlier_month_leaves_the_later_one_alone(city: City) -> None:
    written = "select xmin::text, ctid::text, p.* from business_ledger.persons as p order by ctid"
    before = city.rows(written)
    city.build(LEDGERS, month=MAY)
    assert before
    assert city.rows(written) == before


def test_month_before_the_first_row_is_empty_and_later_months_stay(city: City) -> None:
    before = city.rows(KEPT)
    city.build(LEDGERS, month=APRIL)
    assert city.rows(KEPT) == before


def test_layer_above_may_still_read_a_ledger_that_was_built_again(city: City) -> None:
    with city.warehouse.connect(layer="statistical_ledger") as connection:
        assert connection.execute("select count(*) from business_ledger.persons").fetchone()[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select count(*) from staging_production.stg_production__ac01")


@pytest.mark.parametrize(
    "damage",
    [
        "update business_ledger.personal_accounts set source_file_id = 'made up'",
        "update business_ledger.personal_accounts set valid_to_batch = valid_from_batch",
        "delete from business_ledger.excluded_rows where source_row = 5",
    ],
    ids=["a row without origin", "a row lost", "an exclusion not listed"],
)
def test_ledger_that_does_not_account_for_every_landed_row_stops_the_build(city: City, damage: str) -> None:
    city.build(("staging_production:stg_production__landed_rows",), month=MAY)
    tables = ("personal_accounts", "excluded_rows")
    with city.warehouse.connect() as connection:
        for table in tables:
            connection.execute(f"create table public.{table} as select * from business_ledger.{table}")
        assert connection.execute(damage).rowcount == 1
    try:
        with pytest.raises(InvariantBroken, match=GUARD):
            city.build((f"business_ledger:{GUARD}",), month=MAY)
    finally:
        with city.warehouse.connect() as connection:
            for table in tables:
                connection.execute(f"delete from business_ledger.{table}")
                connection.execute(f"insert into business_ledger.{table} select * from public.{table}")
                connection.execute(f"drop table public.{table}")
    city.build((f"business_ledger:{GUARD}",), month=MAY)


def test_ledger_models_pass_their_unit_tests(city: City) -> None:
    outcomes = city.unit_tests(*LEDGERS)
    assert len(outcomes) > 15
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {}


# Each reads what its layer may not, by a way that a check of the manifest or of the text might miss.
PEEK = "select * from landing.tax__voucher"
COPIES = f"create table staging_production.copied as {PEEK}"
BLOCK = f"do $$ begin execute 'reset role'; execute '{COPIES}'; end $$"
CHEATS = {
    "staging/production/by_identifier": "select * from {{ source('production', 'ac99') }}",
    "staging/production/of_ops": "select * from {{ source('the_files', 'files') }}",
    "staging/production/by_reset": "{{ config(pre_hook='reset role') }}" + PEEK,
    "staging/production/by_session": "{{ config(pre_hook='reset session authorization') }}" + PEEK,
    "staging/production/by_rollback": "{{ config(pre_hook='rollback') }}" + PEEK,
    "staging/production/by_discard": (
        "{{ config(pre_hook=[{'sql': 'rollback', 'transaction': false},"
        " {'sql': 'discard all', 'transaction': false}]) }}" + PEEK
    ),
    "staging/production/by_setting": (
        """{{ config(pre_hook="select set_config('role', 'none', false)") }}""" + PEEK
    ),
    "staging/production/in_a_hook": f"{{{{ config(post_hook='{COPIES}') }}}} select 1 as one",
    "staging/production/in_a_block": f"""{{{{ config(pre_hook="{BLOCK}") }}}} select 1 as one""",
    "business_ledger/of_landing": "select aac001 from {{ source('production', 'ac01') }}",
}


# Of one session: the first leaves it as the second is not to find it.
SETTING = "join_collapse_limit"
LEAVES = f"""{{{{ config(pre_hook="set {SETTING} = 3") }}}} select pg_backend_pid() as session, """
FINDS = "-- depends_on: {{ ref('leaves') }}\nselect pg_backend_pid() as session, "
SESSIONS = {
    name: f"{begin}current_setting('{SETTING}') as setting, current_user::text as role"
    for name, begin in {"leaves": LEAVES, "finds": FINDS}.items()
}


@pytest.fixture(scope="module")
def intruder(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home whose project has models of strangers beside ours."""
    home = tmp_path_factory.mktemp("intruder")
    project = lineage.copy_of_the_project(home)
    strangers = CHEATS | {f"staging/production/{name}": sql for name, sql in SESSIONS.items()}
    for path, sql in strangers.items():
        (project / "models" / f"{path}.sql").write_text(
            "{{ config(materialized='table', contract={'enforced': false}) }}" + sql
        )
    (project / "models" / "disguises.yml").write_text(DISGUISES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_runner, "project_folder", lambda: project)
        yield Settings(home=home, database_url=city.settings.database_url)


def test_model_that_cheats_is_refused_by_the_database(city: City, intruder: Settings) -> None:
    """The manifest test would refuse most of them first; where that was not run, the layer's role does."""
    refused = {}
    for layer in ("staging_production", "business_ledger"):
        names = [Path(path).name for path in CHEATS if layer.rpartition("_")[2] in path or layer in path]
        arguments = ["build", "--select", *names, "--vars", lineage.VARIABLES]
        done = dbt_runner.run(city.warehouse, intruder, schema=layer, arguments=arguments)
        refused |= {node.node.name: str(node.message) for node in done.result}
    assert refused.keys() == {Path(path).name for path in CHEATS}
    assert {
        name: message for name, message in refused.items() if "permission denied for" not in message
    } == {}


def test_model_finds_the_session_of_another_as_if_it_were_new(city: City, intruder: Settings) -> None:
    arguments = ["run", "--threads", "1", "--select", *SESSIONS, "--vars", lineage.VARIABLES]
    done = dbt_runner.run(city.warehouse, intruder, schema="staging_production", arguments=arguments)
    assert done.success
    [left] = city.rows("select session, setting, role from staging_production.leaves")
    [session] = city.rows("select session, setting, role from staging_production.finds")
    assert (left[0], left[2]) == (session[0], session[2])
    assert (left[1], session[1]) == ("3", "8")
