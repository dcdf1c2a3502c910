"""The words of the form of suspicious points in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointTexts:
    """All words of R8 in one language; ``sentences`` are filled in."""

    language: str
    title: str
    headline: str
    summary: str
    severities: dict[str, str]
    states: tuple[str, ...]
    nowhere: str
    whole: str
    by_rule: str
    by_rule_headings: tuple[str, ...]
    by_rule_note: str
    by_county: str
    by_county_headings: tuple[str, ...]
    by_county_note: str
    by_both: str
    by_both_headings: tuple[str, ...]
    by_both_note: str
    none: str
    precision: str
    precision_headings: tuple[str, ...]
    precision_note: str
    coverage: str
    coverage_headings: tuple[str, ...]
    coverage_note: str
    unrated: str
    not_received: str
    not_computed: str
    about: tuple[str, str, str]
    sentences: dict[str, str]
    comma: str


_ZH = PointTexts(
    language="zh",
    title="社会保险疑点情况表",
    headline="要点",
    summary="情况说明",
    severities={"high": "高", "medium": "中", "low": "低"},
    states=("待观察", "待核查", "处理中", "已办结"),
    nowhere="地区待核",
    whole="合计",
    by_rule="一、各类疑点",
    by_rule_headings=(
        "疑点类型",
        "风险等级",
        "疑点数",
        "待观察",
        "待核查",
        "处理中",
        "已办结",
        "涉及月数",
        "涉及金额（元）",
    ),
    by_rule_note=(
        "注：疑点是待核实的问题，不是结论。处理中为已下发、已核实、已认定、已审批、追回中；已办结含已撤回。"
        "合计金额中同一笔待遇支付只计一次，可能小于各行之和。"
    ),
    by_county="二、各地区疑点",
    by_county_headings=("地区", "疑点数", "待观察", "待核查", "处理中", "已办结", "涉及金额（元）"),
    by_county_note="注：各地区金额中同一笔待遇支付只计一次；合计亦只计一次，可能小于各地区之和。",
    by_both="三、各类疑点分地区",
    by_both_headings=(
        "疑点类型",
        "地区",
        "疑点数",
        "待观察",
        "待核查",
        "处理中",
        "已办结",
        "涉及月数",
        "涉及金额（元）",
    ),
    by_both_note="注：没有疑点的类型和地区不列。",
    none="本期没有疑点。",
    precision="四、核查准确率",
    precision_headings=(
        "疑点类型",
        "累计提出",
        "已办结",
        "其中属实",
        "准确率",
        "属实金额（元）",
        "追回金额（元）",
    ),
    precision_note=(
        "注：累计至本期。已办结仅计经人工办结的；属实指办结结果为少发、经办差错、报告滞后、欺诈、移送。"
        "准确率＝属实÷已办结，未办结的不计算（—）。"
    ),
    coverage="五、死亡信息接收情况",
    coverage_headings=("死亡月份", "地区", "接收人数", "预期人数", "接收率"),
    coverage_note=(
        "注：接收人数为匹配到的死亡人员（按死亡月份和个人所属地区，一人一次）；预期人数＝本期参保人员分性别年龄人数"
        "×年死亡率÷12（mortality.csv），没有死亡率参数的不计算（—）。近月接收率偏低多因登记滞后。"
    ),
    unrated="另有 {count} 名参保人员缺性别、出生日期或相应死亡率，未计入预期。",
    not_received="未收到公安、殡葬、卫健部门的死亡信息：涉及死亡的疑点无从发现，接收率不计算。",
    not_computed="本期未计算死亡信息接收率。",
    about=("疑点", "核查", "死亡信息"),
    sentences={
        "points": (
            "共 {points} 个疑点，涉及 {amount} 元（同一笔支付只计一次）；"
            "其中待核查 {open} 个，待观察 {candidate} 个。"
        ),
        "work": (
            "处理中 {in_hand} 个，已办结 {closed} 个；"
            "累计办结 {ever_closed} 个，属实 {confirmed} 个，准确率 {precision}。"
        ),
        "coverage": "{month} 死亡：接收 {received} 人，预期 {expected} 人，接收率 {rate}。",
        "question": "疑点是待核实的问题，不是结论；未经核实、认定和审批，不停发、不扣款、不公布姓名。",
        "most": "疑点最多的类型：{named}。",
        "money": "涉及金额最多的类型：{named}。",
        "county": "疑点最多的地区：{named}。",
        "item": "{name}（{figure}）",
        "none": "本期没有疑点。",
    },
    comma="、",
)

_EN = PointTexts(
    language="en",
    title="Suspicious points",
    headline="In short",
    summary="Summary",
    severities={"high": "high", "medium": "medium", "low": "low"},
    states=("Candidate", "Open", "In hand", "Closed"),
    nowhere="division to be found",
    whole="Total",
    by_rule="1. Points by rule",
    by_rule_headings=(
        "Rule",
        "Severity",
        "Points",
        "Candidate",
        "Open",
        "In hand",
        "Closed",
        "Months",
        "Amount (yuan)",
    ),
    by_rule_note=(
        "Note: a point is a question to be verified, not a finding. In hand: dispatched, verified, decided, "
        "approved, recovering. Closed: also withdrawn. In the total each payment counts once, so it may be "
        "less than the sum of the lines."
    ),
    by_county="2. Points by county",
    by_county_headings=("Division", "Points", "Candidate", "Open", "In hand", "Closed", "Amount (yuan)"),
    by_county_note=(
        "Note: within a county each payment counts once, and so in the total, which may be less than the sum."
    ),
    by_both="3. Points by rule and county",
    by_both_headings=(
        "Rule",
        "Division",
        "Points",
        "Candidate",
        "Open",
        "In hand",
        "Closed",
        "Months",
        "Amount (yuan)",
    ),
    by_both_note="Note: rules and counties without a point are not listed.",
    none="There is no point this month.",
    precision="4. What became of them",
    precision_headings=(
        "Rule",
        "Raised",
        "Closed",
        "Confirmed",
        "Precision",
        "Confirmed (yuan)",
        "Recovered (yuan)",
    ),
    precision_note=(
        "Note: up to this month. Closed: by people. Confirmed: closed as under-payment, agency error, late "
        "report, fraud or referred. Precision = confirmed ÷ closed; none (—) while none is closed."
    ),
    coverage="5. Deaths received",
    coverage_headings=("Month of death", "Division", "Received", "Expected", "Coverage"),
    coverage_note=(
        "Note: received: persons matched, by month of death and their division, each once. Expected: persons "
        "insured this month by sex and age × annual rate ÷ 12 (mortality.csv); none (—) without rates. Late "
        "registration makes the last months low."
    ),
    unrated=" {count} insured persons have no sex, birth date or rate, and none of their deaths is expected.",
    not_received=(
        "No deaths were received from police, crematoria or health offices: points that rest on a death "
        "cannot be found, and coverage is not computed."
    ),
    not_computed="The coverage of deaths was not computed for this month.",
    about=("Points", "Work", "Deaths"),
    sentences={
        "points": (
            "{points} points, {amount} yuan (each payment once); {open} of them are open, {candidate} "
            "candidates."
        ),
        "work": (
            "{in_hand} in hand, {closed} closed; {ever_closed} closed so far, {confirmed} confirmed, "
            "precision {precision}."
        ),
        "coverage": "Deaths of {month}: {received} received, {expected} expected, coverage {rate}.",
        "question": (
            "A point is a question to be verified, not a finding: nothing is stopped, deducted or published "
            "before it is verified, decided and approved."
        ),
        "most": "Rules with most points: {named}.",
        "money": "Rules with most money: {named}.",
        "county": "Counties with most points: {named}.",
        "item": "{name} ({figure})",
        "none": "There is no point this month.",
    },
    comma=", ",
)

POINT_TEXTS = {"zh": _ZH, "en": _EN}
