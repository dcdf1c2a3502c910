"""Rules of YC02, transfers between divisions."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import all_of, compared, is_code, known_person, readable_amounts
from expectations.sql import amount

FACTS = Facts(
    stages=(Stage({"moved_amount": amount("aae019")}),),
    keep=("is_person_known", "yae001_code", "moved_amount"),
    typed={"AAE019": "moved_amount"},
)

RULES = (
    readable_amounts("YC02", *FACTS.typed),
    Rule(
        rule_id="YC02-1",
        severity="critical",
        text_zh="人员不在人员基本信息表中、转移方向不是转入或转出，或金额为负",
        text_en="The person is not in AC01, the direction is neither in nor out, or the amount is negative.",
        why="Years and money that leave one division must come to another.",
        columns=("AAC001", "YAE001", "AAE019"),
        needs=(Need("aac001"), Need("yae001"), Need("moved_amount")),
        fails="not is_person_known or yae001_code not in ('in', 'out') or yae001_code is null"
        " or moved_amount < 0",
        expectation=all_of(
            known_person(), is_code("yae001", of=("in", "out")), compared("moved_amount", ">=", 0)
        ),
    ),
)
