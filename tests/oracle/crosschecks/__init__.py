"""The independent computation of every rule of the cross-checks, in plain Python.

:data:`RULES` names the function of each rule; :func:`points` gives what holds on the data of a month.
Points of class A and B alone: class D is the linkage model's.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.crosschecks import (
    bases,
    contributions,
    deaths,
    employers,
    identity,
    payments,
    pensions,
    retirement,
)
from tests.oracle.crosschecks.facts import Facts
from tests.oracle.crosschecks.points import Point
from tests.oracle.production import City

Rule = Callable[[Facts], list[Point]]
_FUNCTIONS: list[Rule] = [
    deaths.paid_after_death,
    deaths.dead_still_in_pay,
    deaths.dead_in_own_records,
    deaths.death_dates_differ,
    deaths.contribution_after_death,
    deaths.account_unsettled_after_death,
    identity.one_person_many_ids,
    identity.identity_rewritten,
    contributions.duplicate_enrolment,
    contributions.employee_and_resident,
    pensions.duplicate_pension,
    pensions.pension_across_schemes,
    pensions.pension_while_contributing,
    pensions.unemployment_while_contributing,
    deaths.unemployed_abroad_or_serving,
    pensions.injury_allowance_and_pension,
    payments.survivor_still_paid,
    pensions.several_death_benefits,
    retirement.retired_early,
    payments.age_over_limit,
    payments.payment_without_entitlement,
    payments.paid_differs_from_approved,
    payments.duplicate_payment,
    payments.paid_in_cash,
    payments.shared_account,
    payments.payee_name_mismatch,
    payments.returned_payment_open,
    payments.payment_swing,
    retirement.eligible_not_paid,
    bases.base_outside_limits,
    bases.base_changed_in_year,
    contributions.bulk_back_payment,
    employers.shell_employer,
    employers.wage_below_tax_base,
    payments.impostor_not_recovered,
    identity.same_hand,
]
RULES: dict[str, Rule] = {function.__name__: function for function in _FUNCTIONS}


def points(
    city: City, month: str, *, rules: list[str] | None = None, landed: tuple[str, ...] | None = None
) -> dict[tuple[str, str, str, str, str], Point]:
    """Compute the points of a month by :attr:`Point.key`.

    ``landed`` are the months whose production databases the warehouse read (None: all of them up to m).
    """
    facts = Facts(city, month, landed=landed)
    computed = [point for rule in rules or RULES for point in RULES[rule](facts)]
    by_key = {point.key: point for point in computed}
    assert len(by_key) == len(computed), "two points of one key"
    return by_key
