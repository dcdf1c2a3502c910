"""The queue: the list of cases with the money that is likely behind each, by the precision of its rule."""

from __future__ import annotations

from dataclasses import replace

from fundwatch.case_yields import expected_precision
from portal.lists.catalogue import LISTS
from portal.lists.columns import Column
from portal.pages.lists import Filter, Head
from portal.presentation import segment

QUEUE_ORDER = "-expected_amount"
_ROWS = f"""(
    select
        cases.*,
        round(cases.amount * {expected_precision("rules.closed", "rules.confirmed")}, 2) as expected_amount
    from published.cases as cases
    left join portal.case_rules() as rules on rules.rule_id = cases.rule_id
)"""
_CASES = LISTS["cases"]
QUEUE = replace(_CASES, rows=_ROWS, columns=(*_CASES.columns, Column("expected_amount", "decimal")))


def heads(names: dict[str, str]) -> tuple[Head, ...]:
    """Return the columns of the queue on a page; ``names`` are those of the rules."""
    return (
        Head("case_id", "编号", "code", link=lambda row: f"/cases/{segment(row['case_id'])}"),
        Head("rule_id", "疑点类型", "told", told=names),
        Head("division", "地区", "division"),
        Head("scheme", "险种", "named", "scheme"),
        Head("person_id", "个人（单位、账户）", "code"),
        Head("match_class", "匹配类别"),
        Head("last_month", "最近月份"),
        Head("months", "月数", "count"),
        Head("amount", "涉及金额（元）", "yuan"),
        Head("expected_amount", "预期金额（元）", "yuan"),
        Head("state_now", "当前状态", "state", "case_state"),
    )


def filters(names: dict[str, str]) -> tuple[Filter, ...]:
    """Return the filters of the queue."""
    return (
        Filter("month", "月份", hint="如 2024-06"),
        Filter("division", "地区", is_division=True),
        Filter("scheme", "险种", "scheme"),
        Filter("rule_id", "疑点类型", choices=tuple(names.items())),
        Filter("state_now", "当前状态", "case_state"),
    )
