"""The words on forms and scorecards, in Chinese and in English; a file speaks one language."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class FormText:
    """A form's title, the note below its table, and its headings.

    ``spans`` are headings over several columns of figures (from, to, text). ``text_headings`` belong to the
    texts of a line after its division; the first ``len(text_labels)`` of these come from the cells' labels.
    ``distinct`` marks totals of persons, who are counted once: no sums.
    """

    title: str
    note: str
    text_headings: tuple[str, ...]
    spans: tuple[tuple[int, int, str], ...] = ()
    distinct: str = ""

    @property
    def text_labels(self) -> tuple[str, ...]:
        """The headings of texts that come from a cell's label, which is all but the unit."""
        return self.text_headings[:2]


@dataclass(frozen=True)
class Texts:
    """All words around the figures in one language.

    ``head``: a line of a form's head as the site's ``form_head.csv`` names it -> as it is printed. ``foot``:
    who signs for the reporting unit (its head, the head of statistics, who filled the form in), and the day.
    """

    language: str
    forms: dict[str, FormText]
    units: dict[str, str]
    form: str
    period: str
    area: str
    unit: str
    unit_by_line: str
    flags: tuple[str, str]
    line: str
    division: str
    prepared_by: str
    reviewed_by: str
    approved_by: str
    date: str
    draft: str
    head: dict[str, str]
    foot: tuple[str, str, str, str]
    publication: str
    page: str
    not_usable: str
    column_letters: tuple[str, ...]
    continued: str
    charts: str
    origins: tuple[str, ...]


_ZH = Texts(
    language="zh",
    forms={
        "R1": FormText(
            title="社会保险参保情况表",
            text_headings=("险种",),
            note=(
                "注：人数按个人编号去重。标“去重”的合计为各险种、各区县去重后人数，可能小于分项之和；"
                "新增人数为首次参保年月在报告期内的人数。“—”为该险种无此项。"
            ),
            spans=((1, 3, "参保人员"), (5, 6, "新增参保人数")),
            distinct="（去重）",
        ),
        "R2": FormText(
            title="社会保险基金征缴情况表",
            text_headings=("险种",),
            note=(
                "注：实缴为已到账金额。征缴率＝当期实缴÷应缴×100，无应缴的不计算（—）。"
                "单位欠费逐单位逐月计算，不以多缴月份抵减欠缴月份。居民险种按定额缴费，无单位欠费和缴费基数（—）。"
            ),
            spans=((2, 5, "实缴保险费"), (6, 7, "欠费"), (10, 12, "本年累计")),
        ),
        "R3": FormText(
            title="社会保险待遇支付情况表",
            text_headings=("险种", "待遇类别"),
            note=(
                "注：按本月入账的待遇支付记录统计，人数按个人编号去重，标“人数去重”的人数可能小于分项之和。"
                "支付率＝实发÷应发×100；社会化发放率＝通过银行或邮局发放金额÷实发×100；"
                "月人均待遇＝实发÷发放人数；分母为零的不计算（—）。"
            ),
            spans=((2, 4, "待遇金额"), (5, 6, "发放率")),
            distinct="（人数去重）",
        ),
        "R4": FormText(
            title="社会保险目标任务完成情况表",
            text_headings=("险种", "指标", "计量单位"),
            note=(
                "注：完成率＝实际完成÷目标任务×100，四舍五入保留两位小数；流量指标取本年累计数。"
                "率类目标：实际率＝实际完成÷应达数×100，与目标率相差以百分点计。"
                "“与原表所列不符”：按印列百分比的小数位数取舍后仍不相等。“—”为不适用或无数据。"
            ),
            spans=((1, 3, "任务数"), (4, 7, "率类目标"), (8, 9, "印列核对")),
        ),
        "B1": FormText(
            title="社会保险缴费基数核定汇总表",
            text_headings=("险种", "缴费年度"),
            note=(
                "注：按区县、险种、缴费年度汇总单位和个人基数；缴费年度以社平工资年度命名。"
                "涉及保费为单位基数偏低、个人基数偏低、灵活就业低于下限各项之和；补差为暂缴月按应核定基数应补的保费，"
                "负数为应退。差异是待核实问题，不是结论。不属于区县的单位不在本表。"
            ),
            spans=((1, 4, "单位数"), (6, 8, "补差")),
        ),
    },
    units={
        "persons": "人",
        "units": "户",
        "yuan": "元",
        "%": "%",
        "points": "百分点",
        "flag": "",
        "ratio": "比率",
        "10 000 persons": "万人",
        "10 000 yuan": "万元",
        "100 million yuan": "亿元",
    },
    form="表号",
    period="报告期",
    area="填报地区",
    unit="计量单位",
    unit_by_line="见各行",
    flags=("相符", "▲ 不符"),
    line="行次",
    division="地区",
    prepared_by="制表人",
    reviewed_by="复核人",
    approved_by="负责人",
    date="报出日期",
    draft="草案",
    head={
        "表号": "表　　号",
        "制定机关": "制定机关",
        "批准机关": "批准机关",
        "批准文号": "批准文号",
        "有效期至": "有效期至",
        "填报单位": "填报单位（盖章）",
        "联系电话": "联系电话",
    },
    foot=("单位负责人", "统计负责人", "填表人", "报出日期"),
    publication="发布编号",
    page="第 {page} 页　共 {pages} 页",
    not_usable="不可用：以下数据表质量等级为 F（地区 数据表）",
    column_letters=("甲", "乙", "丙", "丁"),
    continued="（续）",
    charts="图表",
    origins=("数据溯源", "表内位置", "单元格", "行政区划", "险种", "分组", "指标", "命令"),
)

_EN = Texts(
    language="en",
    forms={
        "R1": FormText(
            title="Social insurance participation",
            text_headings=("Scheme",),
            note=(
                "Note: persons are counted once by person id. What is marked “each once” counts a person "
                "once over schemes or over counties, and may be less than the sum of its parts. New "
                "enrolments are persons whose first insured month lies in the period. —: the scheme has no "
                "such item."
            ),
            spans=((1, 3, "Insured"), (5, 6, "New enrolments")),
            distinct=" (each once)",
        ),
        "R2": FormText(
            title="Collection of social insurance contributions",
            text_headings=("Scheme",),
            note=(
                "Note: received means arrived. Collection rate = received for the month ÷ due × 100; "
                "none (—) where nothing is due. Arrears are taken by employer and month; an overpaid month "
                "pays for no other. Residents pay fixed sums: no arrears of employers and no base (—)."
            ),
            spans=(
                (2, 5, "Contributions received"),
                (6, 7, "Arrears of employers"),
                (10, 12, "Year to date"),
            ),
        ),
        "R3": FormText(
            title="Payment of social insurance benefits",
            text_headings=("Scheme", "Kind of benefit"),
            note=(
                "Note: payments booked in the month; persons are counted once by person id; where marked, "
                "their number may be less than the sum of its parts. Payment rate = paid ÷ payable × 100; "
                "socialised payment rate = paid through bank or post ÷ paid × 100; average = paid ÷ "
                "beneficiaries; none (—) without a denominator."
            ),
            spans=((2, 4, "Benefits"), (5, 6, "Rates of payment")),
            distinct=" (persons once)",
        ),
        "R4": FormText(
            title="Targets of social insurance and how far they are met",
            text_headings=("Scheme", "Indicator", "Unit"),
            note=(
                "Note: completion = actual ÷ target × 100, rounded half up to two decimals; of a flow counts "
                "what has come since January. Of a rate, actual rate = actual ÷ out of × 100, and the "
                "difference from the target rate is in percentage points. A printed percentage is flagged "
                "when ours, rounded as it is, differs. —: does not apply, or no data."
            ),
            spans=((1, 3, "Counts and amounts"), (4, 7, "Rates"), (8, 9, "As printed")),
        ),
        "B1": FormText(
            title="Contribution bases verified, by county",
            text_headings=("Scheme", "Base year"),
            note=(
                "Note: bases of units and persons by county, scheme and base year, which is named by its "
                "wage year. Premium at stake: of bases too low, and of flexible persons below their floor. "
                "True-up: premium on the verified base for provisional months; below zero it is to be "
                "returned. A difference is a question, no finding. Units of no county are not shown."
            ),
            spans=((1, 4, "Units"), (6, 8, "True-up")),
        ),
    },
    units={
        "persons": "persons",
        "units": "units",
        "yuan": "yuan",
        "%": "%",
        "points": "points",
        "flag": "",
        "ratio": "ratio",
        "10 000 persons": "10 000 persons",
        "10 000 yuan": "10 000 yuan",
        "100 million yuan": "100 million yuan",
    },
    form="Form",
    period="Period",
    area="Area",
    unit="Unit of measure",
    unit_by_line="as on each line",
    flags=("agrees", "▲ differs"),
    line="Line",
    division="Division",
    prepared_by="Prepared by",
    reviewed_by="Reviewed by",
    approved_by="Approved by",
    date="Date",
    draft="DRAFT",
    head={
        "表号": "Form",
        "制定机关": "Issued by",
        "批准机关": "Approved by",
        "批准文号": "Approval no.",
        "有效期至": "Valid until",
        "填报单位": "Reporting unit (seal)",
        "联系电话": "Telephone",
    },
    foot=("Head of unit", "Head of statistics", "Filled in by", "Reported on"),
    publication="Publication",
    page="Page {page} of {pages}",
    not_usable="NOT USABLE: tables graded F (division table)",
    column_letters=("A", "B", "C", "D"),
    continued=" (continued)",
    charts="Charts",
    origins=("Tracing", "Place", "Cell", "Division", "Scheme", "Breakdown", "Indicator", "Command"),
)

TEXTS = {"zh": _ZH, "en": _EN}

# Column headings where the indicator's own name is too long below a heading that spans columns.
SHORT_HEADINGS = {
    "zh": {
        "insured_persons": "合计",
        "insured_workers": "缴费人员",
        "insured_retirees": "离退休及领取待遇人员",
        "new_enrolments": "本月",
        "new_enrolments_ytd": "本年累计",
        "contributions_received": "合计",
        "contributions_received_current": "当期",
        "contributions_received_back": "补缴以前",
        "contributions_received_advance": "预缴以后",
        "arrears": "期末欠费",
        "arrears_cleared": "本期清欠",
        "contributions_due_ytd": "应缴",
        "contributions_received_ytd": "实缴",
        "arrears_cleared_ytd": "清欠",
        "beneficiaries_paid": "发放人数",
        "benefits_payable": "本月应发",
        "benefits_paid": "本月实发",
        "benefits_paid_ytd": "实发本年累计",
        "verified": "已核定",
        "not_declared": "未申报",
        "unit_base_low": "基数偏低",
        "unit_base_high": "基数偏高",
        "trueup_due": "应补",
        "trueup_booked": "已补",
        "trueup_open": "未补",
    },
    "en": {
        "insured_persons": "Total",
        "insured_workers": "Contributing",
        "insured_retirees": "Retired or in receipt",
        "new_enrolments": "Month",
        "new_enrolments_ytd": "Year to date",
        "contributions_received": "Total",
        "contributions_received_current": "For the month",
        "contributions_received_back": "For earlier months",
        "contributions_received_advance": "For later months",
        "arrears": "At month end",
        "arrears_cleared": "Cleared",
        "contributions_due_ytd": "Due",
        "contributions_received_ytd": "Received",
        "arrears_cleared_ytd": "Arrears cleared",
        "beneficiaries_paid": "Beneficiaries",
        "benefits_payable": "Payable in the month",
        "benefits_paid": "Paid in the month",
        "benefits_paid_ytd": "Paid, year to date",
        "socialised_payment_rate": "Socialised",
        "payment_rate": "Payment",
        "verified": "Verified",
        "not_declared": "Not declared",
        "unit_base_low": "Base low",
        "unit_base_high": "Base high",
        "trueup_due": "Due",
        "trueup_booked": "Booked",
        "trueup_open": "Open",
    },
}


def month_in_words(month: str, language: str) -> str:
    """Return ``2024年6月`` or ``June 2024``."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year}年{number}月" if language == "zh" else f"{calendar.month_name[number]} {year}"
