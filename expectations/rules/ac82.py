"""Rules of AC82, payments: two of them use the entitlement (AC60) and the items (AC83)."""

from __future__ import annotations

from expectations.reference.benefit_facts import ENTITLEMENTS, PAYMENT_ITEMS
from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import CENT, all_of, compared, given, in_table, readable_amounts
from expectations.sql import amount, month_number

FACTS = Facts(
    cells=("AAE357",),
    stages=(
        Stage(
            {
                "booked_month": month_number("aae002"),
                "for_month": month_number("aae003"),
                "paid_amount": amount("aae019"),
                "scheme": "coalesce(aae140_code, aae140)",
                "is_entitlement_known": "entitlement.aaz257 is not null",
                "entitled_person": "entitlement.person",
                "entitled_scheme": "entitlement.scheme",
                "items_total": (
                    "case when cells.aaz220 is not null and items.aaz220 is null then 0 else items.total end"
                ),
            },
            joins=(
                f"left join {ENTITLEMENTS} as entitlement on entitlement.aaz257 = cells.aaz257\n"
                f"left join {PAYMENT_ITEMS} as items on items.aaz220 = cells.aaz220"
            ),
        ),
    ),
    keep=(
        "aaz257", "aac001", "aae117", "aae117_code", "aae357", "booked_month", "for_month", "paid_amount",
        "scheme", "is_entitlement_known", "entitled_person", "entitled_scheme", "items_total",
    ),
    typed={"AAE019": "paid_amount"},
)  # fmt: skip

RULES = (
    readable_amounts("AC82", *FACTS.typed),
    Rule(
        rule_id="AC82-1",
        severity="critical",
        text_zh="无对应待遇，或人员、险种与待遇不一致",
        text_en="The entitlement is not in AC60, or is another person's or of another scheme.",
        why="A payment nobody is entitled to is the first sign of fraud from within.",
        columns=("AAZ257", "AAC001", "AAE140"),
        needs=(
            Need("aaz257"),
            Need("aac001"),
            Need("scheme"),
            Need("entitled_person", when="is_entitlement_known"),
            Need("entitled_scheme", when="is_entitlement_known"),
        ),
        fails="not is_entitlement_known or aac001 <> entitled_person or scheme <> entitled_scheme",
        expectation=all_of(
            in_table("aaz257", ENTITLEMENTS, "aaz257"),
            compared("aac001", "=", "entitled_person", when="is_entitlement_known"),
            compared("scheme", "=", "entitled_scheme", when="is_entitlement_known"),
            needs=("aac001", "scheme"),
        ),
    ),
    Rule(
        rule_id="AC82-2",
        severity="critical",
        text_zh="支付金额不大于零，或不等于待遇项目之和",
        text_en="The amount is not above zero, or differs from the sum of its items (AC83).",
        why="Part of the money has no ground, or part of the ground no money.",
        columns=("AAZ220", "AAE019"),
        needs=(Need("paid_amount"), Need("items_total")),
        fails="paid_amount <= 0 or abs(items_total - paid_amount) > 0.01",
        expectation=all_of(
            compared("paid_amount", ">", 0),
            compared("items_total", "=", "paid_amount", tolerance=CENT),
        ),
    ),
    Rule(
        rule_id="AC82-3",
        severity="critical",
        text_zh="支付所属期不是真实年月，或对应所属期晚于做账期",
        text_en="A month is not real, or is paid for before it comes.",
        why="Rows with an unreal month are in no statistic, and benefits are never paid ahead.",
        columns=("AAE002", "AAE003"),
        fails="booked_month is null or for_month is null or for_month > booked_month",
    ),
    Rule(
        rule_id="AC82-4",
        severity="warning",
        text_zh="支付退回无退回原因",
        text_en="Returned without a reason.",
        why="A closed account is to be replaced, a dead holder to be stopped: the reason tells them apart.",
        columns=("AAE117", "AAE357"),
        needs=(Need("aae117"),),
        fails="aae117_code = '2' and aae357 is null",
        expectation=given("aae357", required_when="aae117_code = '2'", needs=("aae117",)),
    ),
)
