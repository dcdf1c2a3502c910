"""Three cities that nobody has seen: every rule finds all that the page describes there, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.evaluation import evaluate
from pipeline.task import open_context
from simulator import simulate
from tests.hostile.comparing import exported_points, report, unequal
from tests.hostile.warehouses import LEDGERS, check, landed
from tests.oracle.crosschecks import RULES, points
from tests.oracle.production import City
from tests.seeds import SEED
from tests.support import Databases

HISTORY = "2023-07..2024-06"
LANDED = ("2024-04", "2024-05", "2024-06")
APRIL, MAY, JUNE = LANDED
PERSONS = 600
CITIES = 3
LEAST_SHARE = 0.98
Rows = list[dict[str, str]]


class Checked:
    """A city with the points of May and June; for the first also June's where no earlier month was run."""

    def __init__(
        self, folder: Path, *, seed: int, databases: Databases, migrated: str, has_alone: bool
    ) -> None:
        self.seed, self.folder = seed, folder / "city"
        simulate(out=self.folder, months=parse_range(HISTORY), persons=PERSONS, seed=seed, plants=1)
        url = databases.create(template=migrated)
        settings = landed(self.folder, folder / "home", url, LANDED, is_built=False)
        copy = databases.create(template=databases.name(url)) if has_alone else None
        for month in LANDED:
            open_context(settings, month=month).build(LEDGERS)
        self.rows: dict[str, Rows] = {month: check(settings, month) for month in (MAY, JUNE)}
        truth, warehouse = self.folder / "truth", open_warehouse(settings)
        self.evaluations = {
            month: list(evaluate(warehouse, truth=truth, month=month)) for month in (MAY, JUNE)
        }
        self.alone: Rows | None = None
        if copy is not None:
            alone = Settings(home=settings.home, database_url=copy)
            steps.build(alone, month=JUNE)
            self.alone = check(alone, JUNE)


@pytest.fixture(scope="module", params=range(CITIES))
def checked(
    request: pytest.FixtureRequest,
    databases: Databases,
    migrated: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Checked:
    folder = tmp_path_factory.mktemp("checked")
    seed = SEED + request.param
    return Checked(folder, seed=seed, databases=databases, migrated=migrated, has_alone=request.param == 0)


@pytest.mark.parametrize("month", [MAY, JUNE])
def test_points_equal_the_oracle(checked: Checked, month: str) -> None:
    expected = points(City(checked.folder), month, landed=LANDED)
    without = set(RULES) - {key[0] for key in expected}
    assert month != JUNE or not without, f"seed {checked.seed}: {without} have no point"
    wrong = unequal(expected, checked.rows[month], list(RULES))
    assert not wrong, f"seed {checked.seed}:\n{report(wrong)}"


@pytest.mark.parametrize("month", [MAY, JUNE])
def test_what_is_planted_is_found_and_what_is_found_was_planted(checked: Checked, month: str) -> None:
    evaluated = {
        evaluation.rule: evaluation for evaluation in checked.evaluations[month] if evaluation.rule in RULES
    }
    assert set(evaluated) == set(RULES)
    # Class D is the linkage model's; what it links is not measured here.
    poor = [
        evaluation
        for evaluation in evaluated.values()
        if evaluation.rule != "one_person_many_ids"
        and min(evaluation.recall or 0, evaluation.precision or 0) < LEAST_SHARE
        and (evaluation.planted or evaluation.found)
    ]
    assert not poor, f"seed {checked.seed}: {poor}"
    assert sum(evaluation.planted > 0 for evaluation in evaluated.values()) > len(RULES) // 2
    assert not [evaluation for evaluation in evaluated.values() if evaluation.decoys_raised], (
        f"seed {checked.seed}"
    )


@pytest.mark.parametrize("month", [MAY, JUNE])
def test_nothing_is_raised_on_a_decoy(checked: Checked, month: str) -> None:
    raised = {key[:4] for key in exported_points(checked.rows[month])}
    decoys = {
        (rule, decoy.get("scheme") or "", decoy["person_id"], decoy.get("other_person_id") or "")
        for rule in RULES
        for decoy in _truth(checked.folder, rule)["decoys"]
        if decoy["first_month"] <= month
    }
    assert decoys
    assert not raised & decoys, f"seed {checked.seed}: {sorted(raised & decoys)}"


def test_nothing_rests_on_a_revoked_death(checked: Checked) -> None:
    revoked = {
        decoy["person_id"]
        for rule in RULES
        for decoy in _truth(checked.folder, rule)["decoys"]
        if "revoke" in str(decoy.get("why")) and decoy["first_month"] <= JUNE
    }
    assert revoked
    of_death = {row["person_id"] for row in checked.rows[JUNE] if "death" in row["rule_id"]}
    assert not revoked & of_death, f"seed {checked.seed}: {sorted(revoked & of_death)}"


def test_june_after_may_equals_june_alone(checked: Checked) -> None:
    if checked.alone is None:
        pytest.skip("the first city is enough")
    assert _plain(checked.alone) == _plain(checked.rows[JUNE]), f"seed {checked.seed}"


def _plain(rows: Rows) -> list[tuple[str, ...]]:
    return sorted(tuple(row.values()) for row in rows)


def _truth(folder: Path, rule: str) -> dict[str, list[dict[str, str]]]:
    path = folder / "truth" / f"{rule}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"planted": [], "decoys": []}
