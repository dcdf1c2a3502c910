"""Rules of YC01, impostor claims found."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import all_of, compared, known_person, readable_amounts
from expectations.sql import amount, month_number

FACTS = Facts(
    cells=("AAE058",),
    stages=(
        Stage(
            {
                "claimed": amount("aae019"),
                "recovered": amount("aae058"),
                "from_month": month_number("aae041"),
                "to_month": month_number("aae042"),
            }
        ),
    ),
    keep=("is_person_known", "aae058", "claimed", "recovered", "from_month", "to_month"),
    typed={"AAE019": "claimed", "AAE058": "recovered"},
)

RULES = (
    readable_amounts("YC01", *FACTS.typed),
    Rule(
        rule_id="YC01-1",
        severity="critical",
        text_zh="人员不在人员基本信息表中、金额不大于零、追回大于冒领，或终止年月早于开始年月",
        text_en="The person is not in AC01, the amount is not above zero, more was recovered than claimed, or"
        " the months end before they begin.",
        why="Claims found and money recovered are reported to the supervisor by these rows.",
        columns=("AAC001", "AAE019", "AAE058", "AAE041", "AAE042"),
        # Without AAE058 nothing is recovered yet.
        needs=(
            Need("aac001"),
            Need("claimed"),
            Need("recovered", when="aae058 is not null"),
            Need("from_month"),
            Need("to_month"),
        ),
        fails="not is_person_known or claimed <= 0 or recovered > claimed or to_month < from_month",
        expectation=all_of(
            known_person(),
            compared("claimed", ">", 0),
            compared("recovered", "<=", "claimed", when="aae058 is not null"),
            compared("to_month", ">=", "from_month"),
        ),
    ),
)
