"""Rules of AB01, employers."""

from __future__ import annotations

from expectations.rules.declaration import BuiltIn, Facts, Need, Rule, Stage
from expectations.rules.shorthand import credit_code
from expectations.sql import PLACEHOLDERS, is_credit_code, is_placeholder

FACTS = Facts(
    stages=(Stage({"is_credit_code": is_credit_code("aab030")}),),
    keep=("aab004", "aab030", "is_credit_code"),
)

RULES = (
    Rule(
        rule_id="AB01-1",
        severity="critical",
        text_zh="统一社会信用代码不是18位或校验码错误",
        text_en="The tax number is no valid unified social credit code (GB 32100).",
        why="Tax vouchers find their employer by this number; a wrong one leaves money unmatched.",
        columns=("AAB030",),
        needs=(Need("aab030"),),
        fails="not is_credit_code",
        expectation=credit_code("aab030"),
    ),
    Rule(
        rule_id="AB01-2",
        severity="warning",
        text_zh="单位名称少于4个字或为占位值",
        text_en="The employer's name has fewer than four characters or is a placeholder.",
        why="A registered name has at least a place, a trade name and a form.",
        columns=("AAB004",),
        needs=(Need("aab004"),),
        fails=f"char_length(aab004) < 4 or {is_placeholder('aab004')}",
        expectation=BuiltIn(
            "ExpectColumnValuesToNotMatchRegex",
            {
                "column": "aab004",
                "regex": rf"^(.{{0,3}}|{'|'.join(PLACEHOLDERS)}|([0-9])\2+)$",
            },
        ),
    ),
)
