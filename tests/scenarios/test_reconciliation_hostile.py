"""Random money on both sides of every boundary: every row of every check is what the page says, no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from pipeline import steps
from tests.hostile import BEFORE, MONTH
from tests.hostile.money import AS_OF, write_money
from tests.hostile.money.warehouses import reconcile, results, unequal
from tests.hostile.money.writing import send_late_statement
from tests.hostile.warehouses import landed
from tests.oracle.reconciliation import CHECKS, Row, reconciliation
from tests.seeds import SEED
from tests.support import Databases


@dataclass(frozen=True)
class Money:
    """A landed city of money."""

    folder: Path
    settings: Settings

    def expected(self) -> Counter[Row]:
        """What the page says of the later month."""
        return Counter(reconciliation(self.folder, MONTH, as_of=AS_OF))


def money_of(seed: int, folder: Path, database_url: str) -> Money:
    write_money(folder / "city", seed)
    settings = landed(folder / "city", folder / "home", database_url, (BEFORE, MONTH))
    return Money(folder / "city", settings)


@pytest.mark.parametrize("place", [0, 1])
def test_rows_of_hostile_money_equal_the_oracle(
    databases: Databases, migrated: str, tmp_path: Path, place: int
) -> None:
    seed = SEED + place
    money = money_of(seed, tmp_path, databases.create(template=migrated))
    reconcile(money.settings, MONTH)
    expected = money.expected()
    assert {row.check for row in expected} == {check.__name__ for check in CHECKS}
    wrong = unequal(expected, results(money.settings, MONTH))
    assert not wrong, f"seed {seed}:\n{wrong}"


def test_months_in_any_order_give_the_same_rows_and_a_late_file_restates_its_own(
    databases: Databases, migrated: str, tmp_path: Path
) -> None:
    seed = SEED + 2
    money = money_of(seed, tmp_path, databases.create(template=migrated))
    first = {}
    for month in (MONTH, BEFORE):
        reconcile(money.settings, month)
        first[month] = results(money.settings, month)
    assert not unequal(money.expected(), first[MONTH]), f"seed {seed}"
    send_late_statement(money.folder)
    steps.ingest(money.settings, month=MONTH)
    for month in (BEFORE, MONTH):
        reconcile(money.settings, month)
    assert not unequal(first[BEFORE], results(money.settings, BEFORE)), f"seed {seed}"
    restated = results(money.settings, MONTH)
    assert unequal(first[MONTH], restated)
    wrong = unequal(Counter(reconciliation(money.folder, MONTH, as_of=AS_OF)), restated)
    assert not wrong, f"seed {seed}:\n{wrong}"
