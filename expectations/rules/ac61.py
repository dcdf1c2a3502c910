"""Rules of AC61, the items approved for an entitlement."""

from __future__ import annotations

from expectations.reference.benefit_facts import ENTITLEMENTS
from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import all_of, compared, in_table, readable_amounts
from expectations.sql import amount, month_number

FACTS = Facts(
    cells=("AAE042",),
    stages=(
        Stage(
            {
                "monthly_amount": amount("aae019"),
                "from_month": month_number("aae041"),
                "to_month": month_number("aae042"),
                "is_entitlement_known": "entitlement.aaz257 is not null",
            },
            joins=f"left join {ENTITLEMENTS} as entitlement on entitlement.aaz257 = cells.aaz257",
        ),
    ),
    keep=("aae042", "monthly_amount", "from_month", "to_month", "is_entitlement_known"),
    typed={"AAE019": "monthly_amount"},
)

RULES = (
    readable_amounts("AC61", *FACTS.typed),
    Rule(
        rule_id="AC61-1",
        severity="critical",
        text_zh="核定金额不大于零、无对应待遇，或终止年月早于开始年月",
        text_en="The amount is not above zero, its entitlement is not in AC60, or it ends before it begins.",
        why="What is paid is held against what was approved.",
        columns=("AAZ257", "AAE019", "AAE041", "AAE042"),
        # An item without AAE042 is in force until further notice.
        needs=(
            Need("aaz257"),
            Need("monthly_amount"),
            Need("from_month"),
            Need("to_month", when="aae042 is not null"),
        ),
        fails="monthly_amount <= 0 or not is_entitlement_known or to_month < from_month",
        expectation=all_of(
            in_table("aaz257", ENTITLEMENTS, "aaz257"),
            compared("monthly_amount", ">", 0),
            compared("to_month", ">=", "from_month", when="aae042 is not null"),
            needs=("from_month",),
        ),
    ),
)
