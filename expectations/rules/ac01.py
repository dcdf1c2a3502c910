"""Rules of AC01, persons."""

from __future__ import annotations

from expectations.rules.declaration import MONTH_END, Accepted, BuiltIn, Facts, Need, Rule, Stage
from expectations.rules.shorthand import given, identity_number
from expectations.sql import (
    PLACEHOLDERS,
    identity_body,
    identity_check,
    is_placeholder,
    real_date,
)

_CHECKED = "case when char_length(identity_body) = 17 or right(identity_body, 1) = identity_check"

FACTS = Facts(
    cells=("AAE138",),
    codes=("AAC058",),
    stages=(
        Stage({"born_on": real_date("aac006"), "identity_body": identity_body("aac002")}),
        Stage({"identity_check": identity_check("identity_body")}),
        Stage({"identity_18": f"{_CHECKED} then left(identity_body, 17) || identity_check end"}),
        Stage(
            {
                "identity_born_on": "substr(identity_18, 7, 8)::date",
                "identity_sex": "case when ascii(substr(identity_18, 17, 1)) % 2 = 1 then '1' else '2' end",
            }
        ),
    ),
    keep=(
        "aac002", "aac003", "aac004", "aac004_code", "aac058", "aac058_code", "aac060", "aac060_code",
        "aae138", "born_on", "identity_18", "identity_born_on", "identity_sex",
    ),
    conditional_cells={"AAE138": "aac060_code = '2'"},
)  # fmt: skip

_RESIDENT = "aac058_code = '01'"
_VALID = f"{_RESIDENT} and identity_18 is not null"
_NUMBER = (Need("aac058"), Need("aac002", when=_RESIDENT))

RULES = (
    Rule(
        rule_id="AC01-1",
        severity="critical",
        text_zh="公民身份号码无效（长度、日期或校验码）",
        text_en="A resident's identity number is invalid: length, date or check character (GB 11643).",
        why="Persons are matched between systems by this number alone.",
        columns=("AAC058", "AAC002"),
        needs=_NUMBER,
        fails=f"{_RESIDENT} and identity_18 is null",
        expectation=identity_number("aac002", when=_RESIDENT, needs=("aac058",)),
    ),
    Rule(
        rule_id="AC01-2",
        severity="warning",
        text_zh="出生日期与身份证号码不一致",
        text_en="The birth date differs from the one in the identity number.",
        why="Ages decide retirement; one of the two dates is wrong.",
        columns=("AAC058", "AAC002", "AAC006"),
        needs=(*_NUMBER, Need("born_on", when=_VALID)),
        fails=f"{_VALID} and identity_born_on <> born_on",
    ),
    Rule(
        rule_id="AC01-3",
        severity="warning",
        text_zh="性别与身份证号码不一致",
        text_en="The sex differs from the one in the identity number.",
        why="Retirement ages depend on it; one of the two is wrong.",
        columns=("AAC058", "AAC002", "AAC004"),
        needs=(*_NUMBER, Need("aac004", when=_VALID)),
        fails=f"{_VALID} and aac004_code in ('1', '2') and aac004_code <> identity_sex",
    ),
    Rule(
        rule_id="AC01-4",
        severity="warning",
        text_zh="姓名为占位值、含数字或少于2个字",
        text_en="The name is a placeholder, contains a digit, or has fewer than two characters.",
        why="Names confirm a match of numbers; such a name confirms nothing.",
        columns=("AAC003",),
        needs=(Need("aac003"),),
        fails=f"char_length(aac003) < 2 or aac003 ~ '[0-9]' or {is_placeholder('aac003')}",
        expectation=BuiltIn(
            "ExpectColumnValuesToNotMatchRegex",
            {"column": "aac003", "regex": f"^(.?|.*[0-9].*|{'|'.join(PLACEHOLDERS)})$"},
        ),
    ),
    Rule(
        rule_id="AC01-5",
        severity="critical",
        text_zh="出生日期不是真实日期、早于1900年或晚于本月末",
        text_en="The birth date is no real date, before 1900, or after the end of the month.",
        why="Without a birth date no age, and without an age no entitlement can be judged.",
        columns=("AAC006",),
        fails=f"born_on is null or born_on < date '1900-01-01' or born_on > {MONTH_END}",
    ),
    Rule(
        rule_id="AC01-6",
        severity="warning",
        text_zh="生存状态不是有效代码",
        text_en="The survival status is not a code.",
        why="It decides whether a person may still be paid.",
        columns=("AAC060",),
        needs=(Need("aac060"),),
        fails="aac060_code is null",
        expectation=BuiltIn(
            "ExpectColumnValuesToBeInSet", {"column": "aac060", "value_set": Accepted("AAC060")}
        ),
    ),
    Rule(
        rule_id="AC01-7",
        severity="critical",
        text_zh="已死亡无死亡日期，或生存却有死亡日期",
        text_en="Dead without a date of death, or alive with one.",
        why="Payments after death are found by this date.",
        columns=("AAC060", "AAE138"),
        needs=(Need("aac060"),),
        fails="(aac060_code = '2' and aae138 is null) or (aac060_code = '1' and aae138 is not null)",
        expectation=given(
            "aae138",
            required_when="aac060_code = '2'",
            forbidden_when="aac060_code = '1'",
            needs=("aac060",),
        ),
    ),
)
