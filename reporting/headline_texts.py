"""The words of the headline, in Chinese and in English; texts with braces are templates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadlineTexts:
    """All words of a headline in one language."""

    heading: str
    county: str
    table: str
    rule: str
    overdue: str
    due: str
    asked: str
    none: str
    named: str
    tables_graded: str
    all_well: str
    no_table: str
    table_graded: str
    rate: str
    no_rule: str
    rule_failed: str
    none_overdue: str
    count_overdue: str
    none_open: str
    count_open: str
    ask_overdue: str
    named_count: str
    ask_open: str
    ask_bad: str
    ask_nothing: str
    no_county: str
    no_day: str
    comma: str
    semicolon: str
    between: str
    more: str


HEADLINE_TEXTS = {
    "zh": HeadlineTexts(
        heading="本期要点",
        county="问题最重地区",
        table="所在数据表",
        rule="主要规则",
        overdue="逾期问题",
        due="整改期限",
        asked="工作要求",
        none="没有可比的区县",
        named="{name}（{which}）",
        tables_graded="{grade} 级 {count} 张表",
        all_well="各表均为 A 级",
        no_table="没有未达标的数据表",
        table_graded="{table}，{grade} 级：{rates}",
        rate="{metric} {rate}（达标线 {line}）",
        no_rule="没有不符合规则的记录",
        rule_failed="{rule} {text}：{checked} 条记录中 {failed} 条有问题，占 {share}（{table}）",
        none_overdue="没有逾期问题",
        count_overdue="{count} 条，最早应于 {since} 前整改；其中{name} {own} 条",
        none_open="没有未到期的待整改问题",
        count_open="待整改 {count} 条（不含逾期），最近期限 {day}",
        ask_overdue="请{who}立即整改逾期问题。",
        named_count="{name}（{count} 条）",
        ask_open="各地区于 {day} 前整改到期问题，并反馈整改清单。",
        ask_bad="请{who}说明 D、F 级数据表的原因和整改措施。",
        ask_nothing="本期没有待整改问题。",
        no_county="市本级／未归属",
        no_day="未规定的日期",
        comma="、",
        semicolon="；",
        between="",
        more="等",
    ),
    "en": HeadlineTexts(
        heading="First of all",
        county="Worst county",
        table="Its worst table",
        rule="By rule",
        overdue="Overdue",
        due="Due",
        asked="What is asked",
        none="No county can be compared",
        named="{name} ({which})",
        tables_graded="tables graded {grade}: {count}",
        all_well="every table graded A",
        no_table="no table fails a threshold",
        table_graded="{table}, graded {grade}: {rates}",
        rate="{metric} {rate} (pass line {line})",
        no_rule="no row breaks a rule",
        rule_failed="{rule} {text}: {failed} of {checked} rows, {share} ({table})",
        none_overdue="no issue is overdue",
        count_overdue="{count}, the first due on {since}; {own} of them in {name}",
        none_open="nothing that is not overdue is to correct",
        count_open="{count} to correct (without what is overdue), the next by {day}",
        ask_overdue="Correct what is overdue at once: {who}.",
        named_count="{name} ({count})",
        ask_open="All divisions correct what is due by {day} and send the list back.",
        ask_bad="Explain the tables graded D and F, and what is done about them: {who}.",
        ask_nothing="Nothing is to correct.",
        no_county="City itself / no county",
        no_day="no day set",
        comma=", ",
        semicolon="; ",
        between=" ",
        more=" and others",
    ),
}
