"""The rates, their thresholds and grades, and what a second measurement does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations import measure
from expectations.rules import RULES
from fundwatch.errors import SiteIncomplete
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse, open_warehouse
from tests.integration.measured_city import CITY, MONTH, LandedCity, clear, number_born

Rate = tuple[Decimal | None, Decimal | None]


@pytest.fixture(scope="module")
def shared(databases, migrated, tmp_path_factory) -> Warehouse:
    url = databases.create(template=migrated)
    return open_warehouse(Settings(home=tmp_path_factory.mktemp("home"), database_url=url))


@pytest.fixture
def warehouse(shared: Warehouse) -> Warehouse:
    """The module's warehouse, emptied."""
    with shared.connect() as connection:
        clear(connection)
    return shared


@pytest.fixture
def city() -> LandedCity:
    return LandedCity()


def _measured(warehouse: Warehouse, city: LandedCity, *, month: str = MONTH) -> None:
    with warehouse.connect() as connection:
        version = city.write(connection, month=month)
    measure(warehouse, month=month, as_of=f"{month}-28", site_version=version)


def _all(warehouse: Warehouse, what: str) -> list[tuple]:
    with warehouse.connect() as connection:
        return sorted(connection.execute(f"select * from quality.{what}").fetchall(), key=str)


def _rate(warehouse: Warehouse, division: str, table: str, metric: str, *, month: str = MONTH) -> Rate:
    with warehouse.connect() as connection:
        return connection.execute(
            "select numerator, denominator from quality.scorecard"
            " where (month, division, table_name, metric) = (%s, %s, %s, %s)",
            (month, division, table, metric),
        ).fetchone()


def _status(warehouse: Warehouse, division: str, table: str, metric: str, *, month: str = MONTH) -> tuple:
    with warehouse.connect() as connection:
        return connection.execute(
            "select status, grade, target from quality.scorecard"
            " where (month, division, table_name, metric) = (%s, %s, %s, %s)",
            (month, division, table, metric),
        ).fetchone()


def test_fill_rate_counts_neither_placeholders_of_names_nor_missing_cells(warehouse, city):
    division = city.add_case({"AC01": {"AAC003": "不详", "AAC004": "9", "AAC060": None}})
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AC01", "fill_rate") == (6, 8)


def test_fill_rate_leaves_placeholders_in_codes_and_amounts_alone(warehouse, city):
    division = city.add_case({"AC43": {"AAE020": "0", "AAE080": "0", "AAE078": "0"}})
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AC43", "fill_rate") == (14, 14)


def test_fill_rate_asks_the_date_of_death_of_the_dead_alone(warehouse, city):
    dead = city.add_case({"AC01": {"AAC060": "2"}})
    alive = city.add_case({})
    _measured(warehouse, city)
    assert _rate(warehouse, dead, "AC01", "fill_rate") == (8, 9)
    assert _rate(warehouse, alive, "AC01", "fill_rate") == (8, 8)


def test_fill_rate_asks_the_employer_of_employees_alone(warehouse, city):
    employee = city.add_case({"AC02": {"AAB001": None}, "AC43": {"AAB001": None}})
    flexible = city.add_case({"AC02": {"AAB001": None, "AAC066": "12"}, "AC43": {"AAB001": None}})
    _measured(warehouse, city)
    assert [_rate(warehouse, employee, table, "fill_rate") for table in ("AC02", "AC43")] == [
        (8, 9),
        (13, 14),
    ]
    assert [_rate(warehouse, flexible, table, "fill_rate") for table in ("AC02", "AC43")] == [
        (8, 8),
        (13, 13),
    ]


def test_completeness_counts_columns_with_at_least_one_valid_value(warehouse, city):
    some = city.add_case({"AC01": [{"AAC003": None}, {"AAC001": "P2", "AAC002": "0"}]})
    none = city.add_case({"AC01": {"AAC003": "测试", "AAC006": "1900-01-01", "AAC058": None}})
    _measured(warehouse, city)
    assert _rate(warehouse, some, "AC01", "completeness") == (8, 8)
    assert _rate(warehouse, none, "AC01", "completeness") == (5, 8)


def test_completeness_counts_a_column_the_source_lacks_as_absent(warehouse, city):
    division = city.add_case({"AB01": {"AAB019": None}})
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AB01", "completeness") == (4, 5)
    assert _rate(warehouse, CITY, "AC60", "completeness") == (0, 10)


def test_code_match_rate_counts_present_cells_that_map(warehouse, city):
    city.site["code_map"] = [
        {"source": "production", "class": "AAE140", "raw": "11", "standard": "110", "valid_to": MONTH},
        {"source": "production", "class": "AAE140", "raw": "21", "standard": "310", "valid_from": "2024-07"},
        {"source": "tax", "class": "AAE140", "raw": "31", "standard": "310"},
    ]
    division = city.add_case(
        {"AC50": [{"AAC001": "P0000", "AAE140": raw} for raw in ("11", "21", "31", None)]}
    )
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AC50", "code_match_rate") == (1, 3)


def test_code_match_rate_counts_an_open_list_only_where_the_site_has_it(warehouse, city):
    division = city.add_case({"AB01": {"AAB019": "10", "AAB020": "110"}})
    city.rows["AA10"].append({"AAA100": "AAB020", "AAA102": "120"})
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AB01", "code_match_rate") == (1, 2)


def test_duplication_rate_counts_every_occurrence_beyond_the_first_of_a_cleaned_key(warehouse, city):
    division = city.add_case({"AC02": [{"AAZ159": "N1"}, {"AAZ159": " Ｎ1"}, {"AAZ159": "N2"}]})
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AC02", "duplication_rate") == (1, 3)
    assert _rate(warehouse, CITY, "AC02", "duplication_rate") == (1, 3)


def test_identity_duplication_compares_old_and_new_numbers_of_different_persons(warehouse, city):
    number = number_born("19800229")
    old = number[:6] + number[8:17]
    division = city.add_case(
        {
            "AC01": [
                {"AAC001": "a", "AAC002": number},
                {"AAC001": "b", "AAC002": old},
                {"AAC001": "c", "AAC002": "1"},
            ]
        }
    )
    _measured(warehouse, city)
    assert _rate(warehouse, division, "AC01", "duplication_rate_identity") == (1, 2)


def test_load_rate_compares_with_the_rows_counted_at_the_source(warehouse, city):
    division = city.add_case({})
    with warehouse.connect() as connection:
        version = city.write(connection)
        connection.execute(
            "update ops.extracts set source_rows = 5,"
            " source_rows_by_division = jsonb_build_object(%s::text, 4) where table_name = 'AC02'",
            (f" {division}",),
        )
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    assert _rate(warehouse, division, "AC02", "load_rate") == (1, 4)
    assert _rate(warehouse, CITY, "AC02", "load_rate") == (1, 5)
    assert _rate(warehouse, division, "AC43", "load_rate") is None


def test_load_rate_takes_the_last_extract_not_after_the_month(warehouse, city):
    city.add_case({})
    with warehouse.connect() as connection:
        version = city.write(connection, month="2024-05")
        connection.execute(
            "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
            " values ('2024-07', 1, 'AC02', 'later', 9, '{}'), ('2024-05', 2, 'AC02', 'second', 2, '{}')"
        )
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    assert _rate(warehouse, CITY, "AC02", "load_rate") == (1, 2)


def test_coverage_compares_persons_with_the_official_figure_of_the_division(warehouse, city):
    reported, unreported = city.add_case({}), city.add_case({})
    city.site["targets"] = [
        {"division": reported, "indicator": "reported_insured_persons", "year": "2024", "target": "4"},
        {"division": CITY, "indicator": "reported_insured_persons", "year": "2023", "target": "9"},
    ]
    _measured(warehouse, city)
    assert _rate(warehouse, reported, "AC01", "coverage") == (1, 4)
    assert _rate(warehouse, unreported, "AC01", "coverage") == (1, None)
    assert _rate(warehouse, CITY, "AC01", "coverage") == (2, None)


def test_division_is_the_rows_own_else_its_persons_else_its_employers(warehouse, city):
    own, person, employer = (city.add_case({"AC02": None}) for _ in range(3))
    row = {"AAZ159": "N", "AAC001": "P0001", "AAB001": "E0002", "AAE140": "110"}
    city.rows["AC02"] += [
        {**row, "AAB301": own},
        {**row, "AAB301": None},
        {**row, "AAB301": " ", "AAC001": "nobody"},
        {**row, "AAB301": "999999"},
        {**row, "AAB301": None, "AAC001": "nobody", "AAB001": "nobody"},
    ]
    _measured(warehouse, city)
    counted = [_rate(warehouse, one, "AC02", "duplication_rate")[1] for one in (own, person, employer, CITY)]
    assert counted == [1, 1, 1, 5]


def test_rates_are_na_never_one_when_a_table_is_empty(warehouse, city):
    city.add_case(dict.fromkeys(("AB01", "AB02", "AC01", "AC02", "AC43")))
    city.site["thresholds"] = [{"low": "0.5", "high": "0.9", "severity": "critical"}]
    _measured(warehouse, city)
    with warehouse.connect() as connection:
        rates = connection.execute(
            "select metric, rate, status, grade from quality.scorecard where metric <> 'completeness'"
        ).fetchall()
    assert rates
    assert {(rate, status) for _, rate, status, _ in rates} == {(None, "na")}


def test_measure_says_which_reading_of_production_it_measured_and_when_there_was_none(warehouse, city):
    city.add_case({})
    with warehouse.connect() as connection:
        version = city.write(connection, month="2024-05")
    said = [
        measure(warehouse, month=month, as_of=f"{month}-28", site_version=version).counts()["production_read"]
        for month in ("2024-04", "2024-05", "2024-06")
    ]
    assert said == ["not received", "2024-05", "2024-05"]


def test_rate_is_stored_to_ten_decimals_beside_its_exact_parts(warehouse, city):
    for claim in ({"AC01": {"AAC060": "9"}}, {}, {}):
        city.add_case(claim)
    _measured(warehouse, city)
    with warehouse.connect() as connection:
        found = connection.execute(
            "select numerator, denominator, rate from quality.scorecard"
            " where (division, table_name, metric) = (%s, 'AC01', 'anomaly_rate')",
            (CITY,),
        ).fetchone()
    assert found == (1, 3, Decimal("0.3333333333"))


def test_threshold_fails_outside_and_passes_at_its_bounds(warehouse, city):
    half, all_good = city.add_case({"AC02": [{}, {"AAZ159": "N2", "AAC008": "9"}]}), city.add_case({})
    city.site["thresholds"] = [
        {"metric": "anomaly_rate", "table": "AC02", "high": "0.5", "target": "0.1", "severity": "critical"},
        {"metric": "anomaly_rate", "table": "AC02", "division": all_good, "low": "0.001", "severity": "info"},
    ]
    _measured(warehouse, city)
    assert _status(warehouse, half, "AC02", "anomaly_rate") == ("pass", "A", Decimal("0.1"))
    assert _status(warehouse, all_good, "AC02", "anomaly_rate") == ("fail", "B", None)
    assert _status(warehouse, CITY, "AC02", "fill_rate") == ("na", "A", None)


def test_grade_is_repeated_on_each_row_of_the_table(warehouse, city):
    division = city.add_case({"AC02": {"AAC008": "9"}})
    city.site["thresholds"] = [
        {"metric": "anomaly_rate", "table": "AC02", "high": "0", "severity": "critical"},
        {"metric": "code_match_rate", "low": "1", "severity": "critical"},
    ]
    _measured(warehouse, city)
    with warehouse.connect() as connection:
        grades = connection.execute(
            "select distinct grade from quality.scorecard where division = %s and table_name = 'AC02'",
            (division,),
        ).fetchall()
    assert grades == [("F",)]


def test_threshold_with_a_month_of_grace_fails_in_the_second_month(warehouse, city):
    city.add_case({"AC02": {"AAC008": "9"}})
    city.site["thresholds"] = [
        {"metric": "anomaly_rate", "table": "AC02", "high": "0", "severity": "warning", "grace_months": "1"}
    ]
    _measured(warehouse, city, month="2024-05")
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version="tiny")
    assert _status(warehouse, CITY, "AC02", "anomaly_rate", month="2024-05")[:2] == ("pass", "A")
    assert _status(warehouse, CITY, "AC02", "anomaly_rate")[:2] == ("fail", "C")


def test_measure_reads_the_rows_current_in_the_month(warehouse, city):
    city.add_case({"AC02": [{"AAZ159": "now"}, {"AAZ159": "closed"}, {"AAZ159": "later"}]})
    with warehouse.connect() as connection:
        version = city.write(connection, month="2024-05")
        connection.execute(
            "update landing.production__ac02 set _valid_to = '2024-06' where aaz159 = 'closed'"
        )
        connection.execute(
            "update landing.production__ac02 set _valid_from = '2024-07' where aaz159 = 'later'"
        )
    for month, rows in (("2024-05", 2), ("2024-06", 1), ("2024-07", 2)):
        measure(warehouse, month=month, as_of=f"{month}-28", site_version=version)
        assert _rate(warehouse, CITY, "AC02", "duplication_rate", month=month)[1] == rows


def test_failures_name_the_landed_row(warehouse, city):
    division = city.add_case({"AC02": [{}, {"AAZ159": "bad", "AAC001": "nobody"}]})
    _measured(warehouse, city)
    failing = [row[:-1] for row in _all(warehouse, "failures")]
    assert (MONTH, division, "AC02", "AC02-2", "bad", "file-AC02", 2) in failing


def test_second_measurement_leaves_the_same_rows_and_nothing_of_a_killed_one(warehouse, city):
    city.add_case({"AC01": {"AAC002": "1"}, "AC43": {"AAE180": "1.00"}})
    _measured(warehouse, city)
    before = {what: _all(warehouse, what) for what in ("scorecard", "rule_results", "failures")}
    with warehouse.connect() as connection:
        connection.execute("create table quality.tmp_added_ac43 (left_by text)")
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version="tiny")
    assert all(before.values())
    assert {what: _all(warehouse, what) for what in before} == before
    with warehouse.connect() as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'quality'").fetchall()
    assert not [name for (name,) in tables if name.startswith("tmp_")]


def test_measure_asks_for_a_city_when_the_site_names_none(warehouse, city):
    with warehouse.connect() as connection:
        version = city.write(connection)
        connection.execute("delete from site.divisions where level = 'city'")
    with pytest.raises(SiteIncomplete, match="no division of level city"):
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)


def test_measure_notes_what_the_rules_of_its_version_say(warehouse: Warehouse, city: LandedCity) -> None:
    city.add_case({})
    _measured(warehouse, city)
    with warehouse.connect() as connection:
        found = connection.execute(
            "select distinct r.rule_id, d.severity, d.text_zh, d.text_en from quality.rule_results as r"
            " left join quality.rules as d using (rule_version, rule_id)"
        ).fetchall()
    assert sorted(found) == sorted((one.rule_id, one.severity, one.text_zh, one.text_en) for one in RULES)
