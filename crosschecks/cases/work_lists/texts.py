"""What stands on a work list in either language; a returned list is read by the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PairTexts:
    """The words of the sheet of pairs that may be one person; ``headings`` in the order of its columns."""

    sheet: str
    title: str
    summary: str
    how: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class WorkListTexts:
    """The words of a work list in one language; ``headings`` in the order of its columns."""

    language: str
    title: str
    sheet: str
    month: str
    summary: str
    list_number: str
    confidential: str
    how: str
    headings: tuple[str, ...]
    case: str
    finding: str
    note: str
    states: Mapping[str, str]
    findings: Mapping[str, str]
    months: str
    signatures: tuple[str, ...]
    page: str
    pairs: PairTexts


_ZH = WorkListTexts(
    language="zh",
    title="{division}疑点核查清单",
    sheet="待核查",
    month="期号：{month}　状态截至：{day}",
    summary="待核查 {count} 条，涉及金额 {amount} 元。疑点尚未核实，核实之前不得停发待遇。",
    list_number="清单编号：{month}/{division}",
    confidential="本清单含个人编号等个人信息，仅供本地区核查使用，不得外传。",
    how="请逐条填写“核查结果”和“情况说明”（说明中不得写公民身份号码），未填写的行视为未核查；填好后整表交回。",
    headings=(
        "序号", "疑点编号", "疑点", "个人（单位、账户）编号", "姓名", "公民身份号码", "险种", "涉及期间",
        "金额（元）", "等级", "状态", "核查结果", "情况说明",
    ),
    case="疑点编号",
    finding="核查结果",
    note="情况说明",
    states={"open": "待核查", "dispatched": "已下发"},
    findings={"alive": "本人健在", "dead": "已死亡", "other_person": "非同一人", "data_error": "数据错误"},
    months="{first} 至 {last}，{months} 个月",
    signatures=("核查人", "复核人", "单位负责人", "日期"),
    page="第 {page} 页　共 {pages} 页",
    pairs=PairTexts(
        sheet="身份待核",
        title="{division}可能为同一人的个人编号",
        summary="{count} 对。证件号码无效或相近，其余信息相符，仅供核对身份，不是疑点，不得据此停发待遇。",
        how="本表不填写、不交回核查结果：经核实为同一人的，请在业务系统中更正公民身份号码。",
        headings=(
            "序号", "个人编号一", "姓名", "公民身份号码", "个人编号二", "姓名", "公民身份号码", "相似程度",
            "依据",
        ),
    ),
)  # fmt: skip

_EN = WorkListTexts(
    language="en",
    title="Suspicious points to verify: {division}",
    sheet="To verify",
    month="Month: {month}   As of: {day}",
    summary=(
        "{count} to verify, about {amount} yuan. Nothing is verified yet, and no benefit is stopped before "
        "it is."
    ),
    list_number="List: {month}/{division}",
    confidential=(
        "This list holds personal data (person numbers). It is for the county's own verification and must "
        "not be passed on."
    ),
    how=(
        "Fill in “Finding” and “Explanation” of each row (no identity numbers there); a row left empty "
        "counts as not verified. Return the whole workbook."
    ),
    headings=(
        "No.", "Case", "Suspicious point", "Person, employer or account", "Name", "Identity number", "Scheme",
        "Months", "Amount (yuan)", "Class", "State", "Finding", "Explanation",
    ),
    case="Case",
    finding="Finding",
    note="Explanation",
    states={"open": "open", "dispatched": "dispatched"},
    findings={
        "alive": "alive", "dead": "dead", "other_person": "another person", "data_error": "data error",
    },
    months="{first} to {last}, {months} months",
    signatures=("Verified by", "Reviewed by", "Head of office", "Date"),
    page="Page {page} of {pages}",
    pairs=PairTexts(
        sheet="Pairs to review",
        title="Person ids that may be one person: {division}",
        summary=(
            "{count} pairs. Their numbers are missing, invalid or alike, and the rest agrees. They are for "
            "review alone: no suspicious points, and no ground to stop a benefit."
        ),
        how=(
            "Nothing is filled in here: where both ids prove to be one person, correct the identity number "
            "in the business system."
        ),
        headings=(
            "No.", "First id", "Name", "Identity number", "Second id", "Name", "Identity number",
            "Probability", "Reasons",
        ),
    ),
)  # fmt: skip

WORK_LIST_TEXTS = {"zh": _ZH, "en": _EN}


def finding_of(word: str) -> str | None:
    """Return the finding that a word of a returned list stands for, in either language or as its code."""
    plain = word.strip().casefold()
    for texts in WORK_LIST_TEXTS.values():
        for finding, text in texts.findings.items():
            if plain in (finding, text.casefold()):
                return finding
    return None
