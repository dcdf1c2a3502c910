"""Gates 1 and 2 of the chain production -> ledgers -> statistics -> reports: they hold, and they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundwatch.database.roles import READS
from tests.conventions import lineage

BROKEN = {
    "models/statistical_ledger/reads_a_source.sql": "select aac001 from {{ source('production', 'ac01') }}",
    "models/reports/reads_a_ledger.sql": "select person_id from {{ ref('persons') }}",
    "models/business_ledger/reads_another_feed.sql": "select amount from {{ source('tax', 'voucher') }}",
    "models/statistical_ledger/names_a_table.sql": "select person_id from business_ledger.persons",
    "models/statistical_ledger/names_a_bare_table.sql": "select person_id from persons",
    "models/staging/production/reads_the_bank.sql": "select * from {{ source('bank', 'statement_entry') }}",
    "models/business_ledger/reads_landing.sql": "select aac001 from {{ source('production', 'ac01') }}",
    "models/statistical_ledger/names_a_quoted_table.sql": """select * from "landing" . "production__ac01" """,
    "models/statistical_ledger/makes_a_relation.sql": (
        "select * from {{ api.Relation.create(schema='landing', identifier='bank__statement') }}"
    ),
    "models/statistical_ledger/reads_in_a_subquery.sql": (
        "select (select count(*) from staging_tax.stg_tax__voucher) as vouchers"
    ),
    "models/reports/reads_in_a_hook.sql": (
        "{{ config(post_hook='insert into reports.x select * from landing.tax__voucher') }} select 1 as one"
    ),
    "models/reports/puts_off_its_role.sql": "{{ config(pre_hook='reset role') }} select 1 as one",
    "macros/reads_in_a_macro.sql": (
        "{% macro peek() %}{% do run_query('select * from landing.tax__voucher') %}{% endmacro %}"
    ),
    "models/business_ledger/says_no_origin.sql": "select 1 as one",
    "models/staging/production/reads_a_disguise.sql": "select * from {{ source('production', 'ac99') }}",
    "models/business_ledger/rests_on_a_disguise.sql": "select * from {{ ref('reads_a_disguise') }}",
    "models/staging/production/reads_ops.sql": "select * from {{ source('the_files', 'files') }}",
    "models/staging/tax/reads_in_a_block.sql": (
        '{{ config(pre_hook="do $$ begin perform 1; end $$") }} select 1 as one'
    ),
    "models/staging/tax/sets_its_role.sql": "select set_config('role', 'postgres', false) as one",
    "models/staging/tax/discards_all.sql": "{{ config(post_hook='discard all') }} select 1 as one",
    "models/staging/tax/rolls_back.sql": "{{ config(post_hook='rollback') }} select 1 as one",
}
# A source is what its identifier names, whatever it is called.
DISGUISES = """
sources:
  - name: production
    schema: landing
    tables:
      - {name: ac99, identifier: tax__voucher}
  - name: the_files
    schema: ops
    tables:
      - name: files
"""
NO_CONTRACT = "{{ config(materialized='view', contract={'enforced': false}) }}\n"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> lineage.Project:
    """The project with one offence of each kind that dbt itself lets pass."""
    work = tmp_path_factory.mktemp("broken")
    copy = lineage.copy_of_the_project(work)
    for path, sql in BROKEN.items():
        (copy / path).write_text(NO_CONTRACT + sql)
    (copy / "models" / "disguises.yml").write_text(DISGUISES)
    return lineage.compiled(copy, work)


@pytest.fixture(scope="module")
def hard_coded(broken: lineage.Project) -> list[str]:
    return lineage.hard_coded_names(broken)


def test_every_model_is_in_a_schema_whose_reading_is_declared(project: lineage.Project) -> None:
    schemas = {model.schema for model in project.models}
    assert {"staging_production", "business_ledger", "statistical_ledger", "reports"} <= schemas
    assert schemas <= set(READS)


def test_every_model_belongs_to_a_group(project: lineage.Project) -> None:
    assert [model.name for model in project.models if not model.config.group] == []


def test_models_read_only_what_their_layer_may_read(project: lineage.Project) -> None:
    assert lineage.forbidden_parents(project) == []


def test_chain_rests_on_production_and_site_alone(project: lineage.Project) -> None:
    assert lineage.forbidden_ancestors(project) == []


def test_models_and_tests_name_tables_only_by_ref_and_source(project: lineage.Project) -> None:
    assert lineage.hard_coded_names(project) == []


def test_nothing_is_read_beside_the_models(project: lineage.Project) -> None:
    assert lineage.hidden_reads(project) == []


def test_ledgers_refuse_a_row_without_origin(project: lineage.Project) -> None:
    assert lineage.rows_without_origin(project) == []


def test_ledger_models_enforce_their_contract(project: lineage.Project) -> None:
    ledgers = [model for model in project.models if model.schema == "business_ledger"]
    assert len(ledgers) > 16
    assert [model.name for model in ledgers if not model.config.contract.enforced] == []


def test_every_column_of_a_contract_is_described(project: lineage.Project) -> None:
    bare = [
        f"{model.name}.{column.name}"
        for model in project.models
        for column in model.columns.values()
        if not column.description
    ]
    assert bare == []


@pytest.mark.scenarios
@pytest.mark.parametrize(
    "offence",
    [
        "reads_a_source reads landing.production__ac01",
        "reads_a_ledger reads business_ledger.persons",
        "reads_another_feed reads landing.tax__voucher",
        "reads_the_bank reads landing.bank__statement_entry",
        "reads_landing reads landing.production__ac01",
        "reads_a_disguise reads landing.tax__voucher",
        "reads_ops reads ops.files",
    ],
)
def test_forbidden_parent_is_found(broken: lineage.Project, offence: str) -> None:
    assert offence in lineage.forbidden_parents(broken)


@pytest.mark.scenarios
@pytest.mark.parametrize("model", ["reads_another_feed", "rests_on_a_disguise"])
def test_another_feed_below_the_chain_is_found(broken: lineage.Project, model: str) -> None:
    assert f"{model} rests on landing.tax__voucher" in lineage.forbidden_ancestors(broken)


@pytest.mark.scenarios
@pytest.mark.parametrize(
    "offence",
    [
        "names_a_table names business_ledger.persons",
        "names_a_bare_table names persons",
        "names_a_quoted_table names landing.production__ac01",
        "makes_a_relation names landing.bank__statement",
        "reads_in_a_subquery names staging_tax.stg_tax__voucher",
    ],
)
def test_hard_coded_table_is_found(hard_coded: list[str], offence: str) -> None:
    assert offence in hard_coded


@pytest.mark.scenarios
@pytest.mark.parametrize(
    "offence",
    [
        "a hook of reads_in_a_hook names landing.t",
        "a hook of puts_off_its_role changes the role",
        "a hook of reads_in_a_block changes the role",
        "sets_its_role changes the role",
        "a hook of discards_all changes the role",
        "a hook of rolls_back changes the role",
        "macro peek names landing.t",
    ],
)
def test_reading_beside_the_models_is_found(broken: lineage.Project, offence: str) -> None:
    assert offence in lineage.hidden_reads(broken)


@pytest.mark.scenarios
def test_ledger_without_origin_is_found(broken: lineage.Project) -> None:
    assert "says_no_origin.source_file_id" in lineage.rows_without_origin(broken)


@pytest.mark.scenarios
@pytest.mark.parametrize(
    ("layer", "reads", "group"),
    [
        ("statistical_ledger", "stg_production__ac01", "ledgers"),
        # Each costs another parse of the project.
        pytest.param("reports", "stg_production__ac43", "ledgers", marks=pytest.mark.scenarios),
        pytest.param("reports", "arrears", "statistics", marks=pytest.mark.scenarios),
        pytest.param("business_ledger", "measures", "statistics", marks=pytest.mark.scenarios),
    ],
)
def test_reference_into_another_group_does_not_parse(
    tmp_path: Path, layer: str, reads: str, group: str
) -> None:
    copy = lineage.copy_of_the_project(tmp_path)
    model = copy / "models" / layer / "reads_another_group.sql"
    model.write_text(NO_CONTRACT + f"select * from {{{{ ref('{reads}') }}}}")
    refused = lineage.invoke("parse", copy, tmp_path)
    assert not refused.success
    assert f"private to the '{group}' group" in str(refused.exception)
