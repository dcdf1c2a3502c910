"""The files of the site's parameters, their columns in order, and the kind of each (``kinds``).

A ``!`` behind a kind: the cell may not be empty.
"""

from __future__ import annotations

_PERIOD = "valid_from:month valid_to:month"
_SPEC = {
    "divisions": "division:division! name_zh:text name_en:text level:level! parent:division",
    "average_wages": "division:division year:year wage_kind:code monthly_wage:number published_month:month",
    "contribution_limits": "division:division scheme:code identity:code wage_year:year wage_kind:code "
    f"floor_ratio:number cap_ratio:number floor:number cap:number {_PERIOD}",
    "contribution_rates": "division:division scheme:code identity:code risk_class:code employer_rate:number "
    f"person_rate:number {_PERIOD}",
    "contribution_deadlines": "division:division scheme:code months_after:count day:day_of_month",
    "retirement_ages": "scheme:code sex:code kind:code category:code identity:code birth_from:birth "
    "birth_to:birth months:count earliest_months:count latest_months:count min_paid_months:count "
    f"{_PERIOD}",
    "accounts": "account_no:code! division:division fund:code kind:account_kind bank:text opened_on:date "
    "closed_on:date agreement_no:text inspected_on:date",
    "account_whitelist": f"account_no:code! reason:text {_PERIOD}",
    "targets": "division:division scheme:code indicator:code year:year target_kind:target_kind "
    "target:number unit:text denominator:code printed_percent:number",
    "code_map": f"source:code class:code raw:text standard:code {_PERIOD}",
    "column_map": "source:code table:code raw_column:text standard_column:code",
    "thresholds": "metric:code table:code division:division low:number high:number target:number "
    f"severity:severity grace_months:count {_PERIOD} changed_by:text reason:text",
    "calendar": "event:code months_after:count day:day_of_month",
    "mortality": "sex:code age:count annual_rate:number",
    "senders": "feed:code format:code division:division public_key:key",
    "working_days": "day:date is_working:yes_no reason:text",
    "statement_register": "account_no:code! month:dashed_month! form:statement_form number:text "
    "received_on:date received_by:text closing_balance:number",
    "base_rules": "division:division scheme:code unit_kind:code unit_method:unit_method "
    "provisional:provisional trueup_months:count declare_by:month_day rounding:rounding "
    "valid_from:year valid_to:year",
    "base_documents": "division:division unit_kind:code document:code! name_zh:text name_en:text "
    "due:month_day valid_from:year valid_to:year",
    "form_head": f"form:code line:text! text_zh:text text_en:text {_PERIOD}",
}
# Read where it is needed: who may sign changes no figure, so it is no part of a version.
UNVERSIONED: dict[str, dict[str, str]] = {
    "operators": {"name": "text!", "display": "text", "division": "division"}
}
OPTIONAL = frozenset(
    {
        "contribution_deadlines", "account_whitelist", "code_map", "column_map", "mortality",
        "working_days", "statement_register", "base_rules", "base_documents", "form_head", "operators",
    }
)  # fmt: skip

# File -> column -> kind, a ``!`` behind it where the cell may not be empty.
DECLARED: dict[str, dict[str, str]] = {
    name: {(pair := item.partition(":"))[0]: pair[2] for item in columns.split()}
    for name, columns in _SPEC.items()
}
FILES: dict[str, tuple[str, ...]] = {name: tuple(columns) for name, columns in DECLARED.items()}
