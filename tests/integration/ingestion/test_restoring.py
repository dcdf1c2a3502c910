"""Landing put back as it was known: every state that any month ever had can be had again."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from ingestion.production import land_production
from ingestion.site_for_landing import read_landing_site
from reporting.publications.restoring import Step, restore_production
from tests.integration.ingestion.support import rows_of, write_production, write_site
from tests.support import Databases, drawn

MONTHS = ("2024-03", "2024-04", "2024-05")
STATE = """
    select aac001, aae240, _file_id, _row from landing.production__ac50
    where _valid_from <= %s and (_valid_to is null or _valid_to > %s)
"""


@pytest.fixture
def scratch(databases: Databases, migrated: str, settings: Settings) -> Warehouse:
    return open_warehouse(replace(settings, database_url=databases.create(template=migrated)))


def states(warehouse: Warehouse) -> dict[str, Counter]:
    return {month: Counter(rows_of(warehouse, STATE, month, month)) for month in MONTHS}


@pytest.mark.parametrize("seed", drawn(2))
def test_restored_landing_is_what_each_month_was_at_each_moment(
    warehouse: Warehouse, scratch: Warehouse, settings: Settings, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - a repeatable sequence, no secret
    write_site(settings)
    site = read_landing_site(warehouse, settings)
    held = {f"p{number}": 1 for number in range(8)}
    known: list[tuple[datetime, dict[str, Counter]]] = []
    for _ in range(7):
        for _ in range(rng.randrange(1, 4)):
            person = f"p{rng.randrange(12)}"
            if rng.random() < 0.3:
                held.pop(person, None)
            else:
                held[person] = rng.randrange(1, 9)
        month = rng.choice(MONTHS)
        rows = [(person, "110", str(amount)) for person, amount in sorted(held.items())]
        write_production(settings, month, {"AC50": ("AAC001 AAE140 AAE240", rows)})
        land_production(warehouse, settings, month=month, site=site, verify=True)
        known.append((datetime.now(UTC), states(warehouse)))
    assert rows_of(warehouse, "select count(*) from ops.landing_withdrawals") != [(0,)]
    for _ in range(4):
        moments = {month: rng.choice(known) for month in MONTHS}
        steps = [Step(month, "build", date.min, "", began) for month, (began, _) in moments.items()]
        restore_production(warehouse, scratch, steps=steps)
        restored = states(scratch)
        expected = {month: state[month] for month, (_, state) in moments.items()}
        assert restored == expected
