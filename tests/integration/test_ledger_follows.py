"""What happens to rows of a ledger whose own landed row stays as it is while one they refer to changes."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.checked_city import LEDGERS, NORTH, SOUTH, City
from tests.support import Databases

MAY, JUNE = "2024-05", "2024-06"
PEOPLE = ("moves", "goes", "works", "works elsewhere", "stays", "pensioner", "orphaned pensioner")


def _enrolment(person: str, employer: str | None = None) -> dict[str, str | None]:
    return {
        "AAZ159": f"n {person}", "AAC001": person, "AAE140": "110", "AAB001": employer,
        "AAC008": "1", "AAB301": NORTH,
    }  # fmt: skip


def _contribution(person: str, employer: str | None = None) -> dict[str, str | None]:
    return {"AAZ223": person, "AAC001": person, "AAE140": "110", "AAB001": employer}


PENSIONS = ("pensioner", "orphaned pensioner")
PRODUCTION = {
    "AB01": [{"AAB001": name, "AAB301": NORTH} for name in ("closes", "stays open")],
    "AB07": [{"AAB001": "closes", "AAE140": "110", "AAE003": "202405"}],
    "AC01": [{"AAC001": name, "AAB301": SOUTH if name == "works" else NORTH} for name in PEOPLE],
    "AC02": [
        _enrolment("moves"), _enrolment("goes"), _enrolment("works", "closes"),
        _enrolment("works elsewhere", "closes"), _enrolment("stays"),
    ],
    "AC43": [
        _contribution("moves"), _contribution("goes"), _contribution("works", "closes"),
        _contribution("works elsewhere", "stays open"), _contribution("stays"),
    ],
    "AC50": [{"AAC001": name, "AAE140": "110"} for name in ("moves", "works")],
    "AC60": [
        {"AAZ257": f"b {name}", "AAC001": name, "AAE140": "110", "AIC161": "11", "AAB301": NORTH}
        for name in PENSIONS
    ],
    "AC61": [{"AAZ257": f"b {name}", "AAA036": "001"} for name in PENSIONS],
    "AC82": [{"AAZ220": f"y {name}", "AAZ257": f"b {name}", "AAC001": "stays"} for name in PENSIONS],
    "AC83": [{"AAZ220": f"y {name}", "AAA036": "001"} for name in PENSIONS],
    "YC01": [{"AAC001": "goes", "AAE140": "110", "AAE041": "202401"}],
    "YC02": [{"AAC001": "goes", "AAE140": "110", "YAE001": "in", "AAE003": "202401"}],
}  # fmt: skip
CHANGES = (
    ("ab01", "aab001 = 'closes'", None),
    ("ac01", "aac001 in ('goes', 'orphaned pensioner')", None),
    ("ac02", "aaz159 = 'n moves'", SOUTH),
    ("ac60", "aaz257 = 'b pensioner'", SOUTH),
)


@pytest.fixture(scope="module")
def city(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city in whose June some of what others refer to went or moved, and nothing else changed."""
    settings = Settings(
        home=tmp_path_factory.mktemp("follows"), database_url=databases.create(template=migrated)
    )
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production(PRODUCTION, month=MAY)
    city.build(LEDGERS, month=MAY)
    with city.warehouse.connect() as connection:
        for table, chosen, division in CHANGES:
            landed = f"landing.production__{table}"
            connection.execute(f"create temporary table fresh as select * from {landed} where {chosen}")
            connection.execute(f"update {landed} set _valid_to = %s where {chosen}", (JUNE,))
            if division:
                connection.execute(
                    "update fresh set aab301 = %s, _file_id = 'june', _valid_from = %s", (division, JUNE)
                )
                connection.execute(f"insert into {landed} select * from fresh")
            connection.execute("drop table fresh")
    city.build(LEDGERS, month=JUNE)
    return city


@pytest.mark.parametrize(
    ("ledger", "key", "expected"),
    [
        ("contributions", "moves", (SOUTH, None)),
        ("contributions", "goes", (None, "unknown_person")),
        ("contributions", "works", (None, "unknown_employer")),
        ("contributions", "works elsewhere", (None, "unknown_employer")),
        ("contributions", "stays", (NORTH, None)),
        ("enrolments", "n goes", (None, "unknown_person")),
        ("enrolments", "n works", (None, "unknown_employer")),
        ("unit_contributions", "closes|110|2024-05", (None, "unknown_employer")),
        ("personal_accounts", "moves|110", (SOUTH, None)),
        ("personal_accounts", "works|110", (SOUTH, None)),
        ("impostor_claims", "goes|110|2024-01", (None, "unknown_person")),
        ("transfers", "goes|110|in|2024-01", (None, "unknown_person")),
        ("dependants", "b pensioner", (SOUTH, None)),
        ("dependants", "b orphaned pensioner", (None, "unknown_person")),
        ("entitlements", "b orphaned pensioner", (None, "unknown_person")),
        ("entitlement_items", "b pensioner|001|", (SOUTH, None)),
        ("entitlement_items", "b orphaned pensioner|001|", (None, "unknown_person")),
        ("payments", "y pensioner", (SOUTH, None)),
        ("payments", "y orphaned pensioner", (None, "unknown_person")),
        ("payment_items", "y pensioner|001", (SOUTH, None)),
        ("payment_items", "y orphaned pensioner|001", (None, "unknown_person")),
    ],
)
def test_row_follows_what_it_refers_to_though_it_did_not_change(
    city: City, ledger: str, key: str, expected: tuple[str | None, str | None]
) -> None:
    rows = city.rows(
        "select division, orphan_reason, valid_from_batch"
        f" from business_ledger.{ledger} where row_key = %s and valid_to_batch is null",
        key,
    )
    assert rows == [(*expected, MAY if expected == (NORTH, None) else JUNE)]


def test_only_what_changed_was_staged_again(city: City) -> None:
    moves = dict(
        city.rows("select table_name, move_number from staging_production.stg_production__staged_tables")
    )
    assert {table for table, move in moves.items() if move} == {table for table, _, _ in CHANGES}
