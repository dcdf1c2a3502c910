"""Thresholds and grades of a month, and the results of a second measurement."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations import measure
from expectations.rules import RULES
from fundwatch.errors import SiteIncomplete
from tests.integration.expectations.measured_city import CITY, MONTH
from tests.integration.expectations.scorecards import measure_city, rate_of, rows_of, status_of


def test_summary_names_the_extract_that_was_measured(warehouse, city):
    city.add_case({})
    with warehouse.connect() as connection:
        version = city.write(connection, month="2024-05")
    read = [
        measure(warehouse, month=month, as_of=f"{month}-28", site_version=version).counts()["production_read"]
        for month in ("2024-04", "2024-05", "2024-06")
    ]
    assert read == ["not received", "2024-05", "2024-05"]


def test_threshold_fails_outside_and_passes_at_its_bounds(warehouse, city):
    half, all_good = city.add_case({"AC02": [{}, {"AAZ159": "N2", "AAC008": "9"}]}), city.add_case({})
    city.site["thresholds"] = [
        {"metric": "anomaly_rate", "table": "AC02", "high": "0.5", "target": "0.1", "severity": "critical"},
        {"metric": "anomaly_rate", "table": "AC02", "division": all_good, "low": "0.001", "severity": "info"},
    ]
    measure_city(warehouse, city)
    assert status_of(warehouse, half, "AC02", "anomaly_rate") == ("pass", "A", Decimal("0.1"))
    assert status_of(warehouse, all_good, "AC02", "anomaly_rate") == ("fail", "B", None)
    assert status_of(warehouse, CITY, "AC02", "fill_rate") == ("na", "A", None)


def test_grade_is_repeated_on_each_row_of_the_table(warehouse, city):
    division = city.add_case({"AC02": {"AAC008": "9"}})
    city.site["thresholds"] = [
        {"metric": "anomaly_rate", "table": "AC02", "high": "0", "severity": "critical"},
        {"metric": "code_match_rate", "low": "1", "severity": "critical"},
    ]
    measure_city(warehouse, city)
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
    measure_city(warehouse, city, month="2024-05")
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version="tiny")
    assert status_of(warehouse, CITY, "AC02", "anomaly_rate", month="2024-05")[:2] == ("pass", "A")
    assert status_of(warehouse, CITY, "AC02", "anomaly_rate")[:2] == ("fail", "C")


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
        assert rate_of(warehouse, CITY, "AC02", "duplication_rate", month=month)[1] == rows


def test_failures_name_the_landed_row(warehouse, city):
    division = city.add_case({"AC02": [{}, {"AAZ159": "bad", "AAC001": "nobody"}]})
    measure_city(warehouse, city)
    failing = [row[:-1] for row in rows_of(warehouse, "failures")]
    assert (MONTH, division, "AC02", "AC02-2", "bad", "file-AC02", 2) in failing


def test_second_measurement_leaves_the_same_rows_and_nothing_of_a_killed_one(warehouse, city):
    city.add_case({"AC01": {"AAC002": "1"}, "AC43": {"AAE180": "1.00"}})
    measure_city(warehouse, city)
    before = {what: rows_of(warehouse, what) for what in ("scorecard", "rule_results", "failures")}
    with warehouse.connect() as connection:
        connection.execute("create table quality.tmp_added_ac43 (left_by text)")
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version="tiny")
    assert all(before.values())
    assert {what: rows_of(warehouse, what) for what in before} == before
    with warehouse.connect() as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'quality'").fetchall()
    assert not [name for (name,) in tables if name.startswith("tmp_")]


def test_measure_requires_a_city_among_the_divisions(warehouse, city):
    with warehouse.connect() as connection:
        version = city.write(connection)
        connection.execute("delete from site.divisions where level = 'city'")
    with pytest.raises(SiteIncomplete, match="no division of level city"):
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)


def test_measure_records_the_texts_of_its_rules(warehouse, city):
    city.add_case({})
    measure_city(warehouse, city)
    with warehouse.connect() as connection:
        texts = connection.execute(
            "select distinct r.rule_id, d.severity, d.text_zh, d.text_en from quality.rule_results as r"
            " left join quality.rules as d using (rule_version, rule_id)"
        ).fetchall()
    assert sorted(texts) == sorted(
        (rule.rule_id, rule.severity, rule.text_zh, rule.text_en) for rule in RULES
    )
