"""The quarterly analysis: its arithmetic, its rules, and what it says where months were not built."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pypdf
import pytest

from fundwatch.months import add_months
from reporting.analysis import pages
from reporting.analysis.comparison import PeriodChange, contributions, leaders, per_cent, quarter_flow
from reporting.analysis.quarterly import Analysis, analyse
from reporting.drawing.charts import BREAK, Curve, over_time
from reporting.imprint import Imprint
from reporting.snapshot.content import Cell, Content
from reporting.snapshot.history import Observation, Series
from reporting.snapshot.inputs import Batches

JUNE = "2024-06"
NAMES = {"230600": ("大庆市", "Daqing"), "230602": ("萨尔图区", "Sartu"), "230603": ("龙凤区", "Longfeng")}
IMPRINT = Imprint(number=1, preparer="王小明", as_of=date(2024, 6, 30))


def observed(month: str, division: str, indicator: str, value: str, breakdown: str = "") -> Observation:
    return Observation(month, division, "ALL", breakdown, indicator, Decimal(value))


# City and counties: insured now and a year ago. One person is insured in both counties now.
INSURED = [
    observed(month, division, "insured_persons", value)
    for month, values in ((JUNE, ("109", "65", "45")), ("2023-06", ("100", "50", "50")))
    for division, value in zip(NAMES, values, strict=True)
]


def content(history: list[Observation], month: str = JUNE) -> Content:
    cells = tuple(
        Cell("R1", division, "ALL", "", f"r{line}c3", f"{zh} · 合计 · 参保人数", f"{en} · All · Insured",
             Decimal(1), "persons", "insured_persons")
        for line, (division, (zh, en)) in enumerate(NAMES.items(), 1)
    )  # fmt: skip
    return Content(month, "v1", "0", Batches(), cells, (), as_of=IMPRINT.as_of, history=tuple(history))


def section(name: str, history: list[Observation], language: str = "zh") -> list[str]:
    place = ("participation", "collection", "benefits", "composition").index(name)
    return list(analyse(content(history), language=language).sections[place].sentences)


@pytest.mark.parametrize(("month", "is_made"), [("2024-03", True), ("2024-05", False), ("2024-12", True)])
def test_analysis_is_made_of_the_last_month_of_a_quarter(month: str, *, is_made: bool) -> None:
    assert (analyse(content([], month), language="zh") is not None) == is_made


def test_analysis_says_how_much_a_figure_rose_and_who_had_the_largest_part() -> None:
    sentences = section("participation", INSURED)
    assert sentences[0] == "2024年6月末，大庆市参保人数为109人。"
    assert sentences[2] == "比上年同期（2023年6月末）增加9人，增长9.00%。"
    assert sentences[3] == "对这一变化影响最大的是萨尔图区，增加15人，影响+15.00个百分点。"


def test_analysis_speaks_english() -> None:
    sentences = section("participation", INSURED, "en")
    assert sentences[0] == "Daqing, the end of June 2024: insured persons 109 persons."
    assert (
        sentences[2] == "This is 9 persons more than a year before (the end of June 2023), a rise of 9.00%."
    )
    assert sentences[3] == (
        "Sartu contributed most to this change: up 15 persons, or +15.00 percentage points."
    )


def test_analysis_says_of_what_was_not_built_that_it_was_not() -> None:
    sentences = section("participation", [value for value in INSURED if value.month == JUNE])
    assert sentences[1:] == [
        "2024年3月末未编制，不作比较。",
        "2023年6月末未编制，不作比较。",
        "其中11个月未编制。",
    ]
    assert section("composition", INSURED) == ["本期年龄与性别构成未编制。"]


def test_analysis_says_of_a_quarter_that_months_it_needs_were_not_built() -> None:
    ends = [observed(month, "230600", "benefits_paid_ytd", "5") for month in ("2024-03", JUNE)]
    assert section("benefits", ends[1:])[0] == "2024年第2季度实发待遇所需月份未全部编制，从略。"
    sentences = section("benefits", ends)
    assert sentences[0] == "2024年第2季度，大庆市实发待遇为0.00元。"
    assert sentences[2] == "2023年第2季度所需月份未全部编制，不作比较。"


def test_analysis_says_who_brought_about_the_quarters_change_when_the_year_before_was_not_built() -> None:
    recent = [
        observed(month, division, "insured_persons", value)
        for month, values in ((JUNE, ("109", "65", "45")), ("2024-03", ("100", "50", "50")))
        for division, value in zip(NAMES, values, strict=True)
    ]
    sentences = section("participation", recent)
    assert sentences[1] == "比上季度（2024年3月末）增加9人，增长9.00%。"
    assert sentences[2] == "对这一变化影响最大的是萨尔图区，增加15人，影响+15.00个百分点。"
    table = analyse(content(recent), language="zh").sections[0].charts[-1]
    assert table.headings[1:3] == ("2024年6月末", "2024年3月末")


def test_analysis_says_unchanged_and_names_nobody_then() -> None:
    same = [
        observed(add_months(JUNE, -12 * back), d, "insured_persons", "50") for back in (0, 1) for d in NAMES
    ]
    sentences = section("participation", same)
    assert sentences[2] == "与上年同期（2023年6月末）持平。"
    assert not any("影响最大" in sentence for sentence in sentences)


def test_analysis_takes_a_quarters_money_from_two_sums_since_january() -> None:
    series = Series(
        observed(month, "230600", "benefits_paid_ytd", value)
        for month, value in (("2024-03", "30.10"), (JUNE, "100.00"), ("2024-12", "7.00"))
    )
    flows = {
        month: quarter_flow(series, "benefits_paid", month=month, division="230600")
        for month in ("2024-03", JUNE, "2024-12")
    }
    assert flows == {"2024-03": Decimal("30.10"), JUNE: Decimal("69.90"), "2024-12": None}


def test_analysis_adds_the_months_of_a_quarter_when_the_quarter_before_was_not_built() -> None:
    months = [
        observed(month, "230600", "benefits_paid", value)
        for month, value in (("2024-04", "1.10"), ("2024-05", "2.20"), (JUNE, "3.30"))
    ]
    until = observed(JUNE, "230600", "benefits_paid_ytd", "6.60")
    for history in (months, [*months, until]):
        sentences = section("benefits", history)
        assert sentences[0] == "2024年第2季度，大庆市实发待遇为6.60元。"
        assert sentences[1] == "本季度数为季内三个月编制数之和（上季末累计数未编制）。"
    assert section("benefits", months[1:])[0] == "2024年第2季度实发待遇所需月份未全部编制，从略。"


def test_analysis_takes_the_sums_since_january_where_they_were_built() -> None:
    history = [
        observed("2024-03", "230600", "benefits_paid_ytd", "1.00"),
        observed(JUNE, "230600", "benefits_paid_ytd", "8.00"),
        *(observed(month, "230600", "benefits_paid", "2.00") for month in ("2024-04", "2024-05", JUNE)),
    ]
    sentences = section("benefits", history)
    assert sentences[0] == "2024年第2季度，大庆市实发待遇为7.00元。"
    assert not any("三个月" in sentence for sentence in sentences)


def test_trend_begins_with_the_first_month_that_was_built_and_is_none_of_one_month() -> None:
    history = [observed(month, "230600", "insured_persons", "100") for month in ("2024-04", JUNE)]
    charts = analyse(content(history), language="zh").sections[0].charts
    assert [row[0] for row in charts[0].rows] == ["2024-04", "2024-05", "2024-06"]
    assert charts[0].title == "大庆市参保人数（2024-04至2024-06）"
    assert analyse(content(history[1:]), language="zh").sections[0].charts == ()


@pytest.mark.parametrize(
    ("values", "is_cut"), [((100000, 100274), True), ((100, 200), False), ((0, 3), False)]
)
def test_axis_of_a_trend_begins_at_zero_or_is_marked_as_cut(values: tuple[int, int], *, is_cut: bool) -> None:
    curve = Curve("a", tuple(map(float, values)))
    svg = over_time([curve], times=["2024-05", "2024-06"], axis="x", summary="y", step=1.0)
    assert (BREAK in svg) == is_cut
    assert (">0</text>" in svg) == (not is_cut)


def test_analysis_pages_carry_the_sign_off_with_their_last_chart() -> None:
    parts = [
        observed(JUNE, "230600", "insured_persons", "10", f"sex=1;age={age}-{age + 4}")
        for age in range(0, 100, 5)
    ]
    for language, label in (("zh", "制表人"), ("en", "Prepared by")):
        drawn = pages.draw_pdf(analyse(content([*INSURED, *parts]), language=language), IMPRINT)
        last = pypdf.PdfReader(io.BytesIO(drawn)).pages[-1].extract_text()
        assert label in last
        assert "95–99" in last


def test_contributions_are_none_when_a_county_was_not_built() -> None:
    whole = PeriodChange(Decimal(9), Decimal(8))
    assert (
        contributions(whole, {"a": PeriodChange(Decimal(5), None), "b": PeriodChange(Decimal(4), Decimal(4))})
        == ()
    )


def test_leaders_follow_the_direction_of_the_whole_and_may_be_several() -> None:
    whole = PeriodChange(Decimal(90), Decimal(100))
    figures = {"a": (20, 30), "b": (0, 10), "c": (70, 60)}
    changes = {name: PeriodChange(Decimal(now), Decimal(base)) for name, (now, base) in figures.items()}
    assert [share.division for share in leaders(whole, contributions(whole, changes))] == ["a", "b"]


def test_contribution_table_adds_up_to_the_whole_with_those_in_several_counties() -> None:
    table = analyse(content(INSURED), language="zh").sections[0].charts[-1]
    assert [row[3] for row in table.rows] == ["+15", "-5", "-1", "+9"]
    assert [row[0] for row in table.rows][-2:] == ["跨区县重复扣减", "合计"]


def test_share_that_rounds_to_nothing_has_no_sign() -> None:
    assert str(per_cent(Decimal(0), Decimal(-4))) == "0.00"


def test_composition_takes_every_share_of_all_the_insured_in_text_and_table() -> None:
    history = [
        observed(JUNE, "230600", "insured_persons", count, breakdown)
        for breakdown, count in (
            ("sex=1;age=55-59", "30"), ("sex=1;age=60-64", "10"), ("sex=2;age=100-104", "20"),
            ("sex=9;age=unknown", "40"),
        )
    ]  # fmt: skip
    sentences = section("composition", history)
    assert sentences == [
        "60岁及以上参保人员30人，占参保人数的30.00%。",
        "人数最多的年龄组为55–59岁，30人，占参保人数的30.00%。",
        "女性20人，占参保人数的20.00%。",
    ]
    chart = analyse(content(history), language="zh").sections[3].charts[0]
    assert [row[0] for row in chart.rows] == ["55–59", "60–64", "100–104", "未知", "合计"]
    assert chart.rows[-1] == ("合计", "40", "20", "40", "100", "100.00")
    assert chart.rows[0] == ("55–59", "30", "0", "0", "30", "30.00")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_analysis_gives_the_same_bytes_each_time(language: str) -> None:
    def drawn() -> tuple[bytes, bytes]:
        analysis: Analysis = analyse(content(INSURED), language=language)
        return pages.draw_pdf(analysis, IMPRINT), pages.draw_html(analysis, IMPRINT)

    assert drawn() == drawn()
