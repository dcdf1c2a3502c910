"""One source row in twenty is corrected after a month was published: what that changes, and what not."""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch.settings import Settings
from tests import oracle
from tests.oracle.catalogue import TABLES
from tests.oracle.compare import differences, number
from tests.oracle.production import City
from tests.support import BuiltCity, Databases, run_fundwatch

MAY, JUNE = "2024-05", "2024-06"
SEED = int(os.environ.get("FUNDWATCH_TEST_CORRECTIONS_SEED", "7"))
SHARE = 0.05
DELETED = 0.1
INDICATOR_KEY = "division, scheme, breakdown, indicator"
Cells = Mapping[tuple, Decimal | int | None]


@dataclass(frozen=True)
class Corrected:
    """A copy of the built city with June's source corrected, landed, built and published again."""

    settings: Settings
    rows: int
    before: City
    after: City
    others_before: list[list[tuple]]


def correct(database: Path, draw: random.Random) -> int:
    """Correct rows of every table: another row's value in one column, or the row deleted; return how many.

    Every second correction forgets to say when it was made (AAE036), as real ones do.
    """
    corrected = 0
    with closing(sqlite3.connect(database)) as source, source:
        for table, spec in TABLES.items():
            held = [rowid for (rowid,) in source.execute(f"select rowid from {table}")]
            if table == "AA10" or not held:
                continue
            columns = [column for column in spec.columns if column != "AAE036"]
            for rowid in draw.sample(held, round(len(held) * SHARE)):
                if draw.random() < DELETED:
                    source.execute(f"delete from {table} where rowid = ?", (rowid,))
                else:
                    column, other = draw.choice(columns), draw.choice(held)
                    handled = ", AAE036 = '20240630'" if draw.random() < 0.5 else ""
                    source.execute(
                        f"update {table} set {column} = (select o.{column} from {table} as o"
                        f" where o.rowid = ?){handled} where rowid = ?",
                        (other, rowid),
                    )
                corrected += 1
    return corrected


def sign_june(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        query = "select max(number) from ops.publications where month = %s"
        published = str(connection.execute(query, (JUNE,)).fetchone()[0])
    run_fundwatch("review", published, "--as", "李复核", settings=settings)
    run_fundwatch("approve", published, "--as", "张负责", "--note", "known", settings=settings)


@pytest.fixture(scope="module")
def corrected(
    built_city: BuiltCity, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Corrected:
    template = make_url(built_city.settings.database_url).database
    home = tmp_path_factory.mktemp("corrected")
    settings = Settings(home=home, database_url=databases.create(template=template))
    shutil.copytree(built_city.folder, home / "city")
    sign_june(settings)
    others = of_other_months(settings)
    draw = random.Random(SEED)  # noqa: S311 - repeatable by its seed
    rows = correct(home / "city" / f"production-{JUNE}.db", draw)
    run_fundwatch("ingest", "--month", JUNE, "--feed", "production", "--verify", settings=settings)
    run_fundwatch("build", "--month", JUNE, settings=settings)
    run_fundwatch("publish", "--month", JUNE, settings=settings)
    return Corrected(settings, rows, City(built_city.folder), City(home / "city"), others)


def of_other_months(settings: Settings) -> list[list[tuple]]:
    """Indicators and report cells of the months before, in a stable order."""
    with psycopg.connect(settings.database_url) as connection:
        return [
            connection.execute(
                f"select * from {table} where month <> %s order by {place}", (JUNE,)
            ).fetchall()
            for table, place in (
                ("statistical_ledger.indicators", f"month, {INDICATOR_KEY}"),
                ("reports.cells", "month, form, cell"),
            )
        ]


def figures(city: City) -> Cells:
    """What every indicator cell of June must be, by the independent computation."""
    expected = oracle.indicators(city, JUNE) | oracle.breakdowns(city, JUNE)
    return {key[1:]: value for key, value in (expected | oracle.movements(city, JUNE, before=MAY)).items()}


def changed(before: Mapping, after: Mapping) -> dict[tuple, tuple]:
    """Return old and new value of each key that differs; None on the side where it is not."""
    return {
        key: (before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key, "none") != after.get(key, "none")
    }


def test_corrected_month_equals_the_oracle_of_the_corrected_source(corrected: Corrected) -> None:
    with psycopg.connect(corrected.settings.database_url) as connection:
        query = f"select {INDICATOR_KEY}, value from statistical_ledger.indicators where month = %s"
        rows = {tuple(row[:4]): row[4] for row in connection.execute(query, (JUNE,))}
    assert corrected.rows > 1000
    report = differences(figures(corrected.after), rows)
    assert not report, report


def test_corrections_change_exactly_the_cells_they_should(corrected: Corrected) -> None:
    before, after = figures(corrected.before), figures(corrected.after)
    with psycopg.connect(corrected.settings.database_url) as connection:
        query = (
            f"select {INDICATOR_KEY}, value from statistical_ledger.indicator_history"
            " where month = %s and build_number = (select max(build_number)"
            " from statistical_ledger.indicator_history where month = %s)"
        )
        restated = {tuple(row[:4]): row[4] for row in connection.execute(query, (JUNE, JUNE))}
    expected = {key: new for key, (_, new) in changed(before, after).items()}
    assert len(expected) > 100
    assert len(after.keys() - expected.keys()) > 100
    report = differences(expected, restated)
    assert not report, report


def test_corrections_of_a_month_leave_the_months_before_alone(corrected: Corrected) -> None:
    assert all(len(rows) > 500 for rows in corrected.others_before)
    assert of_other_months(corrected.settings) == corrected.others_before


def test_correcting_publication_lists_exactly_the_cells_that_changed(corrected: Corrected) -> None:
    with psycopg.connect(corrected.settings.database_url) as connection:
        query = "select number, replaces from ops.publications where month = %s order by number desc limit 1"
        published, replaced = connection.execute(query, (JUNE,)).fetchone()
    assert replaced is not None
    listed = corrected.settings.home / "reports" / str(published) / "changes.csv"
    with listed.open(encoding="utf-8", newline="") as handle:
        listed_rows = list(csv.DictReader(handle))
    rows = [row for row in listed_rows if row["form"].startswith("R")]
    assert len(rows) == len(listed_rows), "only the ledgers were built again"
    corrected_cells = {stated(row): (number(row["old_value"]), number(row["new_value"])) for row in rows}
    assert len(corrected_cells) == len(rows)
    before, after = (form_cells(city) for city in (corrected.before, corrected.after))
    expected = changed(before, after)
    assert 50 < len(expected) < len(after)
    report = differences(expected, corrected_cells)
    assert not report, report


def stated(row: Mapping[str, str]) -> tuple:
    """What a cell states, wherever its line stands; June's targets are one of a kind for each scheme."""
    column = re.fullmatch(r"r\d+c(\d+)", row["cell"])[1]
    return (*(row[name] for name in ("form", "division", "scheme", "breakdown", "indicator")), column)


def form_cells(city: City) -> Cells:
    names = ("form", "division", "scheme", "breakdown", "cell", "indicator")
    cells = oracle.report_cells(city, JUNE).items()
    return {stated(dict(zip(names, (*key, name), strict=True))): value for key, (name, value) in cells}
