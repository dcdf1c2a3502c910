"""The rates of landed rows: what each counts, in which division, and against what."""

from __future__ import annotations

from decimal import Decimal

from expectations import measure
from tests.integration.expectations.measured_city import CITY, MONTH, number_born
from tests.integration.expectations.scorecards import measure_city, rate_of


def test_fill_rate_counts_neither_placeholders_of_names_nor_missing_cells(warehouse, city):
    division = city.add_case({"AC01": {"AAC003": "不详", "AAC004": "9", "AAC060": None}})
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AC01", "fill_rate") == (6, 8)


def test_fill_rate_leaves_placeholders_in_codes_and_amounts_alone(warehouse, city):
    division = city.add_case({"AC43": {"AAE020": "0", "AAE080": "0", "AAE078": "0"}})
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AC43", "fill_rate") == (14, 14)


def test_fill_rate_counts_no_cell_that_does_not_parse(warehouse, city):
    amounts = city.add_case({"AC43": {"AAE020": "1,000", "AAE080": "800.0000"}})
    months = city.add_case({"AC60": {"AIC162": "99999999", "AAE210": "202413", "AAE211": "x"}})
    measure_city(warehouse, city)
    assert rate_of(warehouse, amounts, "AC43", "fill_rate") == (13, 14)
    assert rate_of(warehouse, amounts, "AC43", "completeness") == (13, 13)
    assert rate_of(warehouse, months, "AC60", "fill_rate") == (8, 10)


def test_fill_rate_asks_the_date_of_death_of_the_dead_alone(warehouse, city):
    dead = city.add_case({"AC01": {"AAC060": "2"}})
    alive = city.add_case({})
    measure_city(warehouse, city)
    assert rate_of(warehouse, dead, "AC01", "fill_rate") == (8, 9)
    assert rate_of(warehouse, alive, "AC01", "fill_rate") == (8, 8)


def test_fill_rate_asks_the_employer_of_employees_alone(warehouse, city):
    employee = city.add_case({"AC02": {"AAB001": None}, "AC43": {"AAB001": None}})
    flexible = city.add_case({"AC02": {"AAB001": None, "AAC066": "12"}, "AC43": {"AAB001": None}})
    measure_city(warehouse, city)
    assert [rate_of(warehouse, employee, table, "fill_rate") for table in ("AC02", "AC43")] == [
        (8, 9),
        (13, 14),
    ]
    assert [rate_of(warehouse, flexible, table, "fill_rate") for table in ("AC02", "AC43")] == [
        (8, 8),
        (13, 13),
    ]


def test_completeness_counts_columns_with_at_least_one_valid_value(warehouse, city):
    some = city.add_case({"AC01": [{"AAC003": None}, {"AAC001": "P2", "AAC002": "0"}]})
    none = city.add_case({"AC01": {"AAC003": "测试", "AAC006": "1900-01-01", "AAC058": None}})
    measure_city(warehouse, city)
    assert rate_of(warehouse, some, "AC01", "completeness") == (8, 8)
    assert rate_of(warehouse, none, "AC01", "completeness") == (5, 8)


def test_completeness_counts_a_column_the_source_lacks_as_absent(warehouse, city):
    division = city.add_case({"AB01": {"AAB019": None}})
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AB01", "completeness") == (4, 5)
    assert rate_of(warehouse, CITY, "AC60", "completeness") == (0, 10)


def test_code_match_rate_counts_present_cells_that_map(warehouse, city):
    city.site["code_map"] = [
        {"source": "production", "class": "AAE140", "raw": "11", "standard": "110", "valid_to": MONTH},
        {"source": "production", "class": "AAE140", "raw": "21", "standard": "310", "valid_from": "2024-07"},
        {"source": "tax", "class": "AAE140", "raw": "31", "standard": "310"},
    ]
    division = city.add_case(
        {"AC50": [{"AAC001": "P0000", "AAE140": raw} for raw in ("11", "21", "31", None)]}
    )
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AC50", "code_match_rate") == (1, 3)


def test_code_match_rate_counts_an_open_list_only_where_the_site_has_it(warehouse, city):
    division = city.add_case({"AB01": {"AAB019": "10", "AAB020": "110"}})
    city.rows["AA10"].append({"AAA100": "AAB020", "AAA102": "120"})
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AB01", "code_match_rate") == (1, 2)


def test_duplication_rate_counts_every_occurrence_beyond_the_first_of_a_cleaned_key(warehouse, city):
    division = city.add_case({"AC02": [{"AAZ159": "N1"}, {"AAZ159": " Ｎ1"}, {"AAZ159": "N2"}]})
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AC02", "duplication_rate") == (1, 3)
    assert rate_of(warehouse, CITY, "AC02", "duplication_rate") == (1, 3)


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
    measure_city(warehouse, city)
    assert rate_of(warehouse, division, "AC01", "duplication_rate_identity") == (1, 2)


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
    assert rate_of(warehouse, division, "AC02", "load_rate") == (1, 4)
    assert rate_of(warehouse, CITY, "AC02", "load_rate") == (1, 5)
    assert rate_of(warehouse, division, "AC43", "load_rate") is None


def test_load_rate_takes_the_last_extract_not_after_the_month(warehouse, city):
    city.add_case({})
    with warehouse.connect() as connection:
        version = city.write(connection, month="2024-05")
        connection.execute(
            "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
            " values ('2024-07', 1, 'AC02', 'later', 9, '{}'), ('2024-05', 2, 'AC02', 'second', 2, '{}')"
        )
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    assert rate_of(warehouse, CITY, "AC02", "load_rate") == (1, 2)


def test_coverage_compares_persons_with_the_official_figure_of_the_division(warehouse, city):
    reported, unreported = city.add_case({}), city.add_case({})
    city.site["targets"] = [
        {"division": reported, "indicator": "reported_insured_persons", "year": "2024", "target": "4"},
        {"division": CITY, "indicator": "reported_insured_persons", "year": "2023", "target": "9"},
    ]
    measure_city(warehouse, city)
    assert rate_of(warehouse, reported, "AC01", "coverage") == (1, 4)
    assert rate_of(warehouse, unreported, "AC01", "coverage") == (1, None)
    assert rate_of(warehouse, CITY, "AC01", "coverage") == (2, None)


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
    measure_city(warehouse, city)
    counted = [
        rate_of(warehouse, division, "AC02", "duplication_rate")[1]
        for division in (own, person, employer, CITY)
    ]
    assert counted == [1, 1, 1, 5]


def test_rates_are_na_never_one_when_a_table_is_empty(warehouse, city):
    city.add_case(dict.fromkeys(("AB01", "AB02", "AC01", "AC02", "AC43")))
    city.site["thresholds"] = [{"low": "0.5", "high": "0.9", "severity": "critical"}]
    measure_city(warehouse, city)
    with warehouse.connect() as connection:
        rates = connection.execute(
            "select metric, rate, status, grade from quality.scorecard where metric <> 'completeness'"
        ).fetchall()
    assert rates
    assert {(rate, status) for _, rate, status, _ in rates} == {(None, "na")}


def test_rate_is_stored_to_ten_decimals_beside_its_exact_parts(warehouse, city):
    for claim in ({"AC01": {"AAC060": "9"}}, {}, {}):
        city.add_case(claim)
    measure_city(warehouse, city)
    with warehouse.connect() as connection:
        stored = connection.execute(
            "select numerator, denominator, rate from quality.scorecard"
            " where (division, table_name, metric) = (%s, 'AC01', 'anomaly_rate')",
            (CITY,),
        ).fetchone()
    assert stored == (1, 3, Decimal("0.3333333333"))
