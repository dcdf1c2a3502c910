"""The materialisation scd2_by_month against a model that keeps every month's state and nothing else."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from fundwatch.database.warehouse import Warehouse
from pipeline.dbt_runner import project_folder
from pipeline.dbt_shortcuts import take_shortcuts

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
LEDGERS = tuple(f"facts_{number}" for number in range(10))
SCHEMA = "business_ledger"
State = frozenset[tuple[str, str | None]]
Version = tuple[str, str | None, str, str | None]

PROJECT = """
name: fundwatch
version: "1.0"
profile: fundwatch
vars: {month: ""}
models:
  fundwatch:
    +schema: business_ledger
    +materialized: scd2_by_month
    +unique_key: [row_key]
    +contract: {enforced: true}
"""
MODEL = """
select row_key, amount, {{ batch_columns() }}
from {{ source('states', 'states') }}
where ledger = '{{ this.identifier }}' and month = {{ this_month() }}
"""
COLUMNS = """
  - name: %s
    constraints: [{type: primary_key, columns: [row_key, valid_from_batch], warn_unsupported: false}]
    columns:
      - {name: row_key, data_type: text}
      - {name: amount, data_type: "numeric(18,2)"}
      - {name: valid_from_batch, data_type: text}
      - {name: valid_to_batch, data_type: text}
"""
SOURCE = "sources: [{name: states, schema: public, tables: [{name: states}]}]\nmodels:"
Build = Callable[[str, dict[str, State]], None]


@pytest.fixture(scope="module")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of ledgers that differ in nothing but their name, with the real project's macros."""
    folder, real = tmp_path_factory.mktemp("ledgers"), project_folder()
    shutil.copytree(real / "macros", folder / "macros")
    shutil.copy(real / "profiles.yml", folder)
    (folder / "models").mkdir()
    for name in ("built_months.sql", "built_months.yml"):
        text = (real / "models" / SCHEMA / name).read_text()
        (folder / "models" / name).write_text(text.replace("access: private", "access: public"))
    (folder / "dbt_project.yml").write_text(PROJECT)
    for ledger in LEDGERS:
        (folder / "models" / f"{ledger}.sql").write_text(MODEL)
    (folder / "models" / "ledgers.yml").write_text(SOURCE + "".join(COLUMNS % ledger for ledger in LEDGERS))
    return folder


@pytest.fixture
def build(warehouse: Warehouse, small_project: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """A function that builds all ledgers for one month, given each one's state in it."""
    where = warehouse.parts
    for name, value in {
        "HOST": where.host, "PORT": where.port, "USER": where.username, "PASSWORD": where.password,
        "DATABASE": where.database, "SCHEMA": SCHEMA, "ROLE": "",
    }.items():  # fmt: skip
        monkeypatch.setitem(os.environ, f"FUNDWATCH_DBT_{name}", str(value or ""))
    with warehouse.connect() as connection:
        connection.execute(
            "create table states (ledger text, month text, row_key text, amount numeric(18,2))"
        )
    common = [
        "--project-dir", str(small_project), "--profiles-dir", str(small_project), "--quiet",
        "--target-path", str(small_project / "target"), "--log-path", str(small_project / "logs"),
        "--no-version-check", "--no-send-anonymous-usage-stats", "--no-write-json", "--vars",
    ]  # fmt: skip
    take_shortcuts()
    parsed = dbtRunner().invoke(["parse", *common, "{month: ''}"])
    assert parsed.success, parsed.exception
    runner = dbtRunner(manifest=parsed.result)

    def run(month: str, states: dict[str, State]) -> None:
        with warehouse.connect() as connection:
            connection.execute("delete from states where month = %s", (month,))
            connection.cursor().executemany(
                "insert into states values (%s, %s, %s, %s)",
                [(ledger, month, *row) for ledger, state in states.items() for row in state],
            )
        done = runner.invoke(["build", *common, f"{{month: '{month}'}}"])
        assert done.success, [node.message for node in done.result or ()]

    return run


def _versions(warehouse: Warehouse, ledger: str) -> set[Version]:
    with warehouse.connect() as connection:
        rows = connection.execute(
            f"select row_key, amount::text, valid_from_batch, valid_to_batch from {SCHEMA}.{ledger}"
        ).fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def _expected(states: dict[str, State]) -> set[Version]:
    """Runs of built months, in order, in which a row was in the state unchanged."""
    months, rows = sorted(states), set()
    for row in {row for state in states.values() for row in state}:
        began = None
        for month in (*months, None):
            is_there = month is not None and row in states[month]
            if is_there and began is None:
                began = month
            if not is_there and began is not None:
                rows.add((*row, began, month))
                began = None
    return rows


def _random_state(draw: random.Random) -> State:
    """Up to four of five keys, each with one of two amounts or none: runs meet, split and join."""
    keys = draw.sample("abcde", draw.randint(0, 4))
    return frozenset((key, draw.choice(("1.00", "2.00", None))) for key in keys)


@pytest.mark.scenarios
@pytest.mark.parametrize("seed", [1])
def test_ledgers_equal_the_naive_model_when_months_are_built_in_any_order(
    warehouse: Warehouse, build: Build, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - made-up states, repeatable by their seed
    order = [*draw.sample(MONTHS, len(MONTHS)), *draw.choices(MONTHS, k=3)]
    kept: dict[str, dict[str, State]] = {ledger: {} for ledger in LEDGERS}
    compared = 0
    for month in order:
        for states in kept.values():
            near = [states[other] for other in sorted(states)]
            repeats = near and draw.random() < 0.5  # equal neighbours must join into one version
            states[month] = draw.choice(near) if repeats else _random_state(draw)
        build(month, {ledger: states[month] for ledger, states in kept.items()})
        for ledger, states in kept.items():
            assert _versions(warehouse, ledger) == _expected(states), (seed, order, month, ledger)
            compared += len(_expected(states))
    assert compared > 300


def test_unchanged_month_writes_nothing(warehouse: Warehouse, build: Build) -> None:
    state = {LEDGERS[0]: frozenset({("a", "1.00"), ("b", None)})}

    def written() -> list[tuple]:
        with warehouse.connect() as connection:
            query = f"select row_key, xmin::text, ctid::text from {SCHEMA}.{LEDGERS[0]} order by row_key"
            return connection.execute(query).fetchall()

    build("2024-01", state)
    before = written()
    build("2024-01", state)
    build("2024-02", state)
    assert len(before) == 2
    assert written() == before


@pytest.mark.parametrize("change", ["add column extra text", "drop column amount"])
def test_ledger_with_other_columns_than_its_contract_is_built_anew(
    warehouse: Warehouse, build: Build, change: str
) -> None:
    former, now = frozenset({("a", "1.00")}), frozenset({("a", "2.00"), ("b", None)})
    build("2024-01", {LEDGERS[0]: former})
    with warehouse.connect() as connection:
        connection.execute(f"alter table {SCHEMA}.{LEDGERS[0]} {change}")
    build("2024-02", {LEDGERS[0]: now})
    assert _versions(warehouse, LEDGERS[0]) == _expected({"2024-02": now})
    build("2024-01", {LEDGERS[0]: former})
    assert _versions(warehouse, LEDGERS[0]) == _expected({"2024-01": former, "2024-02": now})
