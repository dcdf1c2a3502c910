"""The error lists of the built city, its last month corrected, equal an independent computation."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter

import pytest
from sqlalchemy.engine import make_url

from fundwatch.settings import Settings
from tests.oracle.compare import by_key, differences, number
from tests.oracle.production import City
from tests.oracle.rectification import Issue, as_exported, corrected_in_time, error_lists, failing
from tests.oracle.rules import RULES
from tests.support import BuiltCity, Databases, export_rows, run_fundwatch

COLUMNS = (
    "month", "division", "table", "rule_id", "key", "first_seen", "due_on", "state", "corrected_on", "reason",
)  # fmt: skip


# Rows that are mended or go, and rows that are spoilt.
CORRECTIONS = (
    "delete from AC43 where rowid % 3 = 0",
    "update AC01 set AAC006 = '18000101' where rowid % 50 = 0",
)


@pytest.fixture(scope="module")
def corrected(
    built_city: BuiltCity, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> BuiltCity:
    """A copy of the built city whose last month was corrected at the source, landed and measured again."""
    template = make_url(built_city.settings.database_url).database
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=template))
    (home / "city").mkdir()
    last = f"production-{built_city.months[-1]}.db"
    for path in built_city.folder.iterdir():
        if path.name != last:
            (home / "city" / path.name).symlink_to(path)
    shutil.copy(built_city.folder / last, home / "city" / last)
    with sqlite3.connect(home / "city" / last) as production:
        assert all(production.execute(statement).rowcount > 10 for statement in CORRECTIONS)
    production.close()
    month = ("--month", built_city.months[-1])
    run_fundwatch("ingest", *month, "--feed", "production", "--verify", settings=settings)
    run_fundwatch("measure", *month, settings=settings)
    return BuiltCity(folder=home / "city", months=built_city.months, settings=settings)


@pytest.fixture(scope="module")
def city(corrected: BuiltCity) -> City:
    return City(corrected.folder)


@pytest.fixture(scope="module")
def failing_by_month(city: City, corrected: BuiltCity) -> dict[str, dict[Issue, str]]:
    return {month: failing(city, month) for month in corrected.months}


@pytest.fixture(scope="module")
def exported(corrected: BuiltCity) -> dict[str, list[dict[str, str]]]:
    return {
        month: export_rows("rectification", month, settings=corrected.settings) for month in corrected.months
    }


def test_rectification_equals_the_oracle_over_three_months(
    city: City,
    failing_by_month: dict[str, dict[Issue, str]],
    exported: dict[str, list[dict[str, str]]],
) -> None:
    lists = error_lists(city.site, failing_by_month)
    states = {row["state"] for rows in exported.values() for row in rows}
    assert states >= {"open", "overdue", "corrected"}
    for month, rows in exported.items():
        ours = Counter(tuple(row[column] for column in COLUMNS) for row in rows if row["table"] in RULES)
        report = differences(as_exported(month, lists[month]), ours)
        assert not report, report


def test_error_correction_rate_equals_the_oracle(
    corrected: BuiltCity, city: City, failing_by_month: dict[str, dict[Issue, str]]
) -> None:
    lists = error_lists(city.site, failing_by_month)
    month = corrected.months[-1]
    rows = [
        row
        for row in corrected.export("scorecard", month)
        if row["metric"] == "error_correction_rate" and row["table"] in RULES
    ]
    ours = {
        place: (number(row["numerator"]), number(row["denominator"]))
        for place, row in by_key(rows, ("division", "table")).items()
    }
    expected = corrected_in_time(city.site, lists, month)
    assert any(issued for _, issued in expected.values())
    report = differences(expected, ours)
    assert not report, report


def test_issue_has_one_identity_and_one_row_behind_it_in_each_month(
    exported: dict[str, list[dict[str, str]]],
) -> None:
    known: dict[str, tuple[str, ...]] = {}
    for month, rows in exported.items():
        assert len({row["issue_id"] for row in rows}) == len(rows) > 0, month
        failing_rows = [
            (row["rule_id"], row["source_file_id"], row["source_row"])
            for row in rows
            if row["state"] != "corrected"
        ]
        assert len(set(failing_rows)) == len(failing_rows)
        for row in rows:
            about = (row["table"], row["rule_id"], row["key"], row["first_seen"])
            assert known.setdefault(row["issue_id"], about) == about
