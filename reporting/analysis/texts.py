"""The words of the quarterly analysis: titles, and templates of its sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnalysisTexts:
    """All words of the analysis in one language; texts with braces are templates."""

    title: str
    period: str
    topics: dict[str, str]
    names: dict[str, str]
    at_end: str
    in_month: str
    in_quarter: str
    level: str
    rose: str
    fell: str
    unchanged: str
    rate_rose: str
    rate_fell: str
    percent_part: str
    year_before: str
    quarter_before: str
    no_level: str
    not_built: str
    quarter_not_built: str
    sum_of_months: str
    leader: str
    highest_lowest: str
    all_equal: str
    range_of_year: str
    months_missing: str
    one_month_missing: str
    elderly: str
    women: str
    largest_band: str
    no_composition: str
    change_headings: tuple[str, ...]
    change_table: str
    composition_table: str
    composition_headings: tuple[str, ...]
    sexes: tuple[str, str, str]
    several: str
    whole: str
    unknown_age: str
    missing: str


_ZH = AnalysisTexts(
    title="社会保险统计专题分析",
    period="{year}年第{quarter}季度",
    topics={
        "participation": "一、参保",
        "collection": "二、基金征缴",
        "benefits": "三、待遇支付",
        "composition": "四、参保人员年龄与性别构成",
    },
    names={
        "insured_persons": "参保人数",
        "contributions_received": "实缴保险费",
        "collection_rate": "征缴率",
        "benefits_paid": "实发待遇",
        "average_benefit": "月人均待遇",
        "contributions_due": "应缴保险费",
    },
    at_end="{year}年{month}月末",
    in_month="{year}年{month}月",
    in_quarter="{year}年第{quarter}季度",
    level="{when}，{area}{what}为{value}。",
    rose="比{base}增加{amount}{percent}。",
    fell="比{base}减少{amount}{percent}。",
    unchanged="与{base}持平。",
    rate_rose="比{base}提高{amount}个百分点。",
    rate_fell="比{base}降低{amount}个百分点。",
    percent_part="，{word}{percent}%",
    year_before="上年同期（{when}）",
    quarter_before="上季度（{when}）",
    no_level="{when}{what}所需月份未全部编制，从略。",
    not_built="{when}未编制，不作比较。",
    quarter_not_built="{when}所需月份未全部编制，不作比较。",
    sum_of_months="本季度数为季内三个月编制数之和（上季末累计数未编制）。",
    leader="对这一变化影响最大的是{who}，{word}{amount}，影响{points}个百分点。",
    highest_lowest="各区县中，{what}最高的是{highest}（{high}），最低的是{lowest}（{low}）。",
    all_equal="各区县{what}相同，均为{high}。",
    range_of_year="近十二个月中，{what}最高为{high}（{high_month}），最低为{low}（{low_month}）。",
    months_missing="其中{count}个月未编制。",
    one_month_missing="其中1个月未编制。",
    elderly="60岁及以上参保人员{count}，占参保人数的{share}%。",
    women="女性{count}，占参保人数的{share}%。",
    largest_band="人数最多的年龄组为{band}岁，{count}，占参保人数的{share}%。",
    no_composition="本期年龄与性别构成未编制。",
    change_headings=("地区", "{now}", "{base}", "增减", "增减 (%)", "影响 (百分点)"),
    change_table="各区县对{what}变化的影响（{unit}）",
    composition_table="{area}参保人员年龄与性别构成（{when}）",
    composition_headings=("年龄", "男", "女", "未知", "合计", "占比 (%)"),
    sexes=("男", "女", "未知"),
    several="跨区县重复扣减",
    whole="合计",
    unknown_age="未知",
    missing="未编制",
)

_EN = AnalysisTexts(
    title="Quarterly analysis of social insurance statistics",
    period="Quarter {quarter} of {year}",
    topics={
        "participation": "1. Participation",
        "collection": "2. Collection of contributions",
        "benefits": "3. Payment of benefits",
        "composition": "4. The insured by age and sex",
    },
    names={
        "insured_persons": "insured persons",
        "contributions_received": "contributions received",
        "collection_rate": "collection rate",
        "benefits_paid": "benefits paid",
        "average_benefit": "average benefit",
        "contributions_due": "contributions due",
    },
    at_end="the end of {month_name} {year}",
    in_month="{month_name} {year}",
    in_quarter="quarter {quarter} of {year}",
    level="{area}, {when}: {what} {value}.",
    rose="This is {amount} more than {base}{percent}.",
    fell="This is {amount} less than {base}{percent}.",
    unchanged="This is unchanged from {base}.",
    rate_rose="This is {amount} percentage points above {base}.",
    rate_fell="This is {amount} percentage points below {base}.",
    percent_part=", {word} of {percent}%",
    year_before="a year before ({when})",
    quarter_before="a quarter before ({when})",
    no_level="There is no figure of {what} for {when}: not all months it needs were built.",
    not_built="There is no comparison with {when}: it was not built.",
    quarter_not_built="There is no comparison with {when}: not all months it needs were built.",
    sum_of_months=(
        "The quarter is the sum of its three months as they were built: what had come by the end of the "
        "quarter before was not built."
    ),
    leader="{who} contributed most to this change: {word} {amount}, or {points} percentage points.",
    highest_lowest=(
        "Among the counties, {what} is highest in {highest} ({high}) and lowest in {lowest} ({low})."
    ),
    all_equal="All counties have the same {what}, {high}.",
    range_of_year=(
        "Within the last twelve months, {what} peaked at {high} ({high_month}); the lowest was {low} "
        "({low_month})."
    ),
    months_missing="Of these months, {count} were not built.",
    one_month_missing="Of these months, one was not built.",
    elderly="Of the insured, {count} are 60 or older, {share}% of all.",
    women="Women number {count}, {share}% of all.",
    largest_band="The largest group by age is {band} with {count}, {share}% of all.",
    no_composition="Composition by age and sex was not built for this month.",
    change_headings=("Division", "{now}", "{base}", "Change", "Change (%)", "Contribution (points)"),
    change_table="What each county contributed to the change of {what} ({unit})",
    composition_table="{area}: insured persons by age and sex, {when}",
    composition_headings=("Age", "Men", "Women", "Unknown", "Total", "Share (%)"),
    sexes=("Men", "Women", "Unknown"),
    several="Less those in several counties",
    whole="Total",
    unknown_age="unknown",
    missing="not built",
)

ANALYSIS_TEXTS = {"zh": _ZH, "en": _EN}
