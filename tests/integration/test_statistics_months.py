"""Statistics of a tiny city: figures by hand, months beside each other, and invariants that stop a build."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from tests.integration.checked_city import CITY, LEDGERS, NORTH, SOUTH, City
from tests.support import Databases

MAY, JUNE = "2024-05", "2024-06"
STATISTICS = ("statistical_ledger", "reports")


def enrolment(key: str, person: str, division: str, *, first: str = "200001") -> dict[str, str]:
    return {
        "AAZ159": key, "AAC001": person, "AAE140": "110", "AAB001": "E1", "AAC008": "1",
        "AAC066": "11", "AAC030": "20000101", "AAC049": first, "AAB301": division,
    }  # fmt: skip


def contribution(key: str, person: str, month: str, *, booked: str | None = None) -> dict[str, str]:
    return {
        "AAZ223": key, "AAC001": person, "AAB001": "E1", "AAE140": "110", "AAE002": booked or month,
        "AAE003": month, "AAA115": "10", "AAE180": "5000", "AAE020": "800", "AAE022": "400.05",
        "AAE080": "800", "AAE082": "400.05", "AAE078": "1",
    }  # fmt: skip


# north is insured in one county, both in two; the old one draws a pension in the south.
PRODUCTION = {
    "AB01": [{"AAB001": "E1", "AAB301": NORTH}],
    "AC01": [{"AAC001": person, "AAB301": NORTH} for person in ("north", "both", "old")],
    "AC02": [
        enrolment("N1", "north", NORTH, first="202405"),
        enrolment("N2", "both", NORTH),
        enrolment("N3", "both", SOUTH),
        enrolment("N4", "old", SOUTH),
    ],
    "AC43": [
        contribution("C1", "north", "202405"),
        contribution("C2", "both", "202405"),
        contribution("C3", "north", "202406") | {"AAE078": "0"},
        contribution("C4", "both", "202406"),
        contribution("C5", "both", "202404", booked="202406"),
    ],
    "AC60": [
        {
            "AAZ257": "B1", "AAC001": "old", "AAE140": "110", "AIC161": "01", "AAE210": "202001",
            "AAE116": "1", "AAB301": SOUTH,
        }
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def months(
    databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[City, list[tuple]]:
    """A city with May and June built in order, and May's rows as they were before June."""
    home: Path = tmp_path_factory.mktemp("statistics")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production(PRODUCTION, month=MAY)
    city.build((*LEDGERS, *STATISTICS), month=MAY)
    may = snapshot(city, MAY)
    city.build(STATISTICS, month=JUNE)  # nothing arrived since: the ledgers of May hold in June
    return city, may


@pytest.fixture
def city(months: tuple[City, list[tuple]]) -> City:
    return months[0]


def snapshot(city: City, month: str) -> list[tuple]:
    """The month's rows with the transaction that wrote each of them."""
    return [
        row
        for table in ("statistical_ledger.indicators", "reports.cells")
        for row in city.rows(f"select xmin, t.* from {table} as t where month = %s order by t::text", month)
    ]


def value(city: City, indicator: str, division: str, *, scheme: str = "110", month: str = JUNE) -> Decimal:
    rows = city.rows(
        "select value from statistical_ledger.indicators where indicator = %s and division = %s"
        " and scheme = %s and month = %s and breakdown = ''",
        indicator, division, scheme, month,
    )  # fmt: skip
    assert len(rows) == 1
    return rows[0][0]


def test_statistics_count_a_person_of_two_counties_once_in_the_city(city: City) -> None:
    figures = [value(city, "insured_persons", division) for division in (NORTH, SOUTH, CITY)]
    assert figures == [2, 2, 3]
    assert value(city, "cross_division_duplicates", CITY) == 1


def test_statistics_state_money_of_the_month_and_of_the_year_to_the_cent(city: City) -> None:
    names = (
        "contributions_due",
        "contributions_received_current",
        "contributions_received_back",
        "contributions_due_ytd",
        "contributions_received_ytd",
        "arrears",
        "arrears_cleared",
        "collection_rate",
    )
    assert [str(value(city, name, CITY)) for name in names] == [
        "2400.10", "1200.05", "1200.05", "6000.25", "4800.20", "1200.05", "1200.05", "50.00",
    ]  # fmt: skip


def test_statistics_of_a_month_leave_other_months_untouched(months: tuple[City, list[tuple]]) -> None:
    city, may = months
    assert may
    assert snapshot(city, MAY) == may


def test_statistics_are_equal_when_built_twice(city: City) -> None:
    before = [row[1:] for row in snapshot(city, JUNE)]
    city.build(STATISTICS, month=JUNE)
    assert [row[1:] for row in snapshot(city, JUNE)] == before


def test_report_cells_are_numbered_from_the_city_down(city: City) -> None:
    cells = city.rows(
        "select cell, division, scheme, indicator from reports.cells where month = %s and form = 'R1'"
        " and cell in ('r1c3', 'r2c3', 'r3c1') order by cell",
        JUNE,
    )
    assert cells == [
        ("r1c3", CITY, "ALL", "insured_persons"),
        ("r2c3", CITY, "110", "insured_persons"),
        ("r3c1", NORTH, "ALL", "insured_workers"),
    ]


@pytest.mark.parametrize(
    ("invariant", "indicator", "layer"),
    [
        ("insured_persons_are_workers_and_retirees", "insured_workers", "statistical_ledger"),
        ("counties_less_duplicates_are_the_city", "cross_division_duplicates", "statistical_ledger"),
        ("contributions_received_are_their_parts", "contributions_received", "statistical_ledger"),
        ("report_cells_are_the_indicators", "arrears", "reports"),
    ],
)
def test_statistics_invariant_stops_the_build_when_a_figure_is_wrong(
    city: City, invariant: str, indicator: str, layer: str
) -> None:
    change = "update statistical_ledger.indicators set value = value + %s where indicator = %s and month = %s"
    with city.warehouse.connect() as connection:
        connection.execute(change, (1, indicator, JUNE))
    try:
        with pytest.raises(InvariantBroken, match=invariant):
            city.build((f"{layer}:{invariant}",), month=JUNE)
    finally:
        with city.warehouse.connect() as connection:
            connection.execute(change, (-1, indicator, JUNE))


def test_statistics_models_pass_their_unit_tests(city: City) -> None:
    outcomes = city.unit_tests(*STATISTICS)
    assert outcomes
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {}
