"""Contribution bases of two cities: what is planted is found and nothing else, all of it to the cent."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.evaluation import Evaluation, evaluate
from simulator.bases import simulate_bases
from tests.bases.recomputing import Subject, evidence_of, recomputed
from tests.bases.warehouses import Rows, compared, exported
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.bases.computed import computed
from tests.oracle.bases.subjects import Person
from tests.oracle.production import City
from tests.seeds import SEED
from tests.support import Databases

EXCEPTIONS = {
    "unit_base_low", "unit_base_high", "personal_base_low", "personal_base_high", "flexible_below_ladder",
    "provisional_wrong", "not_trued_up", "unit_base_changed", "base_changed_in_year", "late_correction",
    "not_declared", "document_missing", "wage_bill_differs", "insured_not_listed", "excluded_but_insured",
    "excluded_without_proof", "dual_base_broken", "below_tax_base",
}  # fmt: skip
# The size the page asks for is 2000.
PERSONS = int(os.environ.get("FUNDWATCH_TEST_PERSONS") or 60)
ORACLES = {"bases": bases_of, "base_exceptions": exceptions_of}
pytestmark = pytest.mark.sized


@dataclass(frozen=True)
class Verified:
    """A city of bases whose last month is verified, and what became of what was planted."""

    folder: Path
    months: tuple[str, ...]
    warehouse: Warehouse
    evaluations: dict[str, Evaluation]

    def rows(self, what: str) -> Rows:
        """Read an export of the last month."""
        return exported(self.warehouse, what, self.months[-1])


@pytest.fixture(scope="module", params=["province", "city"])
def verified(
    request: pytest.FixtureRequest,
    databases: Databases,
    migrated: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Verified:
    """Land 24 months of a city, verify the last one, and compare with what was planted."""
    folder: Path = tmp_path_factory.mktemp(f"bases_{request.param}")
    months = simulate_bases(out=folder / "city", site=request.param, persons=PERSONS, seed=SEED)
    settings = Settings(
        home=folder / "home", database_url=databases.create(template=migrated),
        production_url=f"sqlite:///{folder}/city/production-{{month}}.db",
        inbox=folder / "city" / "inbox", site=folder / "city" / "site",
    )  # fmt: skip
    for month in months:
        steps.ingest(settings, month=month)
    steps.build(settings, month=months[-1])
    steps.reconcile(settings, month=months[-1])
    warehouse = open_warehouse(settings)
    evaluations = {
        evaluation.rule.removeprefix("bases."): evaluation
        for evaluation in evaluate(warehouse, truth=folder / "city" / "truth", month=months[-1])
        if evaluation.rule.startswith("bases.")
    }
    return Verified(folder / "city", months, warehouse, evaluations)


def test_every_planted_exception_is_found_and_nothing_else(verified: Verified) -> None:
    assert set(verified.evaluations) == EXCEPTIONS
    shares = {name: (each.recall, each.precision) for name, each in verified.evaluations.items()}
    assert {name: share for name, share in shares.items() if share != (1, 1)} == {}, f"seed {SEED}"


def test_no_decoy_is_raised(verified: Verified) -> None:
    assert [name for name, each in verified.evaluations.items() if each.decoys_raised] == [], f"seed {SEED}"


@pytest.mark.parametrize("what", sorted(ORACLES))
def test_every_row_equals_an_independent_computation(verified: Verified, what: str) -> None:
    expected = ORACLES[what](City(verified.folder), verified.months[-1], landed=verified.months)
    rows = verified.rows(what)
    kinds = Counter(dict(row).get("exception") for row in compared(rows) ^ compared(expected))
    assert (kinds, len(rows)) == (Counter(), len(expected)), f"seed {SEED}"


def test_amount_of_every_exception_recomputes_from_its_evidence(verified: Verified) -> None:
    exceptions, at = verified.rows("base_exceptions"), verified.months[-1]
    assert {row["exception"] for row in exceptions} == EXCEPTIONS
    subjects = _subjects(verified)
    wrong = {}
    for evidence in evidence_of(verified.warehouse, exceptions, at):
        row = evidence.exception
        key = (row["unit_id"], row["person_id"], row["scheme"], row["wage_year"])
        amount = recomputed(evidence, subjects[key]) if key in subjects else Decimal("0.00")
        if amount != Decimal(row["amount"]):
            wrong[row["exception"], *key] = (amount, row["amount"])
    assert wrong == {}, f"seed {SEED}"
    assert sum(Decimal(row["amount"]) > 0 for row in exceptions) > len(EXCEPTIONS) / 2


def _subjects(verified: Verified) -> dict[tuple[str, ...], Subject]:
    """What the site says of each unit and person, by plain Python: rates, limits, applications."""
    everything = computed(City(verified.folder), verified.months[-1], verified.months)
    return {
        (each.unit, each.person if isinstance(each, Person) else "", each.scheme, each.year.name): each
        for each in (*everything.persons, *everything.units)
    }
