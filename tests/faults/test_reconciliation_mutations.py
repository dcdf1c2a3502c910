"""Each clause of reconciliation, taken out or moved by one, changes what random money gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.faults.mutating import Compiled, Mutation, mutations
from tests.hostile import BEFORE, MONTH
from tests.hostile.money import AS_OF, write_money
from tests.hostile.money.warehouses import COLUMNS, reconcile, row_of, unequal
from tests.hostile.warehouses import landed
from tests.oracle.reconciliation import reconciliation
from tests.oracle.reconciliation.rows import Row
from tests.support import Databases

pytestmark = pytest.mark.faults
SEED = 7
OF_ACCOUNTS = ("income_not_zero", "no_agreement", "not_inspected", "unregistered_account")
MUTATIONS = mutations("reconciliation_mutations.csv")


@dataclass(frozen=True)
class Built:
    """Money on both sides of every boundary, the compiled models, and what the page says of it."""

    connection: psycopg.Connection
    compiled: Compiled
    rows: Counter[Row]

    def unequal(self, model: str, mutation: Mutation | None = None) -> str:
        """Compare the rows of a check, mutated or not, with the page."""
        rows = Counter(row_of(values) for values in self.compiled.values(self.connection, model, mutation))
        expected = {row: count for row, count in self.rows.items() if _model_of(row) == model}
        return unequal(Counter(expected), rows)


def _model_of(row: Row) -> str:
    """Name the model that a row of the export stands in."""
    if row.check == "account_rules":
        return "account_breaches" if row.status in OF_ACCOUNTS else "entry_breaches"
    return "reviewed_payers" if row.check == "arrival_review" else row.check


@pytest.fixture(scope="module")
def built(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("money")
    city = write_money(folder / "city", SEED)
    settings = landed(city, folder / "home", databases.create(template=migrated), (BEFORE, MONTH))
    reconcile(settings, MONTH)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        compiled = Compiled(settings, schema="reconciliation", columns=COLUMNS)
        yield Built(connection, compiled, Counter(reconciliation(city, MONTH, as_of=AS_OF)))


@pytest.mark.parametrize("check", sorted({mutation.rule for mutation in MUTATIONS}))
def test_check_as_it_is_says_what_the_page_says(built: Built, check: str) -> None:
    wrong = built.unequal(check)
    assert not wrong, wrong


@pytest.mark.parametrize(
    "mutation", MUTATIONS, ids=[f"{mutation.rule}: {mutation.clause}" for mutation in MUTATIONS]
)
def test_clause_taken_out_is_noticed(built: Built, mutation: Mutation) -> None:
    assert built.unequal(mutation.rule, mutation)
