"""What does not count as it stands is listed: rows kept out, cells rounded or read as nothing."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import pytest

from expectations import measure
from expectations.uncounted import uncounted
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import NotFound
from tests.integration.expectations.measured_city import MONTH, LandedCity
from tests.support import run_fundwatch


def _listed(warehouse, city: LandedCity) -> list[tuple]:
    with warehouse.connect() as connection:
        city.write(connection)
        cells = list(uncounted(connection, month=MONTH))
        connection.rollback()
    return [
        (cell.table_name, cell.column_name, cell.reason, cell.source_row, cell.written, cell.difference)
        for cell in cells
    ]


def test_nothing_is_listed_when_every_value_counts_as_it_stands(warehouse, city):
    city.add_case({"AC50": {"AAE240": "5000.0000"}, "AC60": {"AIC162": "2024-02-29"}, "AC83": {}})
    city.add_case({"AC43": {"AAE080": "800.0000000000001", "AAE082": "4e2", "AAE020": " 800"}})
    city.add_case({"AB07": {"AAB119": "12.00"}, "AC01": {"AAE036": "2024-06-01 08:00:00"}})
    assert _listed(warehouse, city) == []


def test_amounts_are_listed_by_what_they_count_more_when_they_are_rounded(warehouse, city):
    city.add_case({"AC50": {"AAE240": "5000.125"}, "AC83": {"AAE019": "-0.005"}})
    city.add_case({"AC82": {"AAE019": "900.001"}, "YC01": {"AAE058": "15e-3"}})
    assert _listed(warehouse, city) == [
        ("AC50", "AAE240", "rounded", 1, "5000.125", Decimal("0.005")),
        ("AC82", "AAE019", "rounded", 1, "900.001", Decimal("-0.001")),
        ("AC83", "AAE019", "rounded", 1, "-0.005", Decimal("-0.005")),
        ("YC01", "AAE058", "rounded", 1, "15e-3", Decimal("0.005")),
    ]


def test_measurement_says_how_many_amounts_are_rounded(warehouse, city):
    city.add_case({"AC43": {"AAC040": "5000.005", "AAE082": "400.0000"}, "AC82": {"AAE019": "1e-3"}})
    with warehouse.connect() as connection:
        version = city.write(connection)
    summary = measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    assert summary.counts()["rounded_amounts"] == 2


def test_values_that_are_none_are_listed_by_what_they_are_not(warehouse, city):
    city.add_case(
        {
            "AB07": {"AAB119": "1.5", "AAB120": "1,000", "AAE078": "yes"},
            "AC01": {"AAE138": "20230229", "AAC004": "9", "AAC060": "8", "AAB301": "640399"},
            "AC43": {"AAE041": "202413"},
        }
    )
    assert [(table, column, reason) for table, column, reason, *_ in _listed(warehouse, city)] == [
        ("AB07", "AAB119", "no_count"),
        ("AB07", "AAB120", "no_amount"),
        ("AB07", "AAE078", "no_code"),
        ("AC01", "AAB301", "no_division"),
        ("AC01", "AAC060", "no_code"),
        ("AC01", "AAE138", "no_date"),
        ("AC43", "AAE041", "no_month"),
    ]


def test_table_that_is_none_is_refused(warehouse, city):
    with warehouse.connect() as connection:
        city.write(connection)
        with pytest.raises(NotFound, match="there is no table AC99"):
            list(uncounted(connection, month=MONTH, tables=["AC99"]))
        connection.rollback()


def test_command_counts_by_table_and_streams_each_row(settings):
    city = LandedCity()
    for size in ("900.001", "900.006", "900,00"):
        city.add_case({"AC82": {"AAE019": size}})
    with open_warehouse(settings).connect() as connection:
        city.write(connection)
    counted = json.loads(run_fundwatch("uncounted", "--month", MONTH, "--json", settings=settings).stdout)
    assert counted == [
        {"table": "AC82", "column": "AAE019", "reason": "rounded", "count": 2, "difference": "0.003"},
        {"table": "AC82", "column": "AAE019", "reason": "no_amount", "count": 1, "difference": None},
    ]
    streamed = run_fundwatch("uncounted", "--month", MONTH, "--table", "AC82", "--rows", settings=settings)
    lines = list(csv.DictReader(streamed.stdout.decode().splitlines()))
    assert [(line["key"], line["source_row"], line["written"]) for line in lines] == [
        ("Z0000", "1", "900.001"),
        ("Z0001", "2", "900.006"),
        ("Z0002", "3", "900,00"),
    ]
