"""Rules of AB07, what employers owe as a unit."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import CENT, all_of, compared, given, readable_amounts
from expectations.sql import amount

FACTS = Facts(
    cells=("AAB191",),
    codes=("AAE078",),
    stages=(Stage({"unit_base": amount("aab120"), "due": amount("aae020"), "paid": amount("aae080")}),),
    keep=("due", "paid", "aae078", "aae078_code", "aab191"),
    typed={"AAB120": "unit_base", "AAE020": "due", "AAE080": "paid"},
)

RULES = (
    readable_amounts("AB07", *FACTS.typed),
    Rule(
        rule_id="AB07-1",
        severity="critical",
        text_zh="实缴金额大于应缴金额，或已到账无到账日期",
        text_en="Paid more than due, or arrived without an arrival date.",
        why="Money too much is to be paid back, and arrival review needs the day.",
        columns=("AAE020", "AAE080", "AAE078", "AAB191"),
        needs=(Need("due"), Need("paid"), Need("aae078")),
        fails="paid - due > 0.01 or (aae078_code = '1' and aab191 is null)",
        expectation=all_of(
            compared("paid", "<=", "due", tolerance=CENT),
            given("aab191", required_when="aae078_code = '1'", needs=("aae078",)),
        ),
    ),
)
