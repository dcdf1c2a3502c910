"""Which city is asked, and about which months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from tests.support import MONTHS, BuiltCity

# One month on an empty warehouse, in ``make test``; several run one after the other, in the scenarios.
RUNS = {"june": MONTHS[-1:], "built": MONTHS}
LONG = pytest.mark.scenarios


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask what is asked of a month of every month that was run, and what is asked of a city of both."""
    if "month" in metafunc.fixturenames:
        asked = [("june", MONTHS[-1]), *(pytest.param("built", month, marks=LONG) for month in MONTHS)]
        metafunc.parametrize(("built_city", "month"), asked, indirect=["built_city"], scope="module")
    elif "built_city" in metafunc.fixturenames:
        asked = ["june", pytest.param("built", marks=LONG)]
        metafunc.parametrize("built_city", asked, indirect=True, scope="module")


@pytest.fixture(scope="module")
def built_city(
    request: pytest.FixtureRequest,
    city_folder: Path,
    make_run_city: Callable[[str, tuple[str, ...]], Settings],
) -> BuiltCity:
    """The simulated city with the months of this name run; every module has its own copy."""
    months = RUNS[request.param]
    return BuiltCity(folder=city_folder, months=months, settings=make_run_city(request.param, months))
