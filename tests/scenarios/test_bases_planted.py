"""Contribution bases of two cities: every exception planted is found, nothing else, and no decoy."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.evaluation import Evaluation, evaluate
from simulator.bases import simulate_bases
from tests.support import Databases

EXCEPTIONS = {
    "unit_base_low", "unit_base_high", "personal_base_low", "personal_base_high", "flexible_below_ladder",
    "provisional_wrong", "not_trued_up", "unit_base_changed", "base_changed_in_year", "late_correction",
    "not_declared", "document_missing", "wage_bill_differs", "insured_not_listed", "excluded_but_insured",
    "excluded_without_proof", "dual_base_broken", "below_tax_base",
}  # fmt: skip
PERSONS = 60


@pytest.fixture(scope="module", params=["province", "city"])
def evaluations(
    request: pytest.FixtureRequest,
    databases: Databases,
    migrated: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Evaluation]:
    """Land 24 months of a city, verify the last one, and compare with what was planted."""
    folder: Path = tmp_path_factory.mktemp(f"bases_{request.param}")
    seed = secrets.randbelow(10**6)
    months = simulate_bases(out=folder / "city", site=request.param, persons=PERSONS, seed=seed)
    settings = Settings(
        home=folder / "home", database_url=databases.create(template=migrated),
        production_url=f"sqlite:///{folder}/city/production-{{month}}.db",
        inbox=folder / "city" / "inbox", site=folder / "city" / "site",
    )  # fmt: skip
    for month in months:
        steps.ingest(settings, month=month)
    steps.build(settings, month=months[-1])
    steps.reconcile(settings, month=months[-1])
    rules = evaluate(open_warehouse(settings), truth=folder / "city" / "truth", month=months[-1])
    return {rule.rule.removeprefix("bases."): rule for rule in rules if rule.rule.startswith("bases.")}


def test_every_planted_exception_is_found_and_nothing_else(evaluations: dict[str, Evaluation]) -> None:
    assert set(evaluations) == EXCEPTIONS
    shares = {name: (rule.recall, rule.precision) for name, rule in evaluations.items()}
    assert {name: share for name, share in shares.items() if share != (1, 1)} == {}


def test_no_decoy_is_raised(evaluations: dict[str, Evaluation]) -> None:
    assert [name for name, rule in evaluations.items() if rule.decoys_raised] == []
