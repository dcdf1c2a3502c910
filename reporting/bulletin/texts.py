"""The words of the quality bulletin (R5), in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BulletinTexts:
    """All words of a bulletin in one language; texts with braces are templates."""

    language: str
    title: str
    quarter_title: str
    quarter: str
    rates: str
    rates_note: str
    rate: str
    place: str
    changes: str
    changes_note: str
    last_month: str
    last_quarter: str
    last_year: str
    grades: str
    grades_note: str
    other_grades: str
    rules: str
    rules_note: str
    rules_headings: tuple[str, ...]
    no_rules: str
    issues: str
    issues_note: str
    issues_headings: tuple[str, ...]
    checklist: str
    checklist_note: str
    checklist_headings: tuple[str, ...]
    answers: dict[str, str]
    by_data: str
    by_declaration: str
    signed: str
    not_measured: str
    summary: str
    whole: str
    sentences: dict[str, str]
    findings: dict[str, str]
    comma: str


_ZH = BulletinTexts(
    language="zh",
    title="社会保险数据质量月度通报",
    quarter_title="社会保险数据质量季度通报",
    quarter="{year}年第{quarter}季度",
    rates="一、各地区指标与名次",
    rates_note=(
        "注：各率按全部生产库数据表的行（项目、单元格）汇总计算，单位为 %。入库率、项目齐全率、项目记实率、"
        "代码匹配率以高为优，异常率、重复率以低为优；地区按问题轻重排列，最重的在前；名次按所列数值排定，数值相同的并列（“=”）；“—”为无分母，不计算、不排名。"
        "县区没有数据行的表按项目不齐全计；不分县区的表（代码表、核定项目、支付项目）只计入全市。"
    ),
    rate="比率",
    place="名次",
    changes="二、与上期和上年同期比较",
    changes_note=(
        "注：单位为百分点，为两期所列比率之差；“未监测（无数据）”表示基期没有监测，不作比较；▲ 表示变差。"
    ),
    last_month="较上月",
    last_quarter="较上季",
    last_year="较上年同期",
    grades="三、各地区数据表等级",
    grades_note=(
        "注：A 无未达标指标，B 仅提示项，C 有警告项，D 一项严重，F 两项及以上严重（不可用）；“—”为没有评定。"
        "等级只由未达标指标的严重程度和项数决定，与差距大小无关：严重项稍差即为 D，警告项差得再多也是 C。"
    ),
    other_grades="三（续）、人员与单位类别和基金数据等级",
    rules="四、问题最多的规则",
    rules_note="注：按全市问题记录数排列，取前十；“问题率最高地区”为问题记录占检查记录比例最高的地区。",
    rules_headings=(
        "位次", "数据表", "规则", "问题", "检查记录数", "问题记录数", "问题率", "较上期", "问题率最高地区",
    ),
    no_rules="本期没有问题记录。",
    issues="五、问题整改情况",
    issues_note=(
        "注：下发问题数为清单中新发现或再次出现的问题；已整改为以前下发、本期不再出现的问题；待整改不含逾期；期限取最早"
        "的一天；“市本级／未归属”为不能归入任何区县的问题，全市为各行之和；"
        "错误信息修改率＝按期整改的错误÷截至本期末已到整改期限的错误，“—”为尚无到期错误。"
    ),
    issues_headings=(
        "地区", "下发问题数", "已整改", "待整改", "整改期限", "逾期", "最早应于", "暂缓整改", "已到期",
        "按期整改", "错误信息修改率",
    ),
    checklist="六、六方面检查表",
    checklist_note="注：“数据”项由系统按本期数据填写，“声明”项由责任人签名声明，未声明的如实列出。",
    checklist_headings=("方面", "检查内容", "依据", "结果", "说明"),
    answers={
        "yes": "符合", "partly": "部分符合", "no": "不符合", "unknown": "未监测（无数据）",
        "not_due": "不适用", "undeclared": "未声明",
    },
    by_data="数据",
    by_declaration="声明",
    signed="声明人：{actor}",
    not_measured="未监测（无数据）",
    summary="总体情况",
    whole="全市",
    sentences={
        "all_equal": "各地区均为{rate}。",
        "extremes": "{best}最好（{best_rate}），{worst}最差（{worst_rate}），相差{gap}。",
        "gap": "{points}个百分点",
        "none": "各地区没有可比的数据。",
        "level": "{area}{metric}为{rate}，{change}；{year}。",
        "level_none": "{area}{metric}没有分母，不计算。",
        "rose": "较{base}上升{points}个百分点",
        "fell": "较{base}下降{points}个百分点",
        "same": "与{base}持平",
        "no_base": "{base}无数据",
        "worst_rule": "问题记录最多的规则是{rule}（{text}），共{failed}条，占全部问题记录的{share}。",
        "issues": (
            "{area}{period}下发问题数{issued}条，已整改{corrected}条；"
            "期末逾期{overdue}条，其余待整改{due}条，暂缓整改{waived}条。"
        ),
        "corrected": "已到期的错误{due}条，按期整改{corrected}条，错误信息修改率{rate}。",
        "none_due": "截至本期末尚无到期的错误。",
        "most_overdue": "逾期最多的是{division}（{overdue}条）。",
        "bad_grades": "等级为 D 或 F 的数据表共{count}个：{which}。",
        "no_bad_grades": "没有等级为 D 或 F 的数据表。",
        "checklist": (
            "六方面检查 {count} 项，符合 {yes} 项，部分符合 {partly} 项，不符合 {no} 项，"
            "无数据或不适用 {unknown} 项，未声明 {undeclared} 项。"
        ),
        "months": "本季度监测了{count}个月（{which}），其余月份无数据，下发问题数和已整改数只含这些月份。",
        "month_period": "本月",
        "quarter_period": "本季度",
        "base_month": "上月",
        "base_quarter": "上季",
        "base_year": "上年同期",
        "more": "等",
    },
    findings={
        "rate": "{metric}{rate}，共评 {judged} 项，未达标 {failed} 项",
        "rate_only": "{metric}{rate}，未设标准",
        "files": "文件到达 {loaded}/{due}，按期 {timely}/{due}",
        "files_untimed": "文件到达 {loaded}/{due}，未规定期限",
        "rows": "拒收 {refused} 条，接收 {loaded} 条",
        "lacks": "缺表 {tables} 张，缺列 {columns} 个",
        "measured_before": "上月已监测",
        "not_measured_before": "上月无数据",
        "graded_f": "F 级 {count} 个",
        "points": "疑点 {count} 个，已有结论 {concluded} 个",
        "corrected": "按期整改 {corrected}/{due}",
        "nothing_due": "尚无到期错误",
        "overdue": "逾期 {count} 条",
        "senders": "{named}/{feeds} 个数据源落实报送单位",
    },
    comma="、",
)  # fmt: skip

_EN = BulletinTexts(
    language="en",
    title="Quality bulletin of social insurance data",
    quarter_title="Quarterly quality bulletin of social insurance data",
    quarter="Quarter {quarter} of {year}",
    rates="1. Rates and places by division",
    rates_note=(
        "Note: rates are taken over all rows (items, cells) of the production tables, in per cent. Load, "
        "completeness, fill and code match are better high, anomaly and duplication better low. Divisions "
        "stand in the order of their gravity, the worst first; places follow the figures as printed, equal "
        "ones share a place (\"=\"). \"—\": no denominator, neither computed nor ranked. A table in which a "
        "county has no row counts as incomplete; tables whose rows name no county (codes, approved and "
        "payment items) count for the city alone."
    ),
    rate="Rate",
    place="Place",
    changes="2. Change against the last period and the same period of last year",
    changes_note=(
        "Note: percentage points, between the rates as printed in the two periods. \"not measured\": "
        "the base was not measured, so nothing is compared. ▲: for the worse."
    ),
    last_month="on last month",
    last_quarter="on last quarter",
    last_year="on last year",
    grades="3. Grades by division and table",
    grades_note=(
        "Note: A no threshold failed, B info only, C a warning, D one critical, F two or more critical (not "
        "usable); \"—\": not graded. Severity and number decide, not distance: one critical threshold missed "
        "by little is a D, a warning missed by much a C."
    ),
    other_grades="3. (continued) Grades of categories and fund data",
    rules="4. The worst rules",
    rules_note=(
        "Note: the ten rules with most failing rows in the whole city. Worst division: the largest share of "
        "checked rows failing."
    ),
    rules_headings=(
        "No.", "Table", "Rule", "What is wrong", "Checked", "Failed", "Share", "Change", "Worst division",
    ),
    no_rules="No row failed in this period.",
    issues="5. Issues and their correction",
    issues_note=(
        "Note: issued are issues new in the period or back again; corrected are issues issued before whose "
        "row does not fail any more; to correct is without what is overdue; days are the earliest. Issues of "
        "no county have a line of their own; the city is the sum of all lines. Correction rate = errors "
        "corrected by their due day ÷ errors that have fallen due by the end of the period; \"—\": none has."
    ),
    issues_headings=(
        "Division", "Issued", "Corrected", "To correct", "Due on", "Overdue", "Was due on", "Waived",
        "Fallen due", "Corrected in time", "Correction rate",
    ),
    checklist="6. Checklist of six aspects",
    checklist_note=(
        "Note: items \"by data\" are filled in from the period's data; items \"declared\" by a signed "
        "declaration. Items nobody declared say so."
    ),
    checklist_headings=("Aspect", "Item", "Basis", "Answer", "Finding"),
    answers={
        "yes": "yes", "partly": "partly", "no": "NO", "unknown": "not measured", "not_due": "not applicable",
        "undeclared": "not declared",
    },
    by_data="data",
    by_declaration="declared",
    signed="declared by {actor}",
    not_measured="not measured",
    summary="Summary",
    whole="Whole city",
    sentences={
        "all_equal": "Every division has {rate}.",
        "extremes": (
            "Best is {best} ({best_rate}), worst {worst} ({worst_rate}), {gap} apart."
        ),
        "gap": "{points} percentage points",
        "none": "No division can be compared.",
        "level": "{metric} of {area} is {rate}: {change}; {year}.",
        "level_none": "{metric} of {area} has no denominator and is not computed.",
        "rose": "up {points} percentage points on {base}",
        "fell": "down {points} percentage points on {base}",
        "same": "unchanged on {base}",
        "no_base": "{base} was not measured",
        "worst_rule": "Most rows fail rule {rule} ({text}): {failed}, {share} of all failures.",
        "issues": (
            "In {period} {issued} issues were issued and {corrected} corrected in {area}; at its end "
            "{overdue} are overdue, {due} more are to correct, and {waived} are waived."
        ),
        "corrected": "Of {due} errors that have fallen due {corrected} were corrected in time: {rate}.",
        "none_due": "No error has fallen due by the end of the period.",
        "most_overdue": "Most are overdue in {division} ({overdue}).",
        "bad_grades": "Tables graded D or F: {count} ({which}).",
        "no_bad_grades": "No table is graded D or F.",
        "checklist": (
            "Of {count} items of the checklist {yes} are answered yes, {partly} partly, {no} no; {unknown} "
            "are not measured or do not apply, {undeclared} are not declared."
        ),
        "months": (
            "{count} months of the quarter were measured ({which}); issued and corrected count those alone."
        ),
        "month_period": "the month",
        "quarter_period": "the quarter",
        "base_month": "last month",
        "base_quarter": "last quarter",
        "base_year": "the same period of last year",
        "more": " and others",
    },
    findings={
        "rate": "{metric} {rate}, {failed} of {judged} thresholds failed",
        "rate_only": "{metric} {rate}, no threshold set",
        "files": "{loaded} of {due} files came, {timely} in time",
        "files_untimed": "{loaded} of {due} files came, no due day set",
        "rows": "{refused} rows refused, {loaded} taken",
        "lacks": "missing tables: {tables}, missing columns: {columns}",
        "measured_before": "the month before was measured",
        "not_measured_before": "the month before was not measured",
        "graded_f": "{count} graded F",
        "points": "{count} points, {concluded} with an outcome",
        "corrected": "{corrected} of {due} corrected in time",
        "nothing_due": "nothing has fallen due",
        "overdue": "{count} overdue",
        "senders": "{named} of {feeds} feeds have a named sender",
    },
    comma=", ",
)  # fmt: skip

BULLETIN_TEXTS = {"zh": _ZH, "en": _EN}
