"""What the codes of contribution bases are called, in Chinese and in English, by the column they stand in."""

from __future__ import annotations

from collections.abc import Mapping

from fundwatch.labels.schemes import SCHEMES

NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "scheme": SCHEMES,
    "level": {"unit": ("单位", "unit"), "person": ("个人", "person")},
    "base_method": {"single": ("单基数", "single"), "dual": ("双基数", "dual")},
    "unit_method": {
        "higher": ("取高", "the higher"),
        "sum": ("个人合计", "sum"),
        "bill": ("工资总额", "wage bill"),
    },
    "wage_source": {
        "declared": ("申报", "declared"),
        "average": ("社平工资", "average wage"),
        "joined": ("起薪", "on joining"),
        "chosen": ("自选", "chosen"),
        "none": ("未申报", "none"),
    },
    "status": {
        "ok": ("相符", "agrees"),
        "differs": ("不符", "differs"),
        "not_declared": ("未申报", "not declared"),
        "provisional": ("暂缴", "provisional"),
        "no_rule": ("缺参数", "no rule"),
    },
    "exception": {
        "unit_base_low": ("单位基数偏低", "Unit base low"),
        "unit_base_high": ("单位基数偏高", "Unit base high"),
        "personal_base_low": ("个人基数偏低", "Personal base low"),
        "personal_base_high": ("个人基数偏高", "Personal base high"),
        "flexible_below_ladder": ("低于档次下限", "Below the ladder"),
        "provisional_wrong": ("暂缴基数不符", "Provisional base wrong"),
        "not_trued_up": ("未补差", "Not trued up"),
        "unit_base_changed": ("年度内变更单位基数", "Unit base changed in the year"),
        "base_changed_in_year": ("年度内变更个人基数", "Personal base changed in the year"),
        "late_correction": ("年度结束后更正", "Late correction"),
        "not_declared": ("未申报", "Not declared"),
        "document_missing": ("材料未报", "Document missing"),
        "wage_bill_differs": ("工资总额不等于明细合计", "Wage bill differs"),
        "insured_not_listed": ("参保人员未列入明细", "Insured, not listed"),
        "excluded_but_insured": ("申报不参保而有缴费", "Excluded, but insured"),
        "excluded_without_proof": ("不参保无证明", "Excluded without proof"),
        "dual_base_broken": ("双基数执行不符", "Dual base broken"),
        "below_tax_base": ("低于征税基数", "Below the tax base"),
    },
}


def named(column: str, code: str, language: str) -> str:
    """Return what a code of a column is called; the code itself where it has no name."""
    pair = NAMES[column].get(code)
    return code if pair is None else pair[0 if language == "zh" else 1]
