"""Every base and exception of a month equals what an independent computation yields."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal

import openpyxl
import pytest

from fundwatch.database.warehouse import open_warehouse
from tests.bases.warehouses import compared, exported
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.production import City
from tests.support import BuiltCity

COLUMNS = (
    "verified", "not_declared", "unit_base_low", "unit_base_high", "at_stake", "trueup_due", "trueup_booked",
    "trueup_open",
)  # fmt: skip


@pytest.mark.parametrize(("what", "oracle"), [("bases", bases_of), ("base_exceptions", exceptions_of)])
def test_export_equals_the_oracle(built_city: BuiltCity, what: str, oracle) -> None:
    month = built_city.months[-1]
    expected = oracle(City(built_city.folder), month, landed=built_city.months)
    assert expected, "the city has none"
    rows = built_city.export(what, month)
    assert len(rows) == len(expected)
    assert compared(rows) ^ compared(expected) == set()


def test_exceptions_have_ids_of_their_own_and_evidence(built_city: BuiltCity) -> None:
    rows = exported(open_warehouse(built_city.settings), "base_exceptions", built_city.months[-1])
    assert rows
    assert len({row["exception_id"] for row in rows}) == len(rows)
    assert [row["exception"] for row in rows if not json.loads(row["evidence"])] == []


def test_county_summary_of_the_publication_sums_what_an_independent_computation_yields(
    built_city: BuiltCity,
) -> None:
    month, city = built_city.months[-1], City(built_city.folder)
    counties, expected = set(city.site.of_level("county")), defaultdict(lambda: defaultdict(Decimal))
    for row in bases_of(city, month, landed=built_city.months):
        key = row["division"], row["scheme"], f"wage_year={row['wage_year']}"
        is_unit = row["level"] == "unit"
        expected[key]["verified"] += is_unit and row["verified_month"] != ""
        expected[key]["not_declared"] += is_unit and row["status"] == "not_declared"
        for name in ("trueup_due", "trueup_booked", "trueup_open"):
            expected[key][name] += Decimal(row[name] or 0)
    for row in exceptions_of(city, month, landed=built_city.months):
        key = row["division"], row["scheme"], f"wage_year={row['wage_year']}"
        if row["exception"] in ("unit_base_low", "unit_base_high"):
            expected[key][row["exception"]] += 1
        if row["exception"] in ("unit_base_low", "personal_base_low", "flexible_below_ladder"):
            expected[key]["at_stake"] += Decimal(row["amount"])
    with open_warehouse(built_city.settings).connect() as connection:
        cells = connection.execute(
            "select division, scheme, breakdown, indicator, value, cell from ops.publication_cells"
            " where form = 'B1' and number = (select max(number) from ops.publications where month = %s)",
            (month,),
        ).fetchall()
    shown = {(*key, name): value for *key, name, value, _ in cells}
    assert len(shown) == len(cells) == len({cell for *_, cell in cells})
    assert shown == {
        (*key, name): expected[key][name] for key in expected if key[0] in counties for name in COLUMNS
    }
    assert any(value for (*_, name), value in shown.items() if name == "trueup_open")
    order = sorted({key[:3] for key in shown}, key=lambda key: (key[0], key[1], -int(key[2][-4:])))
    places = {(*key, name): cell for *key, name, _, cell in cells}
    assert places == {
        (*key, name): f"r{line}c{column}"
        for line, key in enumerate(order, 1)
        for column, name in enumerate(COLUMNS, 1)
    }


def test_county_summary_is_drawn_for_the_city_in_both_languages(built_city: BuiltCity) -> None:
    number = max(int(path.name) for path in (built_city.settings.home / "reports").iterdir())
    folder = built_city.settings.home / "reports" / str(number)
    for language, title, city in (
        ("zh", "社会保险缴费基数核定汇总表", "大庆市"),
        ("en", "Contribution bases verified, by county", "Daqing City"),
    ):
        sheet = openpyxl.load_workbook(folder / f"B1.{language}.xlsx").worksheets[0]
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert title in texts
        assert any(city in text for text in texts)
        page = (folder / f"B1.{language}.html").read_text(encoding="utf-8")
        assert f"fundwatch export base_exceptions --month {built_city.months[-1]}" in page
    assert (folder / "B1.sdmx.csv").stat().st_size
