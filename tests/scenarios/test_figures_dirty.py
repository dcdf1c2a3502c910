"""The figures of a city dirtied at random equal the oracle's: the rules for bad data are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from tests.oracle.dirty import dirty_city
from tests.pipeline import test_figures as figures
from tests.support import BuiltCity, run_fundwatch

MONTH = "2024-06"


@pytest.fixture(scope="module", params=[pytest.param(1, marks=pytest.mark.full), 2], ids="seed {}".format)
def dirtied(
    request: pytest.FixtureRequest,
    city_folder: Path,
    make_city_settings: Callable[[], Settings],
    tmp_path_factory: pytest.TempPathFactory,
) -> BuiltCity:
    """A city dirtied by seed, with its last month run."""
    home = tmp_path_factory.mktemp("dirty")
    dirty_city(city_folder, home / "city", month=MONTH, seed=request.param)
    settings = replace_home(make_city_settings(), home)
    run_fundwatch("run", "--month", MONTH, settings=settings)
    return BuiltCity(folder=home / "city", months=(MONTH,), settings=settings)


def replace_home(settings: Settings, home: Path) -> Settings:
    return Settings(home=home, database_url=settings.database_url)


def test_indicators_equal_the_oracle_when_rows_are_dirty(dirtied: BuiltCity) -> None:
    figures.test_indicators_equal_the_oracle(dirtied, MONTH)


def test_rates_equal_the_oracle_when_rows_are_dirty(dirtied: BuiltCity) -> None:
    figures.test_rates_equal_the_oracle(dirtied, MONTH)


def test_rule_results_equal_the_oracle_when_rows_are_dirty(dirtied: BuiltCity) -> None:
    figures.test_rule_results_equal_the_oracle(dirtied, MONTH)


def test_arrival_review_equals_the_oracle_when_rows_are_dirty(dirtied: BuiltCity) -> None:
    figures.test_arrival_review_equals_the_oracle(dirtied, MONTH)


def test_cases_equal_the_oracle_when_rows_are_dirty(dirtied: BuiltCity) -> None:
    figures.test_cases_of_every_rule_equal_the_oracle(dirtied, MONTH)
