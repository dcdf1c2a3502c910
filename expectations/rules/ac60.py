"""Rules of AC60, entitlements."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import UNREADABLE, all_of, compared, is_code, known_person
from expectations.sql import month_number, real_date

FACTS = Facts(
    cells=("AAE211",),
    stages=(
        Stage(
            {
                "entitled_on": real_date("aic162"),
                "from_month": month_number("aae210"),
                "last_month": month_number("aae211"),
            }
        ),
    ),
    keep=(
        "aac001", "aae116", "aae116_code", "aic161", "aic161_code", "is_person_known", "from_month",
        "last_month",
    ),
    typed={"AIC162": "entitled_on", "AAE210": "from_month", "AAE211": "last_month"},
)  # fmt: skip

RULES = (
    Rule(
        rule_id="AC60-0",
        severity="critical",
        text_zh="待遇日期或享受年月有值但不是真实日期或年月",
        text_en="A date or month of the entitlement holds a value that is no real date or month.",
        why="Such an entitlement has no first or last month, and is in no statistic.",
        columns=tuple(FACTS.typed),
        fails=f"{UNREADABLE} > 0",
        expectation=compared(UNREADABLE, "=", 0),
    ),
    Rule(
        rule_id="AC60-1",
        severity="critical",
        text_zh="待遇享受人员不在人员基本信息表中",
        text_en="The entitled person is not in AC01.",
        why="Nobody can be matched with deaths and prisons who is not known as a person.",
        columns=("AAC001",),
        needs=(Need("aac001"),),
        fails="not is_person_known",
        expectation=known_person(),
    ),
    Rule(
        rule_id="AC60-2",
        severity="critical",
        text_zh="待遇发放状态或待遇类别不是有效代码",
        text_en="Status or kind of the entitlement is not a code.",
        why="These two say who is a pensioner and who is paid.",
        columns=("AAE116", "AIC161"),
        needs=(Need("aae116"), Need("aic161")),
        fails="aae116_code is null or aic161_code is null",
        expectation=all_of(is_code("aae116"), is_code("aic161")),
    ),
    Rule(
        rule_id="AC60-3",
        severity="warning",
        text_zh="享受终止年月早于享受开始年月",
        text_en="The last month is earlier than the first.",
        why="The months between them are what a person may be paid for.",
        columns=("AAE210", "AAE211"),
        needs=(Need("from_month"), Need("last_month")),
        fails="last_month < from_month",
        expectation=compared("last_month", ">=", "from_month"),
    ),
)
