"""The words on forms and scorecards, in Chinese and in English; a file speaks one language."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class FormText:
    """A form's title, the note below its table, and headings that span columns (from, to, text)."""

    title: str
    note: str
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Texts:
    """Everything said around the figures in one language."""

    language: str
    forms: dict[str, FormText]
    units: dict[str, str]
    form: str
    period: str
    area: str
    unit: str
    line: str
    division: str
    scheme: str
    prepared_by: str
    reviewed_by: str
    approved_by: str
    date: str
    publication: str
    page: str
    not_usable: str
    column_letters: tuple[str, str]


_ZH = Texts(
    language="zh",
    forms={
        "R1": FormText(
            title="社会保险参保情况表",
            note=(
                "注：人数按个人编号去重。“合计”行为各险种去重后人数，全市数为各区县去重后人数，"
                "均可能小于分项之和；新增人数为首次参保年月在报告期内的人数。"
            ),
            spans=((1, 3, "参保人员"), (5, 6, "新增参保人数")),
        ),
        "R2": FormText(
            title="社会保险基金征缴情况表",
            note=(
                "注：实缴为已到账金额。征缴率＝当期实缴÷应缴×100，无应缴的不计算（—）。"
                "单位欠费逐单位逐月计算，不以多缴月份抵减欠缴月份。"
            ),
            spans=((2, 5, "实缴保险费"), (6, 7, "欠费")),
        ),
    },
    units={"persons": "人", "yuan": "元", "%": "%"},
    form="表号",
    period="报告期",
    area="填报地区",
    unit="单位",
    line="行次",
    division="地区",
    scheme="险种",
    prepared_by="制表人",
    reviewed_by="复核人",
    approved_by="负责人",
    date="报出日期",
    publication="发布编号",
    page="第 {page} 页　共 {pages} 页",
    not_usable="不可用：以下数据表质量等级为 F（地区 数据表）",
    column_letters=("甲", "乙"),
)

_EN = Texts(
    language="en",
    forms={
        "R1": FormText(
            title="Social insurance participation",
            note=(
                "Note: persons are counted once by person id. “All schemes” counts a person once over "
                "schemes, the city once over counties; both may be less than the sum of their parts. New "
                "enrolments are persons whose first insured month lies in the period."
            ),
            spans=((1, 3, "Insured"), (5, 6, "New enrolments")),
        ),
        "R2": FormText(
            title="Collection of social insurance contributions",
            note=(
                "Note: received means arrived. Collection rate = received for the month ÷ due × 100; "
                "none (—) where nothing is due. Arrears are taken by employer and month; an overpaid month "
                "pays for no other."
            ),
            spans=((2, 5, "Contributions received"), (6, 7, "Arrears of employers")),
        ),
    },
    units={"persons": "persons", "yuan": "yuan", "%": "%"},
    form="Form",
    period="Period",
    area="Area",
    unit="Unit",
    line="Line",
    division="Division",
    scheme="Scheme",
    prepared_by="Prepared by",
    reviewed_by="Reviewed by",
    approved_by="Approved by",
    date="Date",
    publication="Publication",
    page="Page {page} of {pages}",
    not_usable="NOT USABLE: tables graded F (division table)",
    column_letters=("A", "B"),
)

TEXTS = {"zh": _ZH, "en": _EN}

# Column headings where the indicator's own name is too long below a heading that spans columns.
SHORT_HEADINGS = {
    "zh": {
        "insured_persons": "合计",
        "insured_workers": "职工",
        "insured_retirees": "离退休人员",
        "new_enrolments": "本月",
        "new_enrolments_ytd": "本年累计",
        "contributions_received": "合计",
        "contributions_received_current": "当期",
        "contributions_received_back": "补缴以前",
        "contributions_received_advance": "预缴以后",
        "arrears": "期末欠费",
        "arrears_cleared": "本期清欠",
    },
    "en": {
        "insured_persons": "Total",
        "insured_workers": "Workers",
        "insured_retirees": "Retirees",
        "new_enrolments": "Month",
        "new_enrolments_ytd": "Year to date",
        "contributions_received": "Total",
        "contributions_received_current": "For the month",
        "contributions_received_back": "For earlier months",
        "contributions_received_advance": "For later months",
        "arrears": "At month end",
        "arrears_cleared": "Cleared",
    },
}


def month_in_words(month: str, language: str) -> str:
    """Return ``2024年6月`` or ``June 2024``."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year}年{number}月" if language == "zh" else f"{calendar.month_name[number]} {year}"
