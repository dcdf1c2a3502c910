"""Great Expectations as the validator: it counts what the scan counts, and stores no values."""

from __future__ import annotations

import dataclasses
import json
import logging
import re

import psycopg
import pytest

from expectations import measure
from expectations.rules import RULES, ac01
from expectations.rules.declaration import BuiltIn
from fundwatch.errors import InvariantBroken
from tests.integration.expectations.measured_city import CITY, MONTH, LandedCity

_MONEY = {
    "AB07": "AAB120",
    "AC43": "AAC040",
    "AC50": "AAE240",
    **dict.fromkeys(("AC61", "AC82", "AC83", "YC01", "YC02"), "AAE019"),
}
CANARY_NAME, CANARY_NUMBER = "金丝雀9", "640301198002290000"


@pytest.fixture
def city() -> LandedCity:
    """A city in which every rule fails at least one row."""
    city = LandedCity()
    city.add_case({})
    city.add_case({"AB01": {"AAB030": "1", "AAB004": "无"}})
    city.add_case({"AC01": {"AAC002": CANARY_NUMBER, "AAC003": CANARY_NAME, "AAC006": None, "AAC060": "2"}})
    city.add_case({"AC01": {"AAC004": "2", "AAC006": "19800228", "AAC060": "9"}})
    city.add_case({"AC02": {"AAC001": "nobody", "AAC008": "9", "AAB001": "nobody"}})
    city.add_case({"AC02": {"AAC049": "201201"}})
    city.add_case({"AC43": {"AAE002": "0", "AAB001": "nobody", "AAB191": None, "AAE080": "900"}})
    city.add_case({"AC43": {"AAE180": "1.00"}})
    city.add_case({"AB02": {"AAB051": "9"}, "AB07": {"AAE080": "900.00"}, "AC50": {"AAE240": "-1.00"}})
    city.add_case({"AC60": {"AAC001": "nobody", "AAE116": "9", "AAE211": "202401"}, "AC61": {"AAE019": "0"}})
    city.add_case({"AC82": {"AAE019": "1", "AAE003": "202407", "AAE117": "2"}})
    city.add_case({"YC01": {"AAE019": "0"}, "YC02": {"YAE001": "9"}})
    unreadable = {table: {column: "1,000"} for table, column in _MONEY.items()}
    city.add_case({**unreadable, "AC60": {"AIC162": "20230229"}})
    return city


def _write(warehouse, city: LandedCity) -> str:
    with warehouse.connect() as connection:
        return city.write(connection)


def test_great_expectations_counts_every_rule_as_the_city_row_does(warehouse, city, monkeypatch):
    results = _recorded_results(monkeypatch)
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=_write(warehouse, city))
    validated = {
        result.expectation_config.meta["rule_id"]: result.result["unexpected_count"]
        for suite in results
        for result in suite.results
    }
    with warehouse.connect() as connection:
        scanned = dict(
            connection.execute(
                "select rule_id, failed from quality.rule_results where division = %s", (CITY,)
            ).fetchall()
        )
    assert set(validated) == {rule.rule_id for rule in RULES}
    assert validated == scanned
    assert all(validated.values())


def test_measure_stops_when_great_expectations_counts_otherwise(warehouse, city, monkeypatch):
    version = _write(warehouse, city)
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    with warehouse.connect() as connection:
        before = connection.execute("select * from quality.rule_results order by 2, 4").fetchall()
    names = BuiltIn("ExpectColumnValuesToNotMatchRegex", {"column": "aac003", "regex": "^.$"})
    changed = tuple(
        dataclasses.replace(rule, expectation=names) if rule.rule_id == "AC01-4" else rule for rule in RULES
    )
    monkeypatch.setattr("expectations.rules.RULES", changed)
    with pytest.raises(InvariantBroken, match=r"differ on AC01-4"):
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version)
    with warehouse.connect() as connection:
        assert connection.execute("select * from quality.rule_results order by 2, 4").fetchall() == before


def test_great_expectations_stores_and_logs_no_values(warehouse, city, monkeypatch, caplog, capfd):
    results = _recorded_results(monkeypatch)
    with caplog.at_level(logging.DEBUG):
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=_write(warehouse, city))
    stored = json.dumps([suite.to_json_dict() for suite in results], ensure_ascii=False)
    printed = capfd.readouterr()
    output = "\n".join((stored, caplog.text, printed.out, printed.err))
    assert "AC01-4" in stored
    assert CANARY_NAME not in output
    assert CANARY_NUMBER not in output
    assert "partial_unexpected_list" not in stored or '"partial_unexpected_list": []' in stored


def test_error_of_a_failed_query_holds_no_value(warehouse, city, monkeypatch):
    """A rule that raises on a row is a defect of ours; its message must not carry the row."""
    broken = dataclasses.replace(ac01.RULES[0], fails="aac003::integer = 1")
    monkeypatch.setattr("expectations.rules.RULES", (broken,))
    with pytest.raises(InvariantBroken) as raised:
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=_write(warehouse, city))
    assert "InvalidTextRepresentation" in str(raised.value)
    assert "三" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_measure_works_with_a_password_that_needs_quoting(warehouse, city):
    version = _write(warehouse, city)
    password = "p$ss/w@rd:%"  # noqa: S105 - made up for this test, on a server of its own
    with warehouse.connect(autocommit=True) as connection:
        connection.execute("drop role if exists measuring_test")
        connection.execute(
            psycopg.sql.SQL("create role measuring_test superuser login password {}").format(password)
        )
    url = warehouse.parts.set(username="measuring_test", password=password)
    # The roles of layers are of the whole server: their passwords stay as they are.
    url_text = url.render_as_string(hide_password=False)
    as_that_role = dataclasses.replace(warehouse, url=url_text, layer_roles={})
    try:
        summary = measure(as_that_role, month=MONTH, as_of="2024-06-30", site_version=version)
    finally:
        with warehouse.connect(autocommit=True) as connection:
            connection.execute("reassign owned by measuring_test to current_user")
            connection.execute("drop role measuring_test")
    assert summary.rules == len(RULES)


def _recorded_results(monkeypatch) -> list:
    """Record every validation result Great Expectations returns from now on."""
    import great_expectations as gx

    results, run = [], gx.ValidationDefinition.run

    def recording(self, *args, **kwargs):
        results.append(run(self, *args, **kwargs))
        return results[-1]

    monkeypatch.setattr(gx.ValidationDefinition, "run", recording)
    return results


def test_data_docs_show_every_rule_without_a_value_and_without_another_server(warehouse, city, tmp_path):
    version = _write(warehouse, city)
    measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version, pages=tmp_path)
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "whole").rglob("*.html")]
    text = "\n".join(pages)
    assert {rule.rule_id for rule in RULES} - set(re.findall(r"[A-Z0-9]{4}-[0-9]", text)) == set()
    assert not re.findall(r"<(?:script|link|img)[^>]*https?:[^>]*>", text)
    assert CANARY_NAME not in text
    assert CANARY_NUMBER not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["whole"]


def test_data_docs_of_the_last_validation_remain_when_nothing_changed(warehouse, city, tmp_path):
    version = _write(warehouse, city)
    for _ in range(2):
        measure(warehouse, month=MONTH, as_of="2024-06-30", site_version=version, pages=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["whole"]
