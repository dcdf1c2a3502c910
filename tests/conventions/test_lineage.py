"""Gates 1 and 2 of the chain production -> ledgers -> statistics -> reports: they hold, and they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundwatch.roles import READS
from tests.conventions import lineage

BROKEN = {
    "models/statistical_ledger/reads_a_source.sql": "select aac001 from {{ source('production', 'ac01') }}",
    "models/reports/reads_a_ledger.sql": "select person_id from {{ ref('persons') }}",
    "models/business_ledger/reads_another_feed.sql": "select amount from {{ source('tax', 'voucher') }}",
    "models/statistical_ledger/names_a_table.sql": "select person_id from business_ledger.persons",
    "models/statistical_ledger/names_a_bare_table.sql": "select person_id from persons",
    "models/staging/production/reads_the_bank.sql": "select * from {{ source('bank', 'statement_entry') }}",
}
NO_CONTRACT = "{{ config(materialized='view', contract={'enforced': false}) }}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> lineage.Project:
    return lineage.compiled(lineage.project_folder(), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> lineage.Project:
    """The project with one offence of each kind that dbt itself lets pass."""
    work = tmp_path_factory.mktemp("broken")
    copy = lineage.copy_of_the_project(work)
    for path, sql in BROKEN.items():
        (copy / path).write_text(NO_CONTRACT + sql)
    return lineage.compiled(copy, work)


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


@pytest.mark.parametrize(
    "offence",
    [
        "reads_a_source reads landing.ac01",
        "reads_a_ledger reads business_ledger.persons",
        "reads_another_feed reads landing.voucher",
        "reads_the_bank reads landing.statement_entry",
    ],
)
def test_forbidden_parent_is_found(broken: lineage.Project, offence: str) -> None:
    assert offence in lineage.forbidden_parents(broken)


def test_another_feed_below_the_chain_is_found(broken: lineage.Project) -> None:
    assert "reads_another_feed rests on landing.voucher" in lineage.forbidden_ancestors(broken)


@pytest.mark.parametrize(
    "offence",
    ["names_a_table names business_ledger.persons", "names_a_bare_table names persons"],
)
def test_hard_coded_table_is_found(broken: lineage.Project, offence: str) -> None:
    assert offence in lineage.hard_coded_names(broken)


def test_statistic_on_production_staging_does_not_parse(tmp_path: Path) -> None:
    copy = lineage.copy_of_the_project(tmp_path)
    model = copy / "models" / "statistical_ledger" / "reads_staging.sql"
    model.write_text(NO_CONTRACT + "select person_id from {{ ref('stg_production__ac01') }}")
    refused = lineage.invoke("parse", copy, tmp_path)
    assert not refused.success
    assert "private to the 'ledgers' group" in str(refused.exception)
