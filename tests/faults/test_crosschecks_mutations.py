"""Each clause of the rules, taken out or moved by one, changes what random rows raise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from crosschecks.names import classify, is_written_alike
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
MANY_IDS = "one_person_many_ids"
LINKED = "select person_id, other_person_id from crosschecks.linked_pairs where is_linked"
NAMES = """
select distinct former.person_name, later.person_name
from business_ledger.persons as former
inner join business_ledger.persons as later
    on former.row_key = later.row_key and former.valid_to_batch = later.valid_from_batch
where former.person_name is not null and later.person_name is not null
"""
JUDGED = "insert into crosschecks.name_matches values (%s, %s, %s, %s) on conflict do nothing"
PAIRS = f"""
select person_id, other_person_id, evidence from crosschecks.cases
where month = %(month)s and rule_id = '{MANY_IDS}' and match_class = 'A' order by case_id
"""


@dataclass(frozen=True)
class Built:
    """A city with rows on both sides of every boundary, its compiled models, and what the page says of it."""

    connection: psycopg.Connection
    compiled: Compiled
    points: dict[tuple[str, str, str, str, str], Point]
    linked: set[tuple[str, str]]

    def unequal(self, rule: str, mutation: Mutation | None = None) -> dict[str, list[str]]:
        """Compare a rule, mutated or not, with the page; pairs of class D with those that were linked."""
        expected = {key: point for key, point in self.points.items() if key[0] == rule}
        rows = self.compiled.rows(self.connection, rule, mutation)
        wrong = unequal(expected, rows, [rule])
        of_class_d = {(row["person_id"], row["other_person_id"]) for row in rows if row["match_class"] == "D"}
        linked = self.linked if rule == MANY_IDS else set()
        if differing := of_class_d ^ linked:
            wrong.setdefault(rule, []).append(f"linked or listed alone: {sorted(differing)}")
        return wrong


@pytest.fixture(scope="module")
def built(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("hostile")
    city = write_city(folder / "city", SEED, humans=HUMANS)
    settings = landed(city, folder / "home", databases.create(template=migrated), (BEFORE, MONTH))
    check(settings, MONTH)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        expected = points(City(city), MONTH)
        cleared = _clear(connection)
        _judge_all(connection)
        linked = {tuple(pair) for pair in connection.execute(LINKED)}
        assert linked
        del expected[MANY_IDS, "", *cleared, ""]
        yield Built(connection, Compiled(settings), expected, linked)


def _judge_all(connection: psycopg.Connection) -> None:
    """Judge the names of every record in two batches, those too that the models leave out."""
    for former, later in connection.execute(NAMES).fetchall():
        judged = (former, later, classify(former, later), is_written_alike(former, later))
        connection.execute(JUDGED, judged)


def _clear(connection: psycopg.Connection) -> tuple[str, str]:
    """Clear two pairs of one human, of the second without its last record; return the one that stays away."""
    pairs = connection.execute(PAIRS, {"month": MONTH}).fetchmany(2)
    for (person, other, evidence), left_out in zip(pairs, (0, 1), strict=True):
        items = json.loads(evidence)
        assert len(items) > 1
        for item in items[: len(items) - left_out]:
            row = (MANY_IDS, person, other, *item.values())
            connection.execute(
                "insert into crosschecks.cleared_evidence values ('cleared', %s, '', %s, %s, %s, %s, %s, %s)",
                row,
            )
    return pairs[0][:2]


@pytest.mark.parametrize("rule", sorted({mutation.rule for mutation in MUTATIONS}))
def test_rule_as_it_is_says_what_the_page_says(built: Built, rule: str) -> None:
    wrong = built.unequal(rule)
    assert not wrong, report(wrong)


@pytest.mark.parametrize(
    "mutation", MUTATIONS, ids=[f"{mutation.rule}: {mutation.clause}" for mutation in MUTATIONS]
)
def test_clause_taken_out_is_noticed(built: Built, mutation: Mutation) -> None:
    assert built.unequal(mutation.rule, mutation)
