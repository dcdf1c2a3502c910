"""Each clause of the rules, taken out or moved by one, changes what random rows raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.faults.mutating import Compiled, Mutation, mutations
from tests.hostile import BEFORE, MONTH, write_city
from tests.hostile.comparing import report, unequal
from tests.hostile.warehouses import check, landed
from tests.oracle.crosschecks import points
from tests.oracle.crosschecks.points import Point
from tests.oracle.production import City
from tests.support import Databases

pytestmark = pytest.mark.faults
SEED, HUMANS = 7, 1500
MUTATIONS = mutations()


@dataclass(frozen=True)
class Built:
    """A city with rows on both sides of every boundary, its compiled models, and what the page says of it."""

    connection: psycopg.Connection
    compiled: Compiled
    points: dict[tuple[str, str, str, str, str], Point]

    def unequal(self, rule: str, mutation: Mutation | None = None) -> dict[str, list[str]]:
        """Compare a rule, mutated or not, with the page."""
        expected = {key: point for key, point in self.points.items() if key[0] == rule}
        return unequal(expected, self.compiled.rows(self.connection, rule, mutation), [rule])


@pytest.fixture(scope="module")
def built(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("hostile")
    city = write_city(folder / "city", SEED, humans=HUMANS)
    settings = landed(city, folder / "home", databases.create(template=migrated), (BEFORE, MONTH))
    check(settings, MONTH)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        yield Built(connection, Compiled(settings), points(City(city), MONTH))


@pytest.mark.parametrize("rule", sorted({mutation.rule for mutation in MUTATIONS}))
def test_rule_as_it_is_says_what_the_page_says(built: Built, rule: str) -> None:
    wrong = built.unequal(rule)
    assert not wrong, report(wrong)


@pytest.mark.parametrize(
    "mutation", MUTATIONS, ids=[f"{mutation.rule}: {mutation.clause}" for mutation in MUTATIONS]
)
def test_clause_taken_out_is_noticed(built: Built, mutation: Mutation) -> None:
    assert built.unequal(mutation.rule, mutation)
