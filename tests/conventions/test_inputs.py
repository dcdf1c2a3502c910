"""The lists of what each product is built from, against dbt's manifest and the packages' imports."""

import re

import grimp
import pytest

from fundwatch.feeds import FEEDS
from pipeline import dbt_manifest, dbt_runner
from pipeline.code_version import package_folder
from pipeline.dbt_runner import project_folder
from pipeline.inputs import ALSO_READS, GROUND, LASTING, PACKAGES, SCHEMAS, UPSTREAM
from pipeline.steps import LEDGER_LAYERS

LAYERS = {
    "ledgers": LEDGER_LAYERS,
    "reconciliation": (
        "staging_site",
        "staging_tax",
        "staging_bank",
        "staging_finance",
        "staging_declaration",
        "reconciliation",
        "bases",
    ),
    "cases": (
        "staging_site",
        "staging_civil_registry",
        "staging_tax",
        "staging_bank",
        "staging_declaration",
        "crosschecks",
    ),
}
COMPUTED_BY = {
    "ledgers": ["pipeline.dbt_runner"],
    "reconciliation": [
        "pipeline.dbt_runner",
        "reconciliation.reconciling",
        "reconciliation.bases",
        "reporting.base_sheets.writing",
    ],
    "cases": ["pipeline.dbt_runner", "crosschecks.checking"],
    "quality": ["expectations.measure", "reporting.error_lists.writing"],
    "publication": ["reporting.publications.drafting"],
}
# How a package reads files of another one without importing it.
FILES_OF = re.compile(r"""\bfiles\(["'](\w+)["']\)""")
VERBS = ("crosschecks", "expectations", "ingestion", "reconciliation", "reporting", "simulator")


@pytest.fixture(scope="module")
def manifest():
    return dbt_manifest.manifest_of(project_folder(), "warehouse", parse=dbt_runner.parse)


@pytest.fixture(scope="module")
def imports():
    return grimp.build_graph("fundwatch", "alerts", "pipeline", *VERBS)


@pytest.mark.parametrize("product", list(LAYERS))
def test_models_read_no_feed_and_no_layer_that_is_not_listed(manifest, product):
    models = [node for node in manifest.nodes.values() if node.schema in LAYERS[product]]
    assert len(models) > 5
    read = {name for model in models for name in getattr(model.depends_on, "nodes", ())}
    feeds = {manifest.sources[name].source_name for name in read if name in manifest.sources}
    assert feeds & set(FEEDS) <= {*UPSTREAM[product], *ALSO_READS[product]}
    layers = {manifest.nodes[name].schema for name in read if name in manifest.nodes}
    others = {other for other, schemas in SCHEMAS.items() if layers & set(schemas)} - {product}
    assert others <= set(UPSTREAM[product])


@pytest.mark.parametrize("product", list(LAYERS))
def test_every_table_that_keeps_months_side_by_side_is_listed(manifest, product):
    kept = {
        f"{node.schema}.{node.alias}"
        for node in manifest.nodes.values()
        if node.resource_type == "model"
        and node.schema in SCHEMAS[product]
        and node.config.materialized in ("incremental", "scd2_by_month")
        and not node.config.get("unlogged")
    }
    listed = {name for name in LASTING[product] if not name.endswith(".*")}
    whole = {name.removesuffix(".*") for name in LASTING[product] if name.endswith(".*")}
    assert {name for name in kept if name.partition(".")[0] not in whole} == listed
    assert kept


@pytest.mark.parametrize("product", list(COMPUTED_BY))
def test_every_package_a_product_is_computed_by_is_listed(imports, product):
    modules = {name for module in COMPUTED_BY[product] for name in imports.find_upstream_modules(module)}
    packages = {name.partition(".")[0] for name in (*modules, *COMPUTED_BY[product])}
    assert packages <= {*PACKAGES[product], *GROUND}
    assert "fundwatch" in packages


@pytest.mark.parametrize("product", list(PACKAGES))
def test_every_package_whose_files_a_product_reads_is_listed(product):
    listed = {*PACKAGES[product], *GROUND}
    sources = [path.read_text() for name in listed for path in package_folder(name).rglob("*.py")]
    assert {name for source in sources for name in FILES_OF.findall(source)} <= listed
