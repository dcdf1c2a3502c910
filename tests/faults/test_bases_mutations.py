"""Each clause of contribution bases, taken out or moved by one, changes what random declarations give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.bases.warehouses import verify
from tests.faults.mutating import Compiled, Mutation, mutations
from tests.hostile.bases import LANDED, write_bases
from tests.hostile.drawing import MONTH
from tests.hostile.warehouses import landed
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.production import City
from tests.support import Databases

pytestmark = pytest.mark.faults
SEED = 7
MODELS = ("bases", "base_exceptions")
COLUMNS = {
    "bases": (
        "month", "division", "scheme", "wage_year", "level", "unit_id", "person_id", "identity",
        "base_method", "unit_method", "wage_source", "wage", "wage_kind", "average_wage", "floor", "cap",
        "sum_personal", "expected_base", "provisional_base", "applied_base", "tax_base", "verified_month",
        "trueup_due", "trueup_booked", "trueup_open", "status",
    ),
    "base_exceptions": (
        "exception", "month", "division", "scheme", "wage_year", "unit_id", "person_id", "first_month",
        "last_month", "months", "expected", "found", "amount", "due_on",
    ),
}  # fmt: skip
MUTATIONS = mutations("bases_mutations.csv")
Row = tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """Bases on both sides of every boundary, the compiled models, and what the page says of them."""

    connection: psycopg.Connection
    compiled: dict[str, Compiled]
    rows: dict[str, Counter[Row]]

    def unequal(self, model: str, mutation: Mutation | None = None) -> str:
        """Compare an export, its models mutated or not, with the page."""
        compiled = self.compiled[model]
        mutated = Counter(
            tuple("" if value is None else str(value) for value in values)
            for values in compiled.values(self.connection, model, mutation)
        )
        lines = [
            f"{word}: {dict(zip(COLUMNS[model], row, strict=True))}"
            for word, rows in (
                ("missing", self.rows[model] - mutated),
                ("not expected", mutated - self.rows[model]),
            )
            for row in sorted(rows)[:3]
        ]
        return "\n".join(lines)


@pytest.fixture(scope="module")
def built(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("bases")
    city = write_bases(folder / "city", SEED)
    settings = landed(city, folder / "home", databases.create(template=migrated), LANDED, is_built=False)
    verify(settings, MONTH)
    oracles = {"bases": bases_of, "base_exceptions": exceptions_of}
    rows = {
        model: Counter(
            tuple(row[name] for name in COLUMNS[model]) for row in oracle(City(city), MONTH, landed=LANDED)
        )
        for model, oracle in oracles.items()
    }
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("set enable_nestloop = off")  # as the project builds them
        compiled = {
            model: Compiled(settings, schema="bases", columns=columns) for model, columns in COLUMNS.items()
        }
        yield Built(connection, compiled, rows)


@pytest.mark.parametrize("model", MODELS)
def test_export_as_it_is_says_what_the_page_says(built: Built, model: str) -> None:
    assert built.rows[model]
    wrong = built.unequal(model)
    assert not wrong, wrong


@pytest.mark.parametrize(
    "mutation", MUTATIONS, ids=[f"{mutation.changed}: {mutation.clause}" for mutation in MUTATIONS]
)
def test_clause_taken_out_is_noticed(built: Built, mutation: Mutation) -> None:
    assert built.unequal(mutation.rule, mutation)
