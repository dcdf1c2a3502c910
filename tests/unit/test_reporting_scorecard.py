"""The scorecard page as text: what is graded, how a rate moves, what of a key is shown."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from functools import cache

import pytest

from fundwatch.catalogue import TABLES
from reporting.drawing import sparkline
from reporting.formatting import percent
from reporting.quality_labels import METRICS, TABLE_NAMES, Labels, group_of, in_order
from reporting.scorecard import page as scorecard
from reporting.scorecard.trends import Trends
from reporting.snapshot.quality import EarlierRate, ScorecardRow, masked
from reporting.texts import LANGUAGES
from tests.pages import made

MONTH, D = "2024-06", "230601"


@cache
def page_of(language: str = "en", **wanted: int) -> str:
    return scorecard.draw(made.content(**wanted), made.IMPRINT, language=language).decode()


def rate_of(numerator: int, *, table: str = "AC01", metric: str = "fill_rate") -> ScorecardRow:
    parts = (Decimal(numerator), Decimal(100))
    return ScorecardRow(D, "区", "County", "county", table, metric, *parts, parts[0] / 100, None, "na", "A")


def trends(now: int, *before: tuple[str, int], metric: str = "fill_rate") -> Trends:
    earlier = [
        EarlierRate(at, D, "AC01", metric, Decimal(numerator), Decimal(100)) for at, numerator in before
    ]
    return Trends(MONTH, [rate_of(now, metric=metric)], earlier)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("640301198002290015", "••0015"),
        ("10001309", "••09"),
        ("12", "••"),
        ("张三", "••"),
        ("10001309|110", "••09|••0"),
        ("|110", "|••0"),
        ("", ""),
    ],
)
def test_masked_key_shows_a_third_at_most_and_nothing_of_its_length(key: str, shown: str) -> None:
    assert masked(key) == shown


@pytest.mark.parametrize(
    ("metric", "now", "direction"),
    [
        ("fill_rate", 91, "better"),
        ("fill_rate", 89, "worse"),
        ("fill_rate", 90, "same"),
        ("anomaly_rate", 91, "worse"),
        ("duplication_rate", 91, "worse"),
        ("duplication_rate_identity", 89, "better"),
        ("accuracy", 91, "better"),
    ],
)
def test_trend_knows_which_way_is_better(metric: str, now: int, direction: str) -> None:
    trend = trends(now, ("2024-05", 90), metric=metric).of(D, "AC01", metric)
    assert (trend.change, trend.direction) == (now - 90, direction)


def test_trend_has_a_gap_where_a_month_was_not_measured() -> None:
    found = trends(90, ("2024-03", 80), ("2024-05", 85))
    assert found.months == ("2024-03", "2024-04", "2024-05", "2024-06")
    assert found.base == "2024-05"
    assert found.of(D, "AC01", "fill_rate").rates == (
        Decimal("0.8"), None, Decimal("0.85"), Decimal("0.9"),
    )  # fmt: skip


def test_trend_has_no_change_where_the_month_before_had_no_rate() -> None:
    trend = trends(90).of(D, "AC01", "fill_rate")
    assert (trend.rates, trend.change, trend.direction) == ((Decimal("0.9"),), None, "")


def test_rate_over_tables_leaves_categories_and_fund_data_out() -> None:
    rows = [
        rate_of(10),
        rate_of(30, table="AC02"),
        rate_of(99, table="category:deaths"),
        rate_of(99, table="x/1"),
    ]
    assert Trends(MONTH, rows, []).over_tables(D, "fill_rate").now == Decimal("0.2")


def test_rate_over_tables_of_a_county_leaves_tables_out_whose_rows_are_in_no_county() -> None:
    rows = [rate_of(80, metric="completeness"), rate_of(0, table="AC61", metric="completeness")]
    city = [dataclasses.replace(row, division="230600", level="city") for row in rows]
    found = Trends(MONTH, [*rows, *city], [])
    assert found.over_tables(D, "completeness").now == Decimal("0.8")
    assert found.over_tables("230600", "completeness").now == Decimal("0.4")


def test_line_breaks_where_a_month_is_missing() -> None:
    svg = str(sparkline.draw([Decimal(1), None, Decimal("0.9"), Decimal("0.8")], label="a & b"))
    assert re.findall(r"[ML]", svg) == ["M", "M", "L"]
    assert 'aria-label="a &amp; b"' in svg


@pytest.mark.parametrize(
    ("rate", "text"),
    [("0", "0.00%"), ("0.00004", "<0.01%"), ("0.99996", ">99.99%"), ("1", "100.00%"), ("0.5", "50.00%")],
)
def test_percent_never_rounds_to_nothing_or_the_whole(rate: str, text: str) -> None:
    assert percent(Decimal(rate)) == text


def test_tables_are_grouped_and_none_is_lost() -> None:
    names = [*TABLES, "category:deaths", "camt.053/1", "new-format/9", "ZZ99", "category:new"]
    assert sorted(name for group in in_order(names).values() for name in group) == sorted(names)
    assert [group_of(name) for name in names[-5:]] == ["categories", "fund", "fund", "business", "categories"]


def test_every_production_table_and_metric_has_a_name_in_both_languages() -> None:
    assert set(TABLES) <= set(TABLE_NAMES)
    assert {metric for table in TABLES for metric in made.metrics_of(table)} <= set(METRICS)
    assert all(len(texts) == len(set(texts)) == 2 for texts in (*TABLE_NAMES.values(), *METRICS.values()))


def test_table_or_rate_without_a_name_is_shown_as_it_is_called() -> None:
    content = dataclasses.replace(made.content(), scorecard=(rate_of(50, table="ZZ99", metric="new_rate"),))
    labels = Labels("zh")
    assert (labels.titled("ZZ99"), labels.titled("AC01")) == ("ZZ99", "AC01 个人基本信息")
    assert "new_rate" in scorecard.draw(content, made.IMPRINT, language="zh").decode()


def test_every_graded_cell_says_its_grade_in_a_letter() -> None:
    cells = re.findall(r'<td class="g(.)" data-table="[^"]*" data-grade="(.)">.*?<b>(.)</b>', page_of())
    assert len(cells) == len({(row.division, row.table) for row in made.content().scorecard})
    assert all(len(set(cell)) == 1 for cell in cells)


def test_every_link_of_the_page_leads_somewhere_on_it() -> None:
    page = page_of()
    targets, ids = re.findall(r'href="([^"]*)"', page), re.findall(r' id="([^"]*)"', page)
    assert len(targets) > 100
    assert len(ids) == len(set(ids))
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_script_of_the_page_holds_no_data() -> None:
    found = [
        re.findall(r"<script>.*?</script>", page_of(**wanted), re.DOTALL) for wanted in ({}, {"tables": 2})
    ]
    assert len(found[0]) == 1
    assert found[0] == found[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_takes_nothing_from_elsewhere(language: str) -> None:
    page = page_of(language)
    assert not re.search(r'\b(?:src|srcset|action|data)=|@import|url\(|href="(?!#)', page)


def test_page_of_a_large_city_stays_under_four_megabytes() -> None:
    page = page_of("zh", counties=20, tables=20, months=12, rows=20)
    assert page.count('class="rate"') == 21 * 20 * len(made.RATES) - 21 * 6 * (len(made.RATES) - 1)
    assert len(page.encode()) < 4_000_000
