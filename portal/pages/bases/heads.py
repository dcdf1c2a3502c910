"""The columns in which pages show contribution bases and their exceptions."""

from __future__ import annotations

from portal.pages.lists import Head

WAGE_YEAR = Head("wage_year", "缴费年度（工资年度）")
_VERIFIED = (
    Head("verified_month", "核定月"),
    Head("trueup_due", "应补差（元）", "yuan"),
    Head("trueup_booked", "已补差（元）", "yuan"),
    Head("trueup_open", "未补差（元）", "yuan"),
    Head("status", "状态", "state", "bases_status"),
)
# Of a unit's base, and of a person's: on lists behind whose they are, on a unit's sheet alone.
OF_UNIT = (
    Head("scheme", "险种", "named", "scheme"),
    Head("base_method", "基数方式", "named", "bases_base_method"),
    Head("unit_method", "核定方法", "named", "bases_unit_method"),
    Head("wage", "月平均工资总额（元）", "yuan"),
    Head("sum_personal", "个人基数合计（元）", "yuan"),
    Head("expected_base", "应核定基数（元）", "yuan"),
    Head("provisional_base", "暂缴基数（元）", "yuan"),
    Head("applied_base", "实际基数（元）", "yuan"),
    Head("tax_base", "征税基数（元）", "yuan"),
    *_VERIFIED,
)
OF_PERSON = (
    Head("scheme", "险种", "named", "scheme"),
    Head("person_id", "个人编号（已遮盖）", "code"),
    Head("wage_source", "工资来源", "named", "bases_wage_source"),
    Head("wage", "月平均工资（元）", "yuan"),
    Head("floor", "下限（元）", "yuan"),
    Head("cap", "上限（元）", "yuan"),
    Head("expected_base", "应核定基数（元）", "yuan"),
    Head("provisional_base", "暂缴基数（元）", "yuan"),
    Head("applied_base", "实际基数（元）", "yuan"),
    *_VERIFIED,
)
OF_EXCEPTION = (
    Head("exception", "核实事项", "named", "bases_exception"),
    Head("scheme", "险种", "named", "scheme"),
    Head("person_id", "个人编号（已遮盖）", "code"),
    Head("first_month", "起始月"),
    Head("last_month", "截止月"),
    Head("months", "月数", "count"),
    Head("expected", "应为", "data"),
    Head("found", "现为", "data"),
    Head("amount", "涉及金额（元）", "yuan"),
    Head("due_on", "截止日期", "day"),
)
