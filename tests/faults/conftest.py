"""One city, for the whole run; a fresh warehouse and home for every fault."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy.engine import make_url

from fundwatch.settings import Settings
from tests.faults.arrivals import BEFORE, MONTH, as_it_was_before, write_arrivals
from tests.faults.state import State, state_of
from tests.faults.workers import Forker
from tests.support import Databases

INGEST = ("ingest", "--month", MONTH)


@dataclass(frozen=True)
class Peace:
    """The month landed without any fault: what was left, and the places reached on the way."""

    state: State
    reached: tuple[str, ...]


@pytest.fixture(scope="session")
def forker(tmp_path_factory: pytest.TempPathFactory) -> Forker:
    """Starts commands as processes."""
    return Forker(tmp_path_factory.mktemp("commands"))


@pytest.fixture(scope="session")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that read what arrived; they have no database yet."""
    return write_arrivals(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def make_scene(
    arrived: Settings, databases: Databases, migrated: str, forker: Forker
) -> Callable[[], Settings]:
    """Return a function that makes a warehouse with the month before landed and the month itself arrived."""
    first = replace(arrived, database_url=databases.create(template=migrated))
    land_before(first, forker)
    numbers = itertools.count(1)

    def make() -> Settings:
        home = first.home.with_name(f"home-{next(numbers)}")
        shutil.copytree(first.home, home)
        url = databases.create(template=make_url(first.database_url).database)
        return replace(first, home=home, database_url=url)

    return make


def land_before(settings: Settings, forker: Forker) -> None:
    """Land the month before, without faults."""
    settings.home.mkdir()
    ended = forker.run("ingest", "--month", BEFORE, settings=as_it_was_before(settings))
    assert ended.code == 0, ended.errors


@pytest.fixture
def scene(make_scene: Callable[[], Settings]) -> Settings:
    """A warehouse of this test's own, with the month before landed and the month itself arrived."""
    return make_scene()


@pytest.fixture(scope="session")
def peace(
    make_scene: Callable[[], Settings], forker: Forker, tmp_path_factory: pytest.TempPathFactory
) -> Peace:
    """The month landed without any fault."""
    settings = make_scene()
    log = tmp_path_factory.mktemp("log") / "reached"
    ended = forker.start(*INGEST, settings=settings, failpoint="*:0", log=log).wait()
    assert ended.code == 0, ended.errors
    return Peace(state_of(settings, forker), tuple(log.read_text().split()))
