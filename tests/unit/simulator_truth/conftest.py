"""The city whose truth is compared, made once for all workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import simulate
from tests.running import folder
from tests.unit.simulator_truth.planted_city import MONTHS


@pytest.fixture(scope="session")
def city() -> Path:
    """A city of a thousand persons over seven months; read only."""

    def make() -> str:
        out = folder.run_folder() / "planted-city"
        simulate(out=out, months=MONTHS, persons=1000, seed=11, plants=1)
        return str(out)

    return Path(folder.once("planted-city", make))
