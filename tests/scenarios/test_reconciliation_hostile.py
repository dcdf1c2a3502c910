"""Money on both sides of every boundary: every row of every check is what the page says, no other."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from tests.hostile import BEFORE, MONTH
from tests.hostile.money import AS_OF, write_money
from tests.hostile.money.warehouses import reconcile, results, unequal
from tests.hostile.warehouses import landed
from tests.oracle.reconciliation import CHECKS, reconciliation
from tests.support import Databases

SEED = int(os.environ.get("FUNDWATCH_TEST_SEED") or 7)


def test_rows_of_hostile_money_equal_the_oracle(databases: Databases, migrated: str, tmp_path: Path) -> None:
    folder = write_money(tmp_path / "city", SEED)
    settings = landed(folder, tmp_path / "home", databases.create(template=migrated), (BEFORE, MONTH))
    reconcile(settings, MONTH)
    expected = Counter(reconciliation(folder, MONTH, as_of=AS_OF))
    assert {row.check for row in expected} == {check.__name__ for check in CHECKS}
    wrong = unequal(expected, results(settings, MONTH))
    assert not wrong, f"seed {SEED}:\n{wrong}"
