"""Nothing vanishes: on random cities every landed row and cent counts in staging or is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest

from expectations.reference.codes import YES_NO, standard_codes
from fundwatch.catalogue import TABLES, Column
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.conservation import FILES, unaccounted
from tests.integration.checked_city import FORMATS, LEDGERS, NORTH, SOUTH, City, identity_number
from tests.seeds import SEED

MONTH, MONTH_BEFORE = "2024-06", "2024-05"
LAYERS = (*LEDGERS, "staging_tax", "staging_bank", "staging_civil_registry", "staging_finance")
CITIES = 5
ROWS = 40
# What surrounds a value without being part of it.
AROUND = ("", "", "", " ", "\u00a0", "\u3000", "\t")
UNSEEN = ("", "", "\u200b", "\ufeff", "\u202d", "\ufe00")
MISSING = (None, "", "NULL", "N/A", " ")

Make = Callable[[Random], str | None]


def _amount(random: Random) -> str:
    cents = Decimal(random.randrange(-(10**7), 10**9)) / 100
    return random.choice(
        (
            f"{cents:.2f}", f"{cents:.4f}", repr(float(cents) * 1.1), f"{cents}5", f"{cents:E}",
            f"{cents:.2f}".replace("-", "").zfill(19), f"{random.randrange(10**15, 10**16)}.335",
            *("1,000", "NaN", "x", "１２", "1e400", "+1", "10000000000000000"),
        )
    )  # fmt: skip


def _date(random: Random) -> str:
    year, month, day = random.randrange(1900, 2030), random.randrange(1, 13), random.randrange(1, 29)
    return random.choice(
        (
            f"{year}{month:02d}{day:02d}", f"{year}-{month:02d}-{day:02d}", "20240229", "20230229",
            f"{year}-{month:02d}-{day:02d} 08:00:00", "00000000", "99999999", f"{year}{month:02d}", "x",
        )
    )  # fmt: skip


def _month(random: Random) -> str:
    year, month = random.randrange(2020, 2026), random.randrange(1, 14)
    return random.choice((f"{year}{month:02d}", f"{year}-{month:02d}", "202406", "0", "000001", "20240601"))


def _count(random: Random) -> str:
    number = random.randrange(0, 400)
    return random.choice((f"{number}", f"{number}.0", f"{number}.00", f"{number}.5", "x", "1234567890"))


def _code(name: str) -> Make:
    codes = (*standard_codes().get(name, ("10",)), "zz", "９９", "1.0")
    return lambda random: random.choice(UNSEEN) + random.choice(codes)


def _of_column(column: Column) -> Make:
    makers: dict[str, Make] = {"amount": _amount, "date": _date, "month": _month, "count": _count}
    if column.kind in makers:
        return makers[column.kind]
    if column.name in {*standard_codes(), *YES_NO}:
        return _code(column.name)
    if column.kind == "division":
        return lambda random: random.choice((NORTH, SOUTH, "640399", "６４０３０１"))
    if column.name == "AAC002":
        return lambda random: identity_number(random.randrange(1, 99))
    # Few ids, so that keys are repeated and rows refer to each other.
    return lambda random: random.choice(UNSEEN) + f"{column.name[-2:]}{random.randrange(12)}"


def production_rows(random: Random, name: str) -> list[dict[str, str | None]]:
    """Rows of a production table as any vendor may have them."""
    makers = {column.name: _of_column(column) for column in TABLES[name].columns}
    return [
        {
            column: random.choice(MISSING)
            if random.random() < 0.1
            else random.choice(AROUND) + (make(random) or "") + random.choice(AROUND)
            for column, make in makers.items()
        }
        for _ in range(ROWS)
    ]


def _plain_amount(random: Random) -> str:
    cents = Decimal(random.randrange(-(10**6), 10**9)) / 100
    sign, digits = ("-" if cents < 0 else ""), f"{abs(cents):.2f}"
    return random.choice((f"{sign}{digits}", f"{sign}{digits.zfill(17)}", f"{sign}{digits[:-3]}"))


def _plain_date(random: Random) -> str:
    return random.choice((f"2024{random.randrange(1, 13):02d}15", f"2024-0{random.randrange(1, 10)}-28"))


# Column of a landed file -> what landing accepts there; any other column holds a word.
ACCEPTED: dict[str, Make] = {
    **dict.fromkeys(
        ("amount", "debit", "credit", "opening", "closing", "opening_balance", "closing_balance",
         "balance_after"), _plain_amount,
    ),
    **dict.fromkeys(
        ("collected_on", "treasury_on", "received_on", "transferred_on", "booked_on", "value_on",
         "opening_on", "closing_on", "registered_on", "birth_date", "death_date"), _plain_date,
    ),
    **dict.fromkeys(("month_from", "month_to", "month"), lambda random: random.choice(("202406", "2024-05"))),
    "scheme": lambda random: random.choice(UNSEEN) + random.choice(("110", "３１０")),
    "kind": lambda random: random.choice(("employer", "employee", "flexible", "refund", "late_fee")),
    "base": lambda random: f"{random.randrange(10**6)}.123456",
    "rate": lambda random: f"0.{random.randrange(10**6):06d}",
    "event_type": lambda random: random.choice(("create", "correct", "revoke")),
    "category": lambda random: random.choice(("01", "02", "03")),
    "sex": lambda random: random.choice(("1", "2", "9")),
    "id_number": lambda random: random.choice((identity_number(random.randrange(1, 9)), "")),
    "division": lambda random: random.choice((NORTH, SOUTH)),
}  # fmt: skip


def file_rows(random: Random, table: str, city: int) -> list[dict[str, str | None]]:
    """Rows as landing accepts them; keys are those of other files, too, and never of another city."""
    fixed = {"death_date_precision": "D", "source": "police"} if table.startswith("civil") else {}
    columns = FILES[table][1]
    rows = [
        {
            column: random.choice(AROUND) + make(random) + random.choice(AROUND)
            for column in columns
            if (make := ACCEPTED.get(column, lambda random: f"w{random.randrange(9)}"))
        }
        for _ in range(ROWS)
    ]
    for place, row in enumerate(rows):
        for key in ("voucher_no", "receipt_no"):
            if key in row and table.startswith("tax"):
                row[key] = f" {city}-{place} "
        row.update(fixed)
    return rows


@dataclass(frozen=True)
class RandomCities:
    """Random cities in one warehouse, and their seeds."""

    city: City
    seeds: list[int]


@pytest.fixture(scope="module")
def random_cities(databases, migrated, tmp_path_factory) -> RandomCities:
    """Random cities in one warehouse, each with rows of its own and two files of every table."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    seeds = [SEED + place for place in range(CITIES)]
    cities = [Random(seed) for seed in seeds]  # noqa: S311 - rows of a test
    rows = {name: [row for random in cities for row in production_rows(random, name)] for name in TABLES}
    rows["AA10"] = [{"AAA100": "AAB019", "AAA102": "10"}, {"AAA100": "AAC058", "AAA102": "01"}]
    city.land_production(rows, month=MONTH_BEFORE)
    for table in FILES:
        for place, random in enumerate(cities):
            for sequence in (2 * place + 1, 2 * place + 2):
                FORMATS.setdefault(table, table)
                city.land_file(table, file_rows(random, table, place), month=MONTH, sequence=sequence)
    city.build(LAYERS, month=MONTH)
    return RandomCities(city, seeds)


def test_every_landed_row_and_cent_counts_or_is_listed(random_cities: RandomCities):
    with random_cities.city.warehouse.connect() as connection:
        assert unaccounted(connection, month=MONTH) == [], f"seeds {random_cities.seeds}"


@pytest.mark.parametrize(
    ("statement", "line_start"),
    [
        ("delete from staging_production.stg_production__ac82 where source_row = 7", "AC82: rows"),
        (
            "delete from business_ledger.excluded_rows where table_name = 'AC50'",
            "AC50: rows kept out",
        ),
        ("update staging_production.stg_production__ac61 set monthly_amount = null", "AC61: cells"),
        (
            "update staging_production.stg_production__ac83 set item_amount = item_amount + 0.01",
            "AC83: AAE019 is off by -",
        ),
        ("update staging_tax.stg_tax__voucher set scheme = null", "tax__voucher: scheme counts for nothing"),
        (
            "delete from staging_bank.stg_bank__payment_return where source_row = 1",
            "bank__payment_return: rows",
        ),
    ],
)
def test_law_finds_what_is_lost(random_cities: RandomCities, statement: str, line_start: str):
    with random_cities.city.warehouse.connect() as connection:
        assert connection.execute(statement).rowcount > 0
        assert any(line.startswith(line_start) for line in unaccounted(connection, month=MONTH))
        connection.rollback()
