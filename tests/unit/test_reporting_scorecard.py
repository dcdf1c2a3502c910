"""The scorecard page as text: what is graded, how a rate moves, what of a key is shown."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from functools import cache

import pytest

from fundwatch.catalogue import TABLES
from fundwatch.labels.quality import METRICS, RATES_OF_ERROR, TABLE_NAMES, Labels, group_of, in_order
from reporting.drawing import sparkline
from reporting.formatting import percent
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
    series = trends(90, ("2024-03", 80), ("2024-05", 85))
    assert series.months == ("2024-03", "2024-04", "2024-05", "2024-06")
    assert series.base == "2024-05"
    assert series.of(D, "AC01", "fill_rate").rates == (
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
    series = Trends(MONTH, [*rows, *city], [])
    assert series.over_tables(D, "completeness").now == Decimal("0.8")
    assert series.over_tables("230600", "completeness").now == Decimal("0.4")


def test_line_breaks_where_a_month_is_missing() -> None:
    svg = str(sparkline.draw([Decimal(1), None, Decimal("0.9"), Decimal("0.8")], label="a & b"))
    assert re.findall(r"[ML]", svg) == ["M", "M", "L"]
    assert 'aria-label="a &amp; b"' in svg


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        ("0", "0.00%"),
        ("0.00004", "0.004%"),
        ("0.99996", "99.996%"),
        ("1", "100.00%"),
        ("0.5", "50.00%"),
        ("0.00000004", "<0.0001%"),
        ("0.99999996", ">99.9999%"),
        ("0.00125", "0.13%"),
        ("0.00135", "0.14%"),
    ],
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
    scripts = [
        re.findall(r"<script>.*?</script>", page_of(**wanted), re.DOTALL) for wanted in ({}, {"tables": 2})
    ]
    assert len(scripts[0]) == 1
    assert scripts[0] == scripts[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_takes_nothing_from_elsewhere(language: str) -> None:
    page = page_of(language)
    assert not re.search(r'\b(?:src|srcset|action|data)=|@import|url\(|href="(?!#)', page)


@pytest.mark.scenarios
def test_page_of_a_large_city_stays_under_four_megabytes() -> None:
    page = page_of("zh", counties=20, tables=20, months=12, rows=20)
    assert page.count('class="rate"') == 21 * 20 * len(made.RATES) - 21 * 6 * (len(made.RATES) - 1)
    assert len(page.encode()) < 4_000_000


def said_by(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


def rates_on(page: str) -> list[list[str]]:
    """Return the texts of every rate's line: rate, numerator, denominator, value, target, line, result."""
    rows = re.findall(r'<tr class="rate".*?</tr>', page, re.DOTALL)
    return [[said_by(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rate_is_called_met_that_misses_the_target_beside_it(language: str) -> None:
    counts = {"✓": 0, "○": 0, "△": 0, "✗": 0}
    errors = {METRICS[metric][LANGUAGES.index(language)] for metric in RATES_OF_ERROR}
    for metric, _, _, rate, target, line, result, *_ in rates_on(page_of(language)):
        value, wanted, bound = (Decimal(re.sub("[^0-9.]", "", text)) for text in (rate, target, line))
        sign = -1 if metric in errors else 1
        meets, is_inside = sign * value >= sign * wanted, sign * value >= sign * bound
        counts[result[0]] += 1
        assert (result[0] == "✓") == meets, (metric, rate, target, result)
        assert (result[0] in "✓○") == is_inside, (metric, rate, line, result)
        if result[0] == "△":
            assert ("宽限期第 1 个月" if language == "zh" else "month 1 of 2") in result
    assert min(counts.values()) > 10


def test_rate_is_written_so_that_it_differs_from_the_bound_it_misses() -> None:
    row = ScorecardRow(
        D, "区", "County", "county", "AC01", "fill_rate", Decimal(979_999), Decimal(1_000_000),
        Decimal("0.979999"), Decimal(1), "fail", "C", Decimal("0.98"), None, "warning", 0, 1,
    )  # fmt: skip
    page = scorecard.draw(
        dataclasses.replace(made.content(), scorecard=(row,)), made.IMPRINT, language="en"
    ).decode()
    assert rates_on(page)[0][3:7] == ["97.9999%", "100.0000%", "≥ 98.0000%", "✗ FAIL"]
    failing = re.findall(r'<table class="failing">.*?</table>', page, re.DOTALL)
    assert "warning 0.0001 979,999" in said_by(failing[0])


def test_change_is_the_difference_of_the_two_rates_as_they_are_written() -> None:
    earlier = [EarlierRate("2024-05", D, "AC01", "fill_rate", Decimal(2704), Decimal(100_000))]
    row = dataclasses.replace(rate_of(0), numerator=Decimal(2695), denominator=Decimal(100_000))
    trend = Trends(MONTH, [row], earlier).of(D, "AC01", "fill_rate")
    assert [percent(rate) for rate in trend.rates] == ["2.70%", "2.70%"]
    assert (trend.change, trend.direction) == (Decimal("0.00"), "same")


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_begins_with_what_a_supervisor_has_to_know(language: str) -> None:
    head, _, rest = page_of(language, counties=3).partition('class="headline"')
    assert "<table" not in head
    text = said_by(rest.partition("</section>")[0])
    order = {
        "zh": ("第2区（F 级", "AB01 单位基本信息，F 级：", "AB01-1 证件号码校验位错误：997 条记录中 40 条",
               "6 条，最早应于 2024-06-15", "2024-08-15", "第3区（3 条）"),
        "en": ("County 2", "AB01 Employers, graded F:", "40 of 997", "6, the first due on 2024-06-15",
               "2024-08-15", "County 3 (3)"),
    }[language]  # fmt: skip
    for words in order:
        assert words in text, (words, text)


def test_failing_rates_stand_with_the_gravest_first_and_farther_outside_before_nearer() -> None:
    table = re.findall(r'<table class="failing">.*?</table>', page_of(), re.DOTALL)[0]
    rows = [
        [said_by(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr data-division.*?</tr>", table, re.DOTALL)
    ]
    order = ("critical", "warning", "info")
    keys = [(order.index(row[4]), -Decimal(row[5])) for row in rows]
    assert len(keys) > 20
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "与差距大小无关"), ("en", "takes no account of distance")]
)
def test_page_says_above_the_grades_that_distance_makes_no_grade(language: str, words: str) -> None:
    before, _, _ = page_of(language).partition('<table class="map">')
    assert words in said_by(before)


def test_page_lists_issues_and_due_days_of_every_county_and_of_none() -> None:
    table = re.findall(r'<table class="issues">.*?</table>', page_of("zh"), re.DOTALL)[0]
    rows = [
        [said_by(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    ][1:]
    assert {row[0]: row[1:5] for row in rows} == {
        "第1区": ["1", "2024-06-15", "6", "2024-08-15"], "第2区": ["2", "2024-06-15", "7", "2024-08-15"],
        "市本级／未归属": ["0", "—", "5", "2024-08-15"], "某市": ["3", "2024-06-15", "18", "2024-08-15"],
    }  # fmt: skip


def test_map_of_grades_begins_with_the_county_and_the_table_graded_worst() -> None:
    first = re.findall(r'<table class="map">.*?</table>', page_of(counties=6), re.DOTALL)[0]
    rows = re.findall(r"<tr data-div.*?</tr>", first, re.DOTALL)
    grades = [re.findall(r'data-grade="(.)"', row) for row in rows]
    columns = list(zip(*grades, strict=True))
    assert len(columns) == len(TABLES)
    assert columns[0].count("F") == max(column.count("F") for column in columns)
