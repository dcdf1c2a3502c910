"""The words of a county's error list, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorListTexts:
    """All words of an error list in one language; ``headings`` in the order of the columns.

    Two texts of a heading are the two lines of a cell.
    """

    language: str
    title: str
    month: str
    out_on: str
    as_of: str
    no_day: str
    summary: str
    confidential: str
    to_correct: str
    settled: str
    headings: tuple[str, ...]
    settled_headings: tuple[str, ...]
    states: dict[str, str]
    severities: dict[str, str]
    answers: tuple[str, ...]
    signatures: tuple[str, ...]
    page: str
    no_name: str
    empty: str
    cell: str
    key: str
    rule: str
    origin: str
    both: str


_ZH = ErrorListTexts(
    language="zh",
    title="{division}数据质量整改清单",
    month="期号：{month}",
    out_on="下发日期：{day}",
    as_of="状态截至：{day}",
    no_day="未规定",
    summary=(
        "待整改 {open} 条，其中逾期 {overdue} 条；暂缓整改 {waived} 条、已整改 {corrected} 条，"
        "见“暂缓与已整改”页。"
    ),
    confidential="本清单含个人编号等个人信息，仅供本地区整改使用，不得外传。",
    to_correct="待整改",
    settled="暂缓与已整改",
    headings=(
        "序号", "单位名称／姓名\n业务主键", "现值", "应为", "问题说明\n规则", "整改期限", "状态", "处理结果",
        "情况说明", "来源表与记录序号\n问题编号",
    ),
    settled_headings=(
        "序号", "单位名称／姓名\n业务主键", "现值", "应为", "问题说明\n规则", "整改期限", "状态", "整改日期",
        "暂缓理由", "来源表与记录序号\n问题编号",
    ),
    states={"open": "待整改", "overdue": "▲ 逾期", "waived": "暂缓整改", "corrected": "已整改"},
    severities={"critical": "严重", "warning": "警告", "info": "提示"},
    answers=("已改正", "数据属实", "申请暂缓整改"),
    signatures=("制表人", "复核人", "单位负责人", "日期"),
    page="第 {page} 页　共 {pages} 页",
    no_name="（未登记）",
    empty="（空）",
    cell="{name}：{value}",
    key="{name} {value}",
    rule="{rule}　{severity}　{first} 首次发现",
    origin="{name} 第 {row} 条",
    both="；",
)  # fmt: skip

_EN = ErrorListTexts(
    language="en",
    title="Data to correct: {division}",
    month="Month: {month}",
    out_on="Sent out on: {day}",
    as_of="As of: {day}",
    no_day="no day set",
    summary=(
        "{open} to correct, {overdue} of them overdue; {waived} waived and {corrected} corrected are on the "
        "sheet “Waived and corrected”."
    ),
    confidential=(
        "This list holds personal data (person numbers). It is for the county's own corrections and must not "
        "be passed on."
    ),
    to_correct="To correct",
    settled="Waived and corrected",
    headings=(
        "No.", "Employer or person\nKey", "Stands there", "Should be", "What is wrong\nRule", "Due on",
        "State", "Result", "Explanation", "Table and row\nIssue",
    ),
    settled_headings=(
        "No.", "Employer or person\nKey", "Stands there", "Should be", "What is wrong\nRule", "Due on",
        "State", "Corrected on", "Reason of the waiver", "Table and row\nIssue",
    ),
    states={"open": "open", "overdue": "▲ OVERDUE", "waived": "waived", "corrected": "corrected"},
    severities={"critical": "critical", "warning": "warning", "info": "info"},
    answers=("corrected", "data are right", "waiver asked for"),
    signatures=("制表人 Prepared by", "复核人 Reviewed by", "Head of office", "Date"),
    page="Page {page} of {pages}",
    no_name="(not registered)",
    empty="(empty)",
    cell="{name}: {value}",
    key="{name} {value}",
    rule="{rule}, {severity}, since {first}",
    origin="{name}, row {row}",
    both="; ",
)  # fmt: skip

ERROR_LIST_TEXTS = {"zh": _ZH, "en": _EN}
