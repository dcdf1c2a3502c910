"""Rules of AC50, personal accounts."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import all_of, compared, known_person, readable_amounts
from expectations.sql import amount

FACTS = Facts(
    stages=(Stage({"balance": amount("aae240")}),),
    keep=("is_person_known", "balance"),
    typed={"AAE240": "balance"},
)

RULES = (
    readable_amounts("AC50", *FACTS.typed),
    Rule(
        rule_id="AC50-1",
        severity="critical",
        text_zh="个人账户余额为负，或人员不在人员基本信息表中",
        text_en="The balance is negative, or the person is not in AC01.",
        why="The account is the person's own money: it is paid out, inherited and moved.",
        columns=("AAC001", "AAE240"),
        needs=(Need("aac001"), Need("balance")),
        fails="balance < 0 or not is_person_known",
        expectation=all_of(known_person(), compared("balance", ">=", 0)),
    ),
)
