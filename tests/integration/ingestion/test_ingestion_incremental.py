"""Taking only what changed, against a model that simply keeps the whole table of every month."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from ingestion.production import land_production
from ingestion.site_for_landing import read_landing_site
from ingestion.summary import TableLanded
from tests.integration.ingestion.support import rows_of, write_site
from tests.support import drawn

MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06")
CREATE = (
    "create table ac50 (aac001 text, aae140 text, aae240 numeric, aae036 text)",
    "create table ac02 (aaz159 integer, aac001 text, aab301 text, aae036 text)",
)
KEYS = {"ac50": [("p1", "110"), ("p1", "310"), ("p2", None), (None, None)], "ac02": [(1,), (2,), (30,)]}
WIDTH = {"ac50": 4, "ac02": 4}
ODD_HANDLED = ("29991231", "", None, "2024-6-5", "0")
VALUES = (1, 2.5, "a\tb\\N", None, "\\")
SEQUENCES = 10
NO_VERIFY_SEQUENCES = 4


@dataclass
class Core:
    """A live production database that changes honestly (AAE036 moves on) and silently."""

    url: str
    rng: random.Random
    day: int = 20240301
    rows: dict[str, list[tuple]] = field(default_factory=lambda: {"ac50": [], "ac02": []})

    def __post_init__(self) -> None:
        self.engine = sa.create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with self.engine.begin() as connection:
            for statement in CREATE:
                connection.exec_driver_sql(statement)
        for _ in range(6):
            self.insert(honest=True)
        self.write()

    def change(self) -> None:
        """Make up to three changes."""
        self.day += 1
        for _ in range(self.rng.randrange(4)):
            act = self.rng.choice([self.insert, self.insert, self.update, self.update, self.delete])
            act(honest=self.rng.random() < 0.5)
        self.write()

    def change_openly(self) -> None:
        """Handle some enrolments, take one away or add one: each tells by AAE036 or by the row count."""
        self.day += 1
        rows = self.rows["ac02"]
        act = self.rng.randrange(3)
        if act == 0 and rows:
            rows.pop(self.rng.randrange(len(rows)))
        elif act == 1 or not rows:
            rows.append(self.row(self.rng.choice(KEYS["ac02"]), "ac02", honest=True))
        else:
            place = self.rng.randrange(len(rows))
            rows[place] = self.row(rows[place][:1], "ac02", honest=True)
        self.write()

    def insert(self, *, honest: bool) -> None:
        table = self.rng.choice(list(self.rows))
        self.rows[table].append(self.row(self.rng.choice(KEYS[table]), table, honest=honest))

    def update(self, *, honest: bool) -> None:
        table = self.rng.choice(list(self.rows))
        if self.rows[table]:
            place = self.rng.randrange(len(self.rows[table]))
            old = self.rows[table][place]
            new = self.row(old[: len(KEYS[table][0])], table, honest=honest)
            self.rows[table][place] = new if honest else (*new[:-1], old[-1])

    def delete(self, *, honest: bool) -> None:
        """Take a row away, or (honestly) only to its end: the same rows, in another order."""
        table = self.rng.choice(list(self.rows))
        if self.rows[table]:
            row = self.rows[table].pop(self.rng.randrange(len(self.rows[table])))
            if honest:
                self.rows[table].append(row)

    def row(self, key: tuple, table: str, *, honest: bool) -> tuple:
        handled = str(self.day) if honest else self.rng.choice((*ODD_HANDLED, str(self.day - 1)))
        middle = self.rng.choice(VALUES[:2] if table == "ac50" else VALUES[2:])
        rest = (middle,) if table == "ac50" else (middle, self.rng.choice(["230602", "230603", None]))
        return (*key, *rest, handled)

    def write(self) -> None:
        """Make the database hold the rows, in their order."""
        empty = "truncate" if self.engine.dialect.name == "postgresql" else "delete from"
        with self.engine.begin() as connection:
            for table, rows in self.rows.items():
                connection.exec_driver_sql(f"{empty} {table}")
                columns = [sa.column(name) for name in ("c1", "c2", "c3", "c4")]
                marks = ", ".join(f":{column.name}" for column in columns)
                for row in rows:
                    bound = dict(zip(("c1", "c2", "c3", "c4"), row, strict=True))
                    connection.execute(sa.text(f"insert into {table} values ({marks})"), bound)


def landed_rows(warehouse: Warehouse, table: str) -> dict[str, list[tuple]]:
    """Return the rows in force in each month, in the order of the extracts they come from."""
    columns = {"ac50": "aac001, aae140, aae240, aae036", "ac02": "aaz159, aac001, aab301, aae036"}
    rows = rows_of(
        warehouse,
        f"select {columns[table]}, _valid_from, _valid_to from landing.production__{table} order by _row",
    )
    return {
        month: [row[:4] for row in rows if row[4] <= month and (row[5] is None or row[5] > month)]
        for month in MONTHS
    }


def by_key(table: str, rows: list[tuple]) -> dict[tuple, list]:
    """Return each key's rows as landed text, in the order they lie in the table."""
    size = len(KEYS[table][0])
    grouped: dict[tuple, list] = {}
    for row in rows:
        texts = tuple(None if value is None else str(value) for value in row)
        grouped.setdefault(texts[:size], []).append(texts[size:])
    return grouped


def extract(
    warehouse: Warehouse, settings: Settings, month: str, *, verify: bool | None
) -> dict[str, TableLanded]:
    site = read_landing_site(warehouse, settings)
    landed = land_production(warehouse, settings, month=month, site=site, verify=verify)
    return {table.table.lower(): table for table in landed}


@pytest.fixture
def live(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a production database that has no month in its URL."""
    write_site(settings)
    return replace(settings, production_url=f"sqlite:///{tmp_path}/live.db")


def check(warehouse: Warehouse, model: dict[str, dict], label: object) -> None:
    """Compare every month with the model: what was last read as that month, or as the last one before."""
    batches = sorted(model)
    for table in KEYS:
        landed = landed_rows(warehouse, table)
        for month in MONTHS:
            position = bisect_right(batches, month)
            expected = model[batches[position - 1]][table] if position else []
            assert by_key(table, landed[month]) == by_key(table, expected), (label, month, table)


@pytest.mark.parametrize("seed", drawn(SEQUENCES))
def test_landing_equals_a_full_comparison_when_rows_change_openly_and_silently(
    warehouse, live, databases, seed
):
    rng = random.Random(seed)  # noqa: S311 (repeatable test data, no secret)
    settings = live
    if seed % 2:
        settings = replace(live, production_url=databases.create())
    core, model, how = Core(settings.production_url, rng), {}, Counter()
    months = sorted(rng.choices(MONTHS, k=5)) + rng.choices(MONTHS, k=2)
    for number, month in enumerate(months):
        landed = extract(warehouse, settings, month, verify=True)
        how.update(table.compared for table in landed.values())
        model[month] = {table: list(rows) for table, rows in core.rows.items()}
        check(warehouse, model, (seed, number))
        core.change()
    core.engine.dispose()
    assert how["checksum"], "some tables were compared by checksum"


@pytest.mark.parametrize("seed", drawn(NO_VERIFY_SEQUENCES))
def test_no_verify_equals_a_full_comparison_when_every_change_is_told(warehouse, live, databases, seed):
    """What may be missed without the checksum is silent: here AAE036 moves on, or the row count tells."""
    rng = random.Random(1000 + seed)  # noqa: S311 (repeatable test data, no secret)
    settings = live
    if seed % 2:
        settings = replace(live, production_url=databases.create())
    core, how = Core(settings.production_url, rng), Counter()
    for number, month in enumerate((*MONTHS, MONTHS[-1])):
        landed = extract(warehouse, settings, month, verify=False)
        how.update(table.compared for table in landed.values())
        rows = landed_rows(warehouse, "ac02")[month]
        assert by_key("ac02", rows) == by_key("ac02", core.rows["ac02"]), (seed, number)
        core.change_openly()
    core.engine.dispose()
    assert how["changes"], "some tables were not passed as a whole"
