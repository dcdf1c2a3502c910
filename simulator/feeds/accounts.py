"""The funds' bank accounts: one of each kind per county and fund."""

from __future__ import annotations

from simulator import parameters

KINDS = ("income", "expenditure", "fiscal")
BANKS = ("中国工商银行大庆分行", "中国农业银行大庆分行", "中国建设银行大庆分行")


def account_no(county: int, fund: int, kind: str) -> str:
    """Return the number of one account."""
    return f"3500{parameters.COUNTIES[county]}{fund}{KINDS.index(kind) + 1}{county * 1000 + fund:06d}"


def register() -> list[tuple[str, str, int, str, str]]:
    """Return all accounts: number, division, fund, kind, bank."""
    return [
        (account_no(county, fund, kind), division, fund, kind, BANKS[place])
        for county, division in enumerate(parameters.COUNTIES)
        for fund in parameters.SCHEMES
        for place, kind in enumerate(KINDS)
    ]
