"""Shared fixtures: one server, a fresh warehouse per test, copies of one built city."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import _lru_cache_wrapper
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.environment import ignore_foreign_variables
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from tests.running import folder
from tests.running.server import start as start_server
from tests.support import (
    HISTORY,
    MONTHS,
    READ_THE_PROJECT,
    BuiltCity,
    ByModule,
    Databases,
    run_fundwatch,
)

PERSONS = int(os.environ.get("FUNDWATCH_TEST_PERSONS", "2000"))
IS_FULL = bool(os.environ.get("FUNDWATCH_TEST_FULL"))

# How long one example takes says more of the machine than of what is tested.
hypothesis.settings.register_profile("fundwatch", deadline=None)
hypothesis.settings.load_profile("fundwatch")


# Packages whose functions remember whole cities.
_ORACLES = ("tests.oracle.", "tests.pipeline.")
# Kinds of tests that other targets run than ``make test``.
ELSEWHERE = {"scenarios", "full", "faults", "servers", "pages", "spark"}
# The module that builds the city comes first: while it does, the other worker has long ones that need none.
# What builds more than others goes before them, so that no worker ends with a long one.
ORDER = ("tests/pipeline/test_figures.py", *READ_THE_PROJECT, "tests/integration/test_crosschecks_cases.py",
    "tests/integration/statements/test_hand_matches.py", "tests/dags/",
    "tests/integration/test_statistics_moves.py", "tests/scenarios/test_bases_planted.py",
    "tests/scenarios/test_airflow.py", "tests/scenarios/test_arrivals.py", "tests/scenarios/test_traces.py",
    "tests/scenarios/",
    "tests/integration/", "tests/badinput/", "tests/pipeline/", "tests/pages/test_every_page_chinese.py",
    "tests/portal/described/", "tests/pages/")  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers of this run share; no variable of libpq or dbt reaches a test."""
    ignore_foreign_variables()
    if not hasattr(config, "workerinput"):
        folder.create()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder; the server and the process that forks end by themselves, with this one."""
    if not hasattr(config, "workerinput"):
        folder.remove()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Keep the tests of a module, which share its fixtures, on one worker."""
    return ByModule(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest; leave out, and report, what other targets run than ``make test``.

    What lies in ``scenarios/`` is marked so, and what looks at the simulated city ``sized``.
    ``make test-full`` sets FUNDWATCH_TEST_FULL and runs what is sized: the others are the same at any size.
    The other targets name a marker.
    """
    for item in items:
        if item.nodeid.startswith("tests/scenarios/"):
            item.add_marker("scenarios")
        if "city_folder" in getattr(item, "fixturenames", ()):
            item.add_marker("sized")
    items.sort(key=_place)
    elsewhere = ELSEWHERE - ({"full", "scenarios"} if IS_FULL else set(config.option.markexpr.split()))
    marks = [{marker.name for marker in item.iter_markers()} for item in items]
    is_left_out = [bool(elsewhere & names) or (IS_FULL and "sized" not in names) for names in marks]
    config.hook.pytest_deselected(items=[item for item, out in zip(items, is_left_out, strict=True) if out])
    items[:] = [item for item, out in zip(items, is_left_out, strict=True) if not out]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for no garbage while tests are collected: of what is imported next to nothing is any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Spare what was imported and collected the searches for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def _place(item: pytest.Item) -> int:
    return next((place for place, start in enumerate(ORDER) if item.nodeid.startswith(start)), len(ORDER))


@pytest.fixture(scope="module", autouse=True)
def _room(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give back, at full size, what a module took: its databases, and the figures its oracles remember."""
    yield
    if IS_FULL:
        request.getfixturevalue("databases").drop()
        for remembered in gc.get_objects():
            if isinstance(remembered, _lru_cache_wrapper) and remembered.__module__.startswith(_ORACLES):
                remembered.cache_clear()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("FUNDWATCH_")]:
        if not name.startswith("FUNDWATCH_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def server() -> str:
    """URL of this run's own PostgreSQL server: the wheel's, or one of FUNDWATCH_TEST_BINARIES."""
    return folder.once("server", lambda: start_server(folder.run_folder(), owner=folder.owner()))


@pytest.fixture(scope="session")
def databases(server: str) -> Databases:
    """Makes databases; they go with the server, since dropping each would cost a checkpoint."""
    return Databases(server)


@pytest.fixture(scope="session")
def migrated(databases: Databases) -> str:
    """Name of a database that holds a freshly migrated warehouse, to copy from."""

    def migrate() -> str:
        url = databases.create()
        open_warehouse(Settings(home=folder.run_folder() / "migrated", database_url=url))
        databases.pack_catalogue(url)
        return databases.keep(url)

    return folder.once("migrated", migrate)


@pytest.fixture
def settings(databases: Databases, migrated: str, tmp_path: Path) -> Settings:
    """Settings of an empty warehouse of this test's own, with a home, an inbox and no city."""
    return Settings(home=tmp_path / "home", database_url=databases.create(template=migrated))


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """An empty, migrated warehouse of this test's own."""
    return open_warehouse(settings)


@pytest.fixture(scope="session")
def city_folder() -> Path:
    """A simulated city, made once; tests that change it work on a copy."""

    def make() -> str:
        from simulator import simulate

        out = folder.run_folder() / "city"
        simulate(out=out, months=parse_range(HISTORY), persons=PERSONS, seed=7, production_url=None)
        return str(out)

    return Path(folder.once("city", make))


@pytest.fixture(scope="session")
def make_city_settings(
    city_folder: Path, databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Settings]:
    """Return a function that makes settings of an empty warehouse which reads the simulated city."""

    def make() -> Settings:
        home = tmp_path_factory.mktemp("home")
        (home / "city").symlink_to(city_folder)
        return Settings(home=home, database_url=databases.create(template=migrated))

    return make


@pytest.fixture(scope="session")
def make_run_city(
    make_city_settings: Callable[[], Settings], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, tuple[str, ...]], Settings]:
    """Return a function that gives a copy of the simulated city with months run, which are run only once."""

    def run(months: tuple[str, ...]) -> dict[str, str]:
        settings = make_city_settings()
        for month in months:
            run_fundwatch("run", "--month", month, settings=settings)
        return {"database": databases.keep(settings.database_url), "home": str(settings.home)}

    def make(name: str, months: tuple[str, ...]) -> Settings:
        original = folder.once(name, lambda: run(months))
        home = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(original["home"], home, symlinks=True)
        return Settings(home=home, database_url=databases.create(template=original["database"]))

    return make


@pytest.fixture(scope="module")
def built_city(city_folder: Path, make_run_city: Callable[[str, tuple[str, ...]], Settings]) -> BuiltCity:
    """The simulated city with its last three months run; every module has its own copy."""
    return BuiltCity(folder=city_folder, months=MONTHS, settings=make_run_city("built", MONTHS))


@pytest.fixture(scope="module")
def cold_june(make_run_city: Callable[[str, tuple[str, ...]], Settings]) -> Settings:
    """The simulated city with only its last month run, on a warehouse that was empty."""
    return make_run_city("june", MONTHS[-1:])
