"""Months set against each other: who entered and left, what cells were, and invariants that stop a build."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from tests.integration.checked_city import CITY, LEDGERS, NORTH, SOUTH, City
from tests.integration.test_statistics_months import PRODUCTION, contribution, enrolment
from tests.support import Databases

pytestmark = pytest.mark.scenarios
MAY, JUNE, JULY = "2024-05", "2024-06", "2024-07"
STATISTICS = ("statistical_ledger",)


@pytest.fixture(scope="module")
def city(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """June and July are built before May; in June ``both`` left the south and ``late`` came to the north."""
    home: Path = tmp_path_factory.mktemp("history")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    persons = [*PRODUCTION["AC01"], {"AAC001": "late", "AAB301": NORTH, "AAC004": "2", "AAC006": "19640630"}]
    enrolments = [*PRODUCTION["AC02"], enrolment("N5", "late", NORTH)]
    paid = [*PRODUCTION["AC43"], contribution("C6", "late", "202406")]
    city.land_production({**PRODUCTION, "AC01": persons, "AC02": enrolments, "AC43": paid}, month=MAY)
    with city.warehouse.connect() as connection:
        connection.execute("update landing.production__ac02 set _valid_to = %s where aaz159 = 'N3'", (JUNE,))
    for month in (JUNE, JULY, MAY):
        city.build((*LEDGERS, *STATISTICS), month=month)
    return city


def value(city: City, indicator: str, division: str, month: str, *, breakdown: str = "") -> Decimal | None:
    return city.rows(
        "select value from statistical_ledger.indicators where indicator = %s and division = %s"
        " and scheme = '110' and month = %s and breakdown = %s",
        indicator, division, month, breakdown,
    )[0][0]  # fmt: skip


def versions(city: City, month: str) -> list[tuple]:
    return city.rows(
        "select build_number, indicator, division, value from statistical_ledger.indicator_history"
        " where month = %s and indicator in ('entered', 'left') and scheme = '110' and division = %s"
        " order by indicator, build_number",
        month, NORTH,
    )  # fmt: skip


def test_entered_and_left_are_null_when_the_month_before_was_never_built(city: City) -> None:
    assert [value(city, name, CITY, MAY) for name in ("entered", "left")] == [None, None]


def test_who_moves_within_the_city_leaves_a_county_and_not_the_city(city: City) -> None:
    assert [value(city, "left", division, JUNE) for division in (NORTH, SOUTH, CITY)] == [0, 1, 0]
    assert [value(city, "entered", division, JUNE) for division in (NORTH, SOUTH, CITY)] == [1, 0, 1]


def test_building_a_month_counts_anew_who_entered_the_next_one(city: City) -> None:
    assert versions(city, JUNE) == [
        (1, "entered", NORTH, None),
        (2, "entered", NORTH, 1),
        (1, "left", NORTH, None),
        (2, "left", NORTH, 0),
    ]


def test_history_gets_nothing_when_a_month_is_built_again_unchanged(city: City) -> None:
    count = (
        "select month, count(*), max(build_number) from statistical_ledger.indicator_history group by month"
    )
    before = sorted(city.rows(count))
    assert before
    city.build(STATISTICS, month=JUNE)
    assert sorted(city.rows(count)) == before


def test_history_keeps_the_old_value_when_a_month_is_restated(city: City) -> None:
    change = "update landing.production__ac43 set aae020 = %s, aae036 = '20240701' where aaz223 = 'C4'"
    for amount in ("900", "800"):
        with city.warehouse.connect() as connection:
            connection.execute(change, (amount,))
            # Only a test changes a landed row in place: what was staged of it must be forgotten.
            connection.execute("delete from staging_production.stg_production__staged_tables")
        city.build((*LEDGERS, *STATISTICS), month=JULY)
    rows = city.rows(
        "select build_number, value, is_shown from statistical_ledger.indicator_history where month = %s"
        " and indicator = 'contributions_due_ytd' and division = %s and scheme = '110' order by build_number",
        JULY, CITY,
    )  # fmt: skip
    assert [str(row[1]) for row in rows] == ["7200.30", "7300.30", "7200.30"]
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})


def test_bands_are_of_the_month_end_and_hold_who_cannot_be_placed(city: City) -> None:
    assert value(city, "insured_persons", NORTH, JUNE, breakdown="sex=2;age=60-64") == 1
    assert value(city, "insured_persons", NORTH, JUNE, breakdown="sex=9;age=unknown") == 2


def test_statistics_forget_a_band_that_nobody_is_in_any_more(city: City) -> None:
    change = "update landing.production__ac01 set aac006 = %s where aac001 = 'late'"
    bands = (
        "select breakdown from statistical_ledger.indicators where month = %s and breakdown like 'sex=2%%'"
    )
    seen = []
    for birth in ("19540630", "19640630"):
        with city.warehouse.connect() as connection:
            connection.execute(change, (birth,))
            # Only a test changes a landed row in place: what was staged of it must be forgotten.
            connection.execute("delete from staging_production.stg_production__staged_tables")
        city.build((*LEDGERS, *STATISTICS), month=JULY)
        seen.append({breakdown for (breakdown,) in city.rows(bands, JULY)})
    assert seen == [{"sex=2;age=70-74"}, {"sex=2;age=60-64"}]


@pytest.mark.parametrize(
    ("invariant", "indicator"),
    [
        ("stock_moves_by_who_entered_and_left", "entered"),
        ("breakdowns_add_up_to_the_total", "insured_workers"),
        ("history_ends_in_the_ledger", "suspended_persons"),
        ("indicators_are_complete", None),
    ],
)
def test_statistics_invariant_stops_the_build_when_a_figure_is_wrong(
    city: City, invariant: str, indicator: str | None
) -> None:
    where = "month = %s and breakdown = '' and indicator = %s"
    with city.warehouse.connect() as connection:
        connection.execute("create table kept as select * from statistical_ledger.indicators")
        if indicator:
            connection.execute(
                f"update statistical_ledger.indicators set value = value + 1 where {where}",
                (JUNE, indicator),
            )
        else:
            connection.execute(
                f"delete from statistical_ledger.indicators where {where}",
                (JUNE, "arrears"),
            )
    try:
        with pytest.raises(InvariantBroken, match=invariant):
            city.build((f"statistical_ledger:{invariant}",), month=JUNE)
    finally:
        with city.warehouse.connect() as connection:
            connection.execute("delete from statistical_ledger.indicators")
            connection.execute("insert into statistical_ledger.indicators select * from kept")
            connection.execute("drop table kept")
