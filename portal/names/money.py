"""Names of schemes and funds, of the checks that set the sources of money against each other, of units."""

from __future__ import annotations

from collections.abc import Mapping

from fundwatch.labels.schemes import SCHEMES

_CHECKS = {
    "arrival_review": ("到账复核", "Arrival review"),
    "four_way": ("四方对账", "Four ways"),
    "balance_statement": ("银行存款余额调节", "Balance statement"),
    "account_rules": ("账户规则", "Account rules"),
    "treasury_delay": ("国库划转时限", "Treasury delay"),
    "payments_returned": ("代发回盘核对", "Payments returned"),
    "fund_identity": ("基金平衡", "Fund identity"),
    "statistics_against_books": ("统计与账簿核对", "Statistics against books"),
    "arrears_and_late_fees": ("欠费与滞纳金", "Arrears and late fees"),
}
_CHECK_STATUSES = {
    "matched": ("一致", "matched"),
    "amount_differs": ("金额不符", "amount differs"),
    "tax_only": ("仅税务有", "tax only"),
    "agency_only": ("仅经办有", "agency only"),
    "unknown_payer": ("缴费人不明", "unknown payer"),
    "late_fee": ("滞纳金", "late fee"),
    "agrees": ("相符", "agrees"),
    "explained": ("差异已说明", "explained"),
    "differs": ("不符", "differs"),
    "not_received": ("资料未到", "not received"),
    "balanced": ("平衡", "balanced"),
    "old_items": ("有长期未达账项", "old items"),
    "unbalanced": ("不平衡", "unbalanced"),
    "cash": ("提取现金", "cash"),
    "bank_fee": ("基金付手续费", "bank fee"),
    "between_funds": ("基金间串用", "between funds"),
    "interest_elsewhere": ("利息入他户", "interest elsewhere"),
    "income_outflow": ("收入户违规支出", "income outflow"),
    "expenditure_inflow": ("支出户违规收入", "expenditure inflow"),
    "income_not_zero": ("收入户月末有余额", "income not zero"),
    "account_not_open": ("账户未启用或已销户", "account not open"),
    "unregistered_account": ("账户未登记", "unregistered account"),
    "no_agreement": ("无协议", "no agreement"),
    "not_inspected": ("未检查", "not inspected"),
    "late": ("超时限", "late"),
    "next_month": ("跨月到账", "next month"),
    "late_next_month": ("超时限且跨月", "late, next month"),
    "paid_confirmed": ("发放成功", "paid, confirmed"),
    "returned_reversed": ("退回已冲销", "returned, reversed"),
    "returned_open": ("退回未处理", "returned, open"),
    "confirmed_unknown": ("回盘无对应支付", "confirmed, unknown"),
    "paid_reversed": ("已发又冲销", "paid, reversed"),
    "paid_not_booked": ("已发未入账", "paid, not booked"),
    "unconfirmed": ("未回盘", "unconfirmed"),
    "holds": ("成立", "holds"),
    "unexplained": ("未说明", "unexplained"),
    "current": ("当年欠费", "current"),
    "historic": ("历年欠费", "historic"),
    "not_due": ("未到期", "not due"),
    "not_checked": ("未核查", "not checked"),
}
_PARTIES = {
    "tax": ("税务", "tax"),
    "agency": ("经办机构", "agency"),
    "treasury": ("国库", "treasury"),
    "fiscal_account": ("财政专户", "fiscal account"),
    "bank": ("银行", "bank"),
    "book": ("账簿", "book"),
    "books": ("账簿", "books"),
    "rule": ("规则", "rule"),
    "computed": ("计算值", "computed"),
    "closing": ("期末数", "closing"),
    "trial_balance": ("科目余额表", "trial balance"),
    "deposit_journal": ("财政专户日记账", "deposit journal"),
    "statistics": ("统计", "statistics"),
    "due": ("应缴", "due"),
    "arrived": ("到账", "arrived"),
}
_UNITS = {
    "persons": ("人", "persons"),
    "units": ("户", "units"),
    "yuan": ("元", "yuan"),
    "%": ("%", "%"),
    "points": ("百分点", "points"),
    "flag": ("", ""),
    "ratio": ("比率", "ratio"),
    "10 000 persons": ("万人", "10 000 persons"),
    "10 000 yuan": ("万元", "10 000 yuan"),
    "100 million yuan": ("亿元", "100 million yuan"),
}

KINDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "scheme": SCHEMES,
    "check": _CHECKS,
    "check_status": _CHECK_STATUSES,
    "party": _PARTIES,
    "unit": _UNITS,
}
