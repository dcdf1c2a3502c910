"""A small simulated city: deterministic, complete, consistent with its manifests and its past."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from cli.demo import __main__ as demonstration
from fundwatch.errors import FolderUnusable, ProductionUnavailable
from fundwatch.settings import Settings
from simulator import simulate
from simulator.production import tables
from simulator.site.writing import write_example_site
from tests.oracle.records import record_amount, records

MONTHS = ("2024-02", "2024-03", "2024-04")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("small") / "city"
    simulate(out=out, months=MONTHS, persons=400, seed=3)
    return out


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _manifests(city: Path) -> list[tuple[dict, bytes]]:
    paths = sorted((city / "inbox").rglob("*.manifest.json"))
    assert paths
    return [
        (json.loads(path.read_text()), path.with_name(path.name.removesuffix(".manifest.json")).read_bytes())
        for path in paths
    ]


def _rows(path: Path, table: str) -> dict[int, dict[str, object]]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    with connection:
        rows = connection.execute(f"select rowid as place, * from {table}").fetchall()
    connection.close()
    return {row["place"]: {key: row[key] for key in row.keys() if key != "place"} for row in rows}  # noqa: SIM118 - sqlite3.Row iterates over values


def test_simulate_writes_the_same_bytes_when_run_again(city, tmp_path):
    simulate(out=tmp_path / "again", months=MONTHS, persons=400, seed=3)
    assert _digests(tmp_path / "again") == _digests(city)


def test_simulate_replaces_an_earlier_city_in_the_same_folder(city, tmp_path):
    simulate(out=tmp_path, months=("2024-05",), persons=100, seed=1)
    simulate(out=tmp_path, months=MONTHS, persons=400, seed=3)
    assert _digests(tmp_path) == _digests(city)


@pytest.mark.parametrize("name", ["inbox", "site", "production.db", "production-2024-02.db"])
def test_simulate_leaves_a_folder_that_no_simulation_wrote(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(FolderUnusable, match="no simulation wrote"):
        simulate(out=tmp_path, months=MONTHS[:1], persons=100, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_demonstration_leaves_a_city_that_is_not_its_own(tmp_path):
    (tmp_path / "city" / "inbox" / "tax").mkdir(parents=True)
    with pytest.raises(FolderUnusable, match="did not make"):
        demonstration._simulate(Settings(home=tmp_path))
    assert (tmp_path / "city" / "inbox" / "tax").is_dir()


def test_simulate_draws_another_city_when_the_seed_differs(city, tmp_path):
    simulate(out=tmp_path, months=MONTHS[:1], persons=400, seed=4)
    assert (tmp_path / "production-2024-02.db").read_bytes() != (city / "production-2024-02.db").read_bytes()


def test_faults_are_planted_in_rows_that_begin_within_the_months_alone(tmp_path):
    """With this seed an enrolment that begins after the only month would be chosen."""
    simulate(out=tmp_path / "city", months=("2024-06",), persons=300, seed=1)
    faults = json.loads((tmp_path / "city" / "truth" / "AC02-4.json").read_text())["planted"]
    assert {fault["first_month"] for fault in faults} == {"2024-06"}


def test_production_is_the_last_month(city):
    assert (city / "production.db").read_bytes() == (city / "production-2024-04.db").read_bytes()


@pytest.mark.parametrize("table", tables.NAMES)
def test_every_table_has_its_columns_and_rows(city, table):
    rows = _rows(city / "production.db", table)
    assert rows
    assert tuple(next(iter(rows.values()))) == tables.columns_of(table)


def test_amounts_read_back_with_two_decimals_at_most(city):
    amounts = [
        row[column]
        for table in tables.NAMES
        for row in _rows(city / "production.db", table).values()
        for column in tables.money_columns(table)
        if row[column] is not None
    ]
    assert amounts
    assert all(Decimal(str(amount)) == round(Decimal(str(amount)), 2) for amount in amounts)


def test_rows_change_only_with_a_later_handling_date(city):
    changed = 0
    for before, after in pairwise(MONTHS):
        for table in tables.NAMES[1:]:
            old, new = (_rows(city / f"production-{month}.db", table) for month in (before, after))
            assert old.keys() <= new.keys()
            for place, row in old.items():
                if row != new[place]:
                    changed += 1
                    assert row["AAE036"] < new[place]["AAE036"]
                    assert new[place]["AAE036"][:6] == after.replace("-", "")
    assert changed > 10


def test_rows_are_handled_no_later_than_their_month(city):
    for table in tables.NAMES[1:]:
        rows = _rows(city / "production-2024-03.db", table)
        assert max((row["AAE036"] for row in rows.values()), default="") < "20240401"


def test_manifests_state_what_the_files_hold(city):
    formats = set()
    for manifest, data in _manifests(city):
        assert hashlib.sha256(data).hexdigest() == manifest["sha256"]
        if manifest["amount_total"] is None:
            continue
        formats.add(manifest["format"])
        rows = [record.fields for record in records(manifest["format"], manifest["encoding"], data)]
        assert len(rows) == manifest["rows"]
        total = sum((record_amount(manifest["format"], row) for row in rows), Decimal(0))
        assert total == Decimal(manifest["amount_total"])
    assert len(formats) == 8


def test_manifests_are_created_in_the_month_after(city):
    for manifest, _ in _manifests(city):
        year, month = int(manifest["month"][:4]), int(manifest["month"][5:])
        assert manifest["created_at"].startswith(f"{year}-{month + 1:02d}-")
        assert manifest["created_at"].endswith("+08:00")
        assert (manifest["sequence"], manifest["replaces"]) == (1, None)


def test_every_sender_of_the_site_sends_every_month(city):
    with (city / "site" / "senders.csv").open() as file:
        senders = {(row["feed"], row["format"], row["division"]) for row in csv.DictReader(file)}
    sent = [(m["feed"], m["format"], m["division"], m["month"]) for m, _ in _manifests(city)]
    assert sorted(sent) == sorted((*sender, month) for sender in senders for month in MONTHS)


def test_police_records_are_160_bytes_and_a_line_break(city):
    records = 0
    for manifest, data in _manifests(city):
        if manifest["format"] == "police-fixed/1":
            lines = [data[start : start + 162] for start in range(0, len(data), 162)]
            assert all(len(line) == 162 and line.endswith(b"\r\n") for line in lines)
            assert all(line[96:98] in (b"01", b"03", b"04", b"05") for line in lines)
            records += len(lines)
    assert records


def test_statement_balances_chain_over_months(city):
    balance: dict[str, Decimal] = {}
    for path in sorted((city / "inbox" / "bank").glob("bank-statement*.csv"), key=lambda p: p.name[-12:]):
        for row in csv.DictReader(path.read_text().splitlines()):
            after = Decimal(row["balance_after"])
            moved = Decimal(row["amount"]) * (1 if row["direction"] == "C" else -1)
            assert balance.get(row["account_no"], after - moved) + moved == after
            balance[row["account_no"]] = after
    assert balance


def test_statement_opens_with_the_balance_the_month_before_closed_with(city):
    closed: dict[str, str] = {}
    for path in sorted((city / "inbox" / "bank").glob("mt940-*.sta"), key=lambda p: p.name[-11:]):
        fields = dict.fromkeys(("25", "60F", "62F"), "")
        for line in path.read_text("gb18030").splitlines():
            tag = line[1:].partition(":")[0]
            if line.startswith(":") and tag in fields:
                fields[tag] = line.partition(f":{tag}:")[2]
            if tag == "60F":
                assert closed.get(fields["25"], fields["60F"][7:]) == fields["60F"][7:]
            if tag == "62F":
                closed[fields["25"]] = fields["62F"][7:]
    assert closed


def test_simulate_sends_only_the_chosen_feeds(tmp_path):
    simulate(out=tmp_path, months=MONTHS[:1], persons=100, seed=3, feeds=frozenset({"tax"}))
    assert {path.parent.name for path in (tmp_path / "inbox").rglob("*.csv")} == {"tax"}
    assert not (tmp_path / "truth" / "bank_unbooked.json").exists()


def test_simulate_refuses_when_the_production_url_cannot_be_written(tmp_path):
    with pytest.raises(ProductionUnavailable) as failure:
        simulate(
            out=tmp_path, months=MONTHS[:1], persons=50, seed=3, production_url="sqlite:////nowhere/at/all.db"
        )
    assert "nowhere" not in str(failure.value)


def test_city_without_declarations_asks_for_no_documents(tmp_path):
    simulate(out=tmp_path, months=MONTHS[:1], persons=50, seed=3, production_url=None)
    assert not (tmp_path / "inbox" / "declaration").exists()
    assert not (tmp_path / "site" / "base_documents.csv").exists()


def test_example_site_is_what_the_generator_writes(tmp_path):
    shipped = Path(__file__).parents[2] / "fundwatch" / "example_site"
    write_example_site(tmp_path)
    assert _digests(tmp_path) == _digests(shipped)
