"""The words on the scorecard page, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

# The rates counties are compared by, in this order.
MAIN_METRICS = ("load_rate", "completeness", "fill_rate", "anomaly_rate", "duplication_rate")
GRADES = ("A", "B", "C", "D", "F")


@dataclass(frozen=True)
class ScorecardTexts:
    """All words of the scorecard page in one language; names of rates and tables are in quality_labels."""

    language: str
    title: str
    trend_months: str
    months_between: str
    contents: str
    glance_heading: str
    glance_failing: str
    glance_count: str
    failing_count: str
    grade: str
    grades: dict[str, str]
    filter_heading: str
    everything: str
    reset: str
    open_all: str
    close_all: str
    shown: str
    map_heading: str
    map_note: str
    map_keys: str
    no_grade: str
    rates_heading: str
    rates_note: str
    chart_summary: str
    grades_note: str
    failing_heading: str
    nothing_fails: str
    details_heading: str
    details_note: str
    rates_of: str
    back: str
    table: str
    metric: str
    numerator: str
    denominator: str
    rate: str
    target: str
    status: str
    trend: str
    change: str
    no_earlier: str
    better: str
    worse: str
    same: str
    results: dict[str, str]
    results_note: str
    bounds: str
    gap: str
    issues_heading: str
    issues_note: str
    issues_headings: tuple[str, ...]
    rules_of: str
    rules_note: str
    rule: str
    says: str
    severity: str
    checked: str
    failed: str
    failing_share: str
    rows_all: str
    rows_first: str
    rows_elsewhere: str
    file: str
    rows: str
    row: str


_ZH = ScorecardTexts(
    language="zh",
    title="数据质量评价表",
    trend_months="趋势期间",
    months_between="{first}至{last}",
    contents="本页内容",
    glance_heading="概览",
    glance_failing="未达标指标",
    glance_count="{count} 个地区×数据表",
    failing_count="共评 {judged} 项：达标 {passed}，在允许范围内 {within}，宽限期 {grace}，未达标 {failed}",
    grade="等级",
    grades={
        "A": "无未达标指标",
        "B": "仅提示项未达标",
        "C": "有警告项未达标",
        "D": "一项严重未达标",
        "F": "两项及以上严重未达标，不可用",
    },
    filter_heading="筛选",
    everything="全部",
    reset="清除筛选",
    open_all="展开全部明细",
    close_all="收起全部明细",
    shown="当前显示 {shown} 项指标，共 {all} 项",
    map_heading="各地区各数据表等级",
    map_note="点击等级可查看该地区该数据表的明细。字母与底纹同时表示等级。",
    map_keys="在表中可用方向键移动，按回车键进入明细。",
    no_grade="无",
    rates_heading="各地区五项指标",
    rates_note="为各业务数据表合计的分子与分母之比。异常率、重复率越低越好，其他越高越好。",
    chart_summary="各地区{metric}的条形图，数值见下表",
    grades_note=(
        "等级只由未达标指标的严重程度和项数决定，与差距大小无关，不作加权平均：一项“严重”指标稍差即为 D，"
        "“警告”指标差得再多也是 C。差距见“未达标指标”。"
    ),
    failing_heading="未达标指标",
    nothing_fails="没有未达标指标。",
    details_heading="各地区明细",
    details_note="展开一个地区可看到各项指标、各条规则和有问题的记录。打印时只打印已展开的明细。",
    rates_of="各数据表指标",
    back="返回等级表",
    table="数据表",
    metric="指标",
    numerator="分子",
    denominator="分母",
    rate="比率",
    target="目标",
    status="结果",
    trend="趋势",
    change="较{month}（百分点）",
    no_earlier="较上次（百分点）",
    better="好转",
    worse="变差",
    same="持平",
    results={
        "pass": "✓ 达标",
        "within": "○ 在允许范围内",
        "grace": "△ 宽限期第 {month} 个月（共 {months} 个月）",
        "fail": "✗ 未达标",
        "unset": "– 未设标准",
        "unknown": "– 未监测（无数据）",
    },
    results_note=(
        "达标：达到目标；在允许范围内：未达到目标，但在达标线以内；宽限期：超出达标线，尚未超过宽限的月数。"
        "超出宽限期即为未达标。"
    ),
    bounds="达标线",
    gap="差距（百分点）",
    issues_heading="各地区问题与整改期限",
    issues_note=(
        "逾期问题应立即整改；“市本级／未归属”为不能归入任何区县的记录。整改期限、逾期起算取最早的一天。"
    ),
    issues_headings=(
        "地区",
        "逾期",
        "最早应于",
        "待整改",
        "整改期限",
        "本月下发问题数",
        "已整改",
        "暂缓整改",
    ),
    rules_of="规则",
    rules_note=(
        "有问题的记录按到达顺序列出，每条规则每个地区最多 {cap} 条；业务主键已遮盖，"
        "凭来源批次和记录序号可找到原记录。"
    ),
    rule="规则",
    says="规则内容：有下列情形即为异常",
    severity="严重程度",
    checked="检查记录数",
    failed="问题记录数",
    failing_share="问题率",
    rows_all="{rule} 的 {count} 条问题记录",
    rows_first="{rule} 的 {count} 条问题记录中的前 {shown} 条",
    rows_elsewhere="{rule} 的 {count} 条问题记录列在所属区县",
    file="来源批次",
    rows="记录序号与业务主键（已遮盖）",
    row="第{row}条",
)

_EN = ScorecardTexts(
    language="en",
    title="Data quality scorecard",
    trend_months="Months of the trends",
    months_between="{first} to {last}",
    contents="On this page",
    glance_heading="At a glance",
    glance_failing="Thresholds failed",
    glance_count="{count} divisions × tables",
    failing_count=(
        "{judged} judged: {passed} meet the target, {within} within bounds, {grace} in grace, {failed} fail"
    ),
    grade="Grade",
    grades={
        "A": "no threshold failed",
        "B": "only an info threshold failed",
        "C": "a warning threshold failed",
        "D": "one critical threshold failed",
        "F": "two or more critical thresholds failed; not usable",
    },
    filter_heading="Filter",
    everything="All",
    reset="Clear filter",
    open_all="Open all details",
    close_all="Close all details",
    shown="{shown} of {all} rates shown",
    map_heading="Grades by division and table",
    map_note="Follow a grade to its details. Letter and pattern both tell the grade.",
    map_keys="Arrow keys move within a map; Enter goes to the details.",
    no_grade="none",
    rates_heading="Five rates by division",
    rates_note=(
        "Numerators over denominators, added up over the tables of business data. Of anomalies and"
        " duplicates less is better, of everything else more."
    ),
    chart_summary="Bar chart of the {metric} by division; the table below has the figures",
    grades_note=(
        "A grade is the worst severity among the thresholds failed, and how many are critical; it is no"
        " weighted average and takes no account of distance: one critical threshold missed by little is a D,"
        ' a warning missed by much a C. The distances are under "Thresholds failed".'
    ),
    failing_heading="Thresholds failed",
    nothing_fails="None.",
    details_heading="Details by division",
    details_note=(
        "Open a division for its rates, its rules and the rows that failed them."
        " Only the details that are open are printed."
    ),
    rates_of="Rates by table",
    back="Back to the grades",
    table="Table",
    metric="Rate",
    numerator="Numerator",
    denominator="Denominator",
    rate="Value",
    target="Target",
    status="Result",
    trend="Trend",
    change="Since {month} (points)",
    no_earlier="Since last time (points)",
    better="better",
    worse="worse",
    same="same",
    results={
        "pass": "✓ target met",
        "within": "○ within bounds",
        "grace": "△ month {month} of {months} of grace",
        "fail": "✗ FAIL",
        "unset": "– no threshold",
        "unknown": "– no data",
    },
    results_note=(
        "Target met: as good as the target. Within bounds: short of the target, but not beyond the pass line."
        " Grace: beyond the pass line, for no more months than are allowed. Longer beyond it is a failure."
    ),
    bounds="Pass line",
    gap="Short by (points)",
    issues_heading="Issues and due days by division",
    issues_note=(
        'What is overdue is to be corrected at once. "City itself / no county": rows of no county.'
        " Days are the earliest ones."
    ),
    issues_headings=(
        "Division",
        "Overdue",
        "Was due on",
        "To correct",
        "Due on",
        "Issued this month",
        "Corrected",
        "Waived",
    ),
    rules_of="Rules",
    rules_note=(
        "Failing rows are listed in the order they landed, at most {cap} per rule and division. Keys are"
        " masked: file and row number lead to the row."
    ),
    rule="Rule",
    says="A row is anomalous when this holds",
    severity="Severity",
    checked="Checked",
    failed="Failed",
    failing_share="Failed share",
    rows_all="Rows failing {rule}: {count}",
    rows_first="Rows failing {rule}: the first {shown} of {count}",
    rows_elsewhere="Rows failing {rule} that are listed with their counties: {count}",
    file="Landed file",
    rows="Row number and key (masked)",
    row="row {row}",
)

SCORECARD_TEXTS = {"zh": _ZH, "en": _EN}
