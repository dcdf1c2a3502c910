"""Random rows on both sides of every boundary: what is exported is what the page says, for every rule."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import BEFORE, MONTH, write_city
from tests.hostile.comparing import report, unequal
from tests.hostile.warehouses import check, landed
from tests.oracle.crosschecks import RULES, points
from tests.oracle.production import City
from tests.seeds import SEED
from tests.support import Databases


def test_points_of_hostile_rows_equal_the_oracle(databases: Databases, migrated: str, tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city", SEED)
    settings = landed(folder, tmp_path / "home", databases.create(template=migrated), (BEFORE, MONTH))
    rows = check(settings, MONTH)
    expected = points(City(folder), MONTH)
    assert len({key[0] for key in expected}) > len(RULES) * 3 // 4
    wrong = unequal(expected, rows, list(RULES))
    assert not wrong, f"seed {SEED}:\n{report(wrong)}"
