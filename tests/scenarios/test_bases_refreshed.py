"""A month verified again for what was corrected in it alone equals one verified in full, row by row."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.task import open_context
from reconciliation.bases import verify_bases
from tests.bases import changing
from tests.bases.warehouses import verify
from tests.hostile.bases import LANDED, write_bases
from tests.hostile.drawing import MONTH
from tests.hostile.warehouses import landed
from tests.seeds import SEED
from tests.support import Databases

EXPORTS = ("bases", "base_exceptions", "bases_left_out", "unit_declarations", "unit_documents", "base_cells")
_MOST_DRAWS = 5
CORRECTIONS: dict[str, tuple[changing.Correction, ...]] = {
    "contributions": (changing.correct_contributions,),
    "collections": (changing.correct_collections,),
    "persons": (changing.correct_persons,),
    "units": (changing.correct_units,),
    "everything": (
        changing.correct_contributions, changing.correct_collections, changing.correct_persons,
        changing.correct_units,
    ),
}  # fmt: skip
FILES = {
    "base-person-csv/1": "wage_total", "base-declaration-csv/1": "wage_bill",
    "base-application-csv/1": "new_base", "tax-voucher-csv/1": "base",
}  # fmt: skip
Exported = dict[str, Counter[tuple]]


class City:
    """A city verified once, and again after every correction."""

    def __init__(self, folder: Path, databases: Databases, migrated: str) -> None:
        self.folder = write_bases(folder / "city", SEED, units=60)
        url = databases.create(template=migrated)
        self.settings: Settings = landed(self.folder, folder / "home", url, LANDED, is_built=False)
        self.chance = random.Random(SEED)  # noqa: S311 - a test's chance, repeated by its seed
        verify(self.settings, MONTH)

    @property
    def warehouse(self) -> Warehouse:
        return open_warehouse(self.settings)

    def correct(self, corrections: tuple[changing.Correction, ...]) -> None:
        """Correct the month's production database and read it again."""
        changing.correct(self.folder / f"production-{MONTH}.db", corrections, self.chance)
        steps.ingest(self.settings, month=MONTH, verify=True)

    def send_again(self, layout: str) -> None:
        """Send a further file of a format, which corrects a few rows of the first."""
        changing.write_again(self.folder / "inbox", layout, FILES[layout], chance=self.chance)
        steps.ingest(self.settings, month=MONTH)

    def exported(self) -> Exported:
        """Read every row of the month, evidence and all."""
        with self.warehouse.connect() as connection:
            return {
                name: Counter(connection.execute(f"select * from bases.{name}").fetchall())
                for name in EXPORTS
            }

    def subjects(self) -> Counter[str]:
        """Count whose bases the last build verified."""
        with self.warehouse.connect() as connection:
            rows = connection.execute("select subject from bases.affected_subjects").fetchall()
        return Counter(subject for (subject,) in rows)

    def verify_in_full(self) -> None:
        """Verify the month as if it never was; the ledgers stay as they are."""
        with self.warehouse.connect() as connection:
            connection.execute("delete from bases.verified_months")
        context = open_context(self.settings, month=MONTH)
        verify_bases(self.warehouse, month=MONTH, build=context.build)


@pytest.fixture(scope="module")
def city(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(tmp_path_factory.mktemp("refreshed"), databases, migrated)


def _refresh(city: City) -> tuple[Exported, Counter[str]]:
    verify(city.settings, MONTH)
    return city.exported(), city.subjects()


def _difference(left: Exported, right: Exported) -> dict[str, list[tuple]]:
    rows = {name: [*(left[name] - right[name]), *(right[name] - left[name])] for name in EXPORTS}
    return {name: different[:3] for name, different in rows.items() if different}


def test_unchanged_month_verifies_nobody_again(city: City) -> None:
    before = city.exported()
    refreshed, subjects = _refresh(city)
    assert subjects == Counter()
    assert _difference(before, refreshed) == {}
    assert all(refreshed.values())


def test_month_that_lost_rows_is_verified_in_full(city: City) -> None:
    before = city.exported()
    with city.warehouse.connect() as connection:
        connection.execute("delete from bases.base_exceptions where amount > 0")
    refreshed, subjects = _refresh(city)
    assert subjects == Counter(["everything"])
    assert _difference(before, refreshed) == {}


@pytest.mark.parametrize("what", CORRECTIONS)
def test_corrected_rows_give_what_a_full_verification_gives(city: City, what: str) -> None:
    _require_equal_until_changed(city, lambda: city.correct(CORRECTIONS[what]))


@pytest.mark.parametrize("layout", FILES)
def test_corrected_files_give_what_a_full_verification_gives(city: City, layout: str) -> None:
    _require_equal_until_changed(city, lambda: city.send_again(layout))


def _require_equal_until_changed(city: City, correct: Callable[[], None]) -> None:
    """Correct the city until its bases change; each time they equal those of a full verification.

    A correction may draw rows that no base rests on, or a file that is held because a person is in it twice.
    """
    before = city.exported()
    for _ in range(_MOST_DRAWS):
        correct()
        refreshed, subjects = _refresh(city)
        different = _difference(before, refreshed)
        assert not subjects["everything"], f"seed {SEED}"
        assert bool(different) <= subjects["unit"] < 60, f"seed {SEED}: {subjects} for {different}"
        city.verify_in_full()
        assert city.subjects() == Counter(["everything"])
        assert _difference(refreshed, city.exported()) == {}, f"seed {SEED}"
        if different:
            return
    pytest.fail(f"seed {SEED}: nothing changed")
