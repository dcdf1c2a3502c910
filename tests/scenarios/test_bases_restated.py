"""An average wage published late, then corrected in the site: the rows of its base year change, no others."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from fundwatch.database.warehouse import open_warehouse
from tests.bases.warehouses import compared, exported, verify
from tests.hostile.bases import LANDED, write_bases
from tests.hostile.drawing import MONTH, NORTH
from tests.hostile.warehouses import landed
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.production import City
from tests.support import Databases

ORACLES: dict[str, Callable] = {"bases": bases_of, "base_exceptions": exceptions_of}
YEAR = "2023"
IN_TIME, LATE = "5600.01,2024-04", "5600.01,2024-07"
CORRECTED = "5720.00,2024-04"
Stated = dict[str, set[tuple]]


@pytest.fixture(scope="module")
def stated(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stated]:
    """What is exported with the wage in time, published three months late, and corrected."""
    folder = tmp_path_factory.mktemp("restated")
    city = write_bases(folder / "city", 11, units=60)
    settings = landed(city, folder / "home", databases.create(template=migrated), LANDED, is_built=False)
    wages = city / "site" / "average_wages.csv"
    statements = []
    for wage in (IN_TIME, LATE, CORRECTED):
        text = (city / "site" / "average_wages.csv").read_text(encoding="utf-8")
        wages.write_text(_restated(text, wage), encoding="utf-8")
        verify(settings, MONTH)
        rows = {what: exported(open_warehouse(settings), what, MONTH) for what in ORACLES}
        statements.append({what: compared(of_oracle) for what, of_oracle in rows.items()})
        as_it_was = shutil.copytree(city, folder / f"city-{len(statements)}")
        for what, oracle in ORACLES.items():
            assert statements[-1][what] == compared(oracle(City(as_it_was), MONTH, landed=LANDED)), (
                what,
                wage,
            )
    return statements


def _restated(text: str, wage: str) -> str:
    key = f"{NORTH},{YEAR},province,"
    lines = [key + wage if line.startswith(key) else line for line in text.splitlines()]
    assert key + wage in lines
    return "\n".join(lines) + "\n"


def _base_years(rows: set[tuple]) -> set[tuple[str, str]]:
    return {(dict(row)["division"], dict(row)["wage_year"]) for row in rows}


@pytest.mark.parametrize("what", sorted(ORACLES))
@pytest.mark.parametrize("place", [1, 2], ids=["late", "corrected"])
def test_rows_of_that_base_year_change_and_no_others(stated: list[Stated], what: str, place: int) -> None:
    changed = stated[0][what] ^ stated[place][what]
    assert _base_years(changed) == {(NORTH, YEAR)}
    assert stated[0][what] & stated[place][what]


def test_base_year_waits_for_a_wage_that_is_not_published(stated: list[Stated]) -> None:
    rows = [dict(row) for row in stated[1]["bases"]]
    waiting = [row for row in rows if (row["division"], row["wage_year"]) == (NORTH, YEAR)]
    assert {row["status"] for row in waiting} <= {"provisional", "no_rule"}
    assert {row["expected_base"] for row in waiting} == {""}
