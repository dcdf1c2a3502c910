"""Two cities that nobody has seen: every row of the reconciliation is what the page says, and no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fundwatch.months import parse_range
from simulator import simulate
from tests.hostile.money.warehouses import reconcile, results, unequal
from tests.hostile.warehouses import landed
from tests.oracle.reconciliation import CHECKS, reconciliation
from tests.seeds import SEED
from tests.support import Databases

MONTHS = "2024-05..2024-06"
PERSONS = 300
CITIES = 2


@pytest.mark.parametrize("place", range(CITIES))
def test_rows_of_a_simulated_city_equal_the_oracle(
    databases: Databases, migrated: str, tmp_path: Path, place: int
) -> None:
    seed, months = SEED + place, parse_range(MONTHS)
    city = tmp_path / "city"
    simulate(out=city, months=months, persons=PERSONS, seed=seed, plants=1)
    settings = landed(city, tmp_path / "home", databases.create(template=migrated), months)
    seen_checks: set[str] = set()
    for month in months:
        reconcile(settings, month, as_of=None)
        expected = Counter(reconciliation(city, month))
        wrong = unequal(expected, results(settings, month))
        assert not wrong, f"seed {seed}, {month}:\n{wrong}"
        seen_checks |= {row.check for row in expected}
    assert seen_checks == {check.__name__ for check in CHECKS}, f"seed {seed}"
