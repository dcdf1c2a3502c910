"""The rules of the cross-checks by their names, with what became of their points in a user's divisions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundwatch.case_yields import ENOUGH_CLOSED, precision_of
from portal.visits import Publication, Visit

STATES = (
    "candidate", "open", "dispatched", "verified", "decided", "approved", "recovering", "closed", "withdrawn",
)  # fmt: skip
_RULES = "select * from portal.case_rules() order by rule_id"
_RAISED = "select rule_id, raised from portal.cases_raised()"
_COUNTS = """
    select division, rule_id, state, sum(cases)::bigint as cases, sum(amount) as amount
    from published.{view}
    where publication = %(publication)s
    group by division, rule_id, state
    order by rule_id, division
"""


@dataclass(frozen=True)
class Rule:
    """One rule: its texts, and what became of its points; ``precision`` is None while none is closed."""

    rule_id: str
    label_zh: str
    label_en: str
    meaning_zh: str
    meaning_en: str
    severity: str
    closed: int
    confirmed: int
    amount_confirmed: Decimal
    amount_recovered: Decimal

    @property
    def precision(self) -> Decimal | None:
        """Confirmed ÷ closed, four places."""
        return precision_of(closed=self.closed, confirmed=self.confirmed)

    @property
    def is_measured(self) -> bool:
        """Whether enough are closed for the precision to order the queue."""
        return self.closed >= ENOUGH_CLOSED


def rules(visit: Visit) -> list[Rule]:
    """Return the rules that the cross-checks have, by their ids."""
    return [Rule(**row) for row in visit.rows(_RULES)]


def rules_by_id(visit: Visit) -> dict[str, Rule]:
    """Return the rules by their ids."""
    return {rule.rule_id: rule for rule in rules(visit)}


def rule_names(visit: Visit) -> dict[str, str]:
    """Return id -> name of each rule in the language of the visit."""
    return {rule.rule_id: rule.label_zh if visit.language == "zh" else rule.label_en for rule in rules(visit)}


def raised(visit: Visit) -> dict[str, int]:
    """Return rule -> number of points it ever raised in the divisions one sees."""
    return {row["rule_id"]: row["raised"] for row in visit.rows(_RAISED)}


def counts(visit: Visit, publication: Publication) -> list[dict[str, Any]]:
    """Return points and their amount by rule, division and state, of the divisions one sees."""
    view = "draft_case_counts" if publication.is_draft else "case_counts"
    return visit.rows(_COUNTS.format(view=view), {"publication": publication.number})
