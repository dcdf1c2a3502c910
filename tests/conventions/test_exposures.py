"""The exposures of the dbt project name what leaves it, and every model that reporting reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from fundwatch.database.roles import READS
from pipeline.dbt_runner import project_folder
from reporting.exports import EXPORTS

ROOT = Path(__file__).parents[2]
LAYERS = ("business_ledger", "statistical_ledger", "reports", "reconciliation", "crosschecks", "bases")
READ = re.compile(rf"\b({'|'.join(LAYERS)})\.([a-z_]+)\b")
NAMED = re.compile(r"ref\('([a-z_0-9]+)'\)")


@pytest.fixture(scope="module")
def exposures() -> dict[str, set[str]]:
    """Each exposure with the models it names."""
    text = (project_folder() / "models" / "_exposures.yml").read_text(encoding="utf-8")
    return {
        exposure["name"]: set(NAMED.findall(" ".join(exposure.get("depends_on", ()))))
        for exposure in yaml.safe_load(text)["exposures"]
    }


def _models() -> dict[str, set[str]]:
    """The models and seeds of each layer."""
    by_layer: dict[str, set[str]] = {}
    for layer in LAYERS:
        folders = (project_folder() / "models" / layer, project_folder() / "seeds" / layer)
        by_layer[layer] = {
            path.stem for folder in folders for kind in ("*.sql", "*.csv") for path in folder.rglob(kind)
        }
    return by_layer


def _read_in(text: str) -> set[str]:
    """The models a text of reporting names with their schema."""
    models = _models()
    return {name for layer, name in READ.findall(text) if name in models[layer]}


def test_every_export_is_an_exposure(exposures: dict[str, set[str]]) -> None:
    assert {name.removeprefix("export_") for name in exposures if name.startswith("export_")} == set(EXPORTS)


@pytest.mark.parametrize("what", sorted(EXPORTS))
def test_exposure_of_an_export_names_the_models_it_reads(exposures: dict[str, set[str]], what: str) -> None:
    assert exposures[f"export_{what}"] == _read_in(EXPORTS[what].query)


@pytest.mark.parametrize(
    ("room", "names"),
    [
        ("snapshot", ("forms", "bulletin", "scorecard", "analysis", "points", "statements")),
        ("publications", ("forms", "bulletin", "scorecard", "analysis", "portal")),
        ("analysis", ("analysis",)),
        ("tracing", ("traces",)),
        ("case_sheets", ("case_sheets",)),
        ("base_sheets", ("base_sheets",)),
    ],
)
def test_exposures_name_every_model_that_reporting_reads(
    exposures: dict[str, set[str]], room: str, names: tuple[str, ...]
) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "reporting" / room).rglob("*.py")]
    assert texts
    declared = set().union(*(exposures[name] for name in names))
    assert _read_in("\n".join(texts)) <= declared


def test_no_other_room_of_reporting_reads_a_model() -> None:
    rooms = {"snapshot", "publications", "analysis", "tracing", "case_sheets", "base_sheets"}
    readers = {
        path.relative_to(ROOT / "reporting").parts[0]
        for path in (ROOT / "reporting").rglob("*.py")
        if _read_in(path.read_text(encoding="utf-8"))
    }
    assert "snapshot" in readers
    assert readers <= rooms | {"exports.py"}


def test_layers_are_those_of_the_roles() -> None:
    assert set(LAYERS) <= set(READS)
