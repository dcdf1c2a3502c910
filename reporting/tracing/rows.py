"""The rows behind each measure, as statements over the business ledgers.

Every statement yields the columns of ``COLUMNS``. The months are written into it, which is safe (they are
checked), so that a statement may use two of them; all else is bound.
"""

from __future__ import annotations

from collections.abc import Callable

from reporting.tracing.scope import ALL, PENSIONS, RETIRED_BY, Scope

COLUMNS = (
    "measure", "table_name", "row_key", "division", "scheme", "person_id", "employer_id", "kind",
    "booked_month", "for_month", "amount", "source_file_id", "source_row",
)  # fmt: skip

# Replacements for columns that a ledger does not have.
_REPLACED = {
    "enrolments": {"kind": "status", "booked_month": "null::text", "for_month": "first_insured_month"},
    "entitlements": {"employer_id": "null::text", "booked_month": "null::text", "for_month": "first_month"},
    "payments": {"employer_id": "null::text"},
    "unit_contributions": {"person_id": "null::text", "kind": "'10'"},
}
_BACK = "(coalesce(r.kind, '') in ('31', '32') or r.for_month < r.booked_month)"
_IN_BOOKS = "r.booked_month is not null and r.for_month is not null"
_OF_KIND = "coalesce(r.kind, 'unknown') = %(kind)s"
# Five-year bands of completed years at month end; 29 February turns a year on 1 March.
_BAND_OF = """'sex=' || coalesce(p.sex, '9') || ';age=' || case
    when p.birth_on <= {last_day} then
        (extract(year from age({last_day}, p.birth_on))::integer / 5 * 5)::text || '-'
        || (extract(year from age({last_day}, p.birth_on))::integer / 5 * 5 + 4)::text
    else 'unknown'
end"""
_BAND = """exists (
    select from business_ledger.persons as p
    where p.person_id = r.person_id and {is_current} and {band} = %(band)s
)"""


def rows_behind(measure: str, scope: Scope) -> str:
    """Return the statement of a measure's rows; bind ``scope.bound``."""
    return _MEASURES[measure](scope)


def band_of_person(month: str) -> str:
    """Return the statement of the breakdown a person falls into by sex and age; bind ``person``."""
    return (
        f"select {_band_in(month)} from business_ledger.persons as p"
        f" where p.person_id = %(person)s and {_is_current('p', month)}"
    )


def counts_persons(measure: str) -> bool:
    """Return whether a measure counts distinct persons; otherwise it sums amounts."""
    return measure in _PERSONS


def measures() -> tuple[str, ...]:
    """Return the names of all measures that rows are selected for."""
    return tuple(_MEASURES)


def _ledger(measure: str, table: str, scope: Scope, where: str, *, amount: str = "null::numeric") -> str:
    """Return the rows of a ledger current in the month and in scope that meet a condition."""
    names = _REPLACED.get(table, {})
    columns = ", ".join(
        f"{_qualified(names.get(name, name))} as {name}"
        for name in ("division", "scheme", "person_id", "employer_id", "kind", "booked_month", "for_month")
    )
    conditions = [_is_current("r", scope.month), "r.division is not null", "r.scheme is not null", where]
    conditions += _narrowed(table, scope)
    return (
        f"select '{measure}' as measure, '{table}' as table_name, r.row_key, {columns},"
        f" {amount} as amount, r.source_file_id, r.source_row"
        f" from business_ledger.{table} as r where {' and '.join(conditions)}"
    )


def _narrowed(table: str, scope: Scope) -> list[str]:
    conditions = []
    if scope.scheme != ALL:
        conditions.append("r.scheme = %(scheme)s")
    if scope.divisions is not None:
        conditions.append("r.division = any(%(divisions)s)")
    if scope.person is not None:
        conditions.append("false" if table == "unit_contributions" else "r.person_id = %(person)s")
    if scope.employer is not None:
        has_none = table in ("entitlements", "payments")
        conditions.append("false" if has_none else "r.employer_id = %(employer)s")
    if scope.breakdown.startswith("kind="):
        conditions.append(_OF_KIND)
    elif scope.breakdown:
        conditions.append(_BAND.format(is_current=_is_current("p", scope.month), band=_band_in(scope.month)))
    return conditions


def _band_in(month: str) -> str:
    return _BAND_OF.format(last_day=f"(date '{month}-01' + interval '1 month' - interval '1 day')::date")


def _qualified(expression: str) -> str:
    return f"r.{expression}" if expression.isidentifier() else expression


def _is_current(alias: str, month: str) -> str:
    return (
        f"{alias}.valid_from_batch <= '{month}'"
        f" and ({alias}.valid_to_batch is null or {alias}.valid_to_batch > '{month}')"
    )


def _within(column: str, scope: Scope) -> str:
    return f"r.{column} between '{scope.first_month}' and '{scope.month}'"


def _both(measure: str, scope: Scope, *, persons: str, units: str, amount: str) -> str:
    """Return the contributions of persons and of employers as units."""
    parts = [
        _ledger(measure, "contributions", scope, f"{_IN_BOOKS} and {persons}", amount=amount),
        _ledger(measure, "unit_contributions", scope, f"{_IN_BOOKS} and {units}", amount=amount),
    ]
    return " union all ".join(parts)


def _due(measure: str, scope: Scope) -> str:
    months = _within("for_month", scope)
    return _both(measure, scope, persons=f"r.kind = '10' and {months}", units=months, amount="r.due_amount")


def _received(persons: str, units: str) -> Callable[[str, Scope], str]:
    def statement(measure: str, scope: Scope) -> str:
        booked = f"r.has_arrived and {_within('booked_month', scope)}"
        return _both(
            measure, scope, persons=f"{booked} and {persons}", units=f"{booked} and {units}",
            amount="r.received_amount",
        )  # fmt: skip

    return statement


def _bases(amount: str) -> Callable[[str, Scope], str]:
    def statement(measure: str, scope: Scope) -> str:
        where = f"{_IN_BOOKS} and r.kind = '10' and {_within('for_month', scope)}"
        return _ledger(measure, "contributions", scope, where, amount=amount)

    return statement


def _payments(where: str) -> Callable[[str, Scope], str]:
    def statement(measure: str, scope: Scope) -> str:
        condition = f"r.for_month is not null and {_within('booked_month', scope)} and {where}"
        return _ledger(measure, "payments", scope, condition, amount="r.payment_amount")

    return statement


def _new_enrolments(measure: str, scope: Scope) -> str:
    return _ledger(measure, "enrolments", scope, _within("first_insured_month", scope))


def _suspended(measure: str, scope: Scope) -> str:
    return _ledger(measure, "enrolments", scope, "r.status = '2'")


def _contributing(measure: str, scope: Scope) -> str:
    where = f"r.has_arrived and r.kind = '10' and {_IN_BOOKS} and {_within('for_month', scope)}"
    return _ledger(measure, "contributions", scope, where, amount="r.received_amount")


def _draws_pension(alias: str, scope: Scope, schemes: str) -> str:
    return (
        f"{_is_current(alias, scope.month)} and {alias}.kind in ('01', '02', '03')"
        f" and {alias}.status in ('1', '2') and {alias}.first_month <= '{scope.month}'"
        f" and {alias}.division is not null and {alias}.scheme in ({schemes})"
    )


def _pensions_of(person: str, scope: Scope, schemes: str) -> str:
    return (
        f"select from business_ledger.entitlements as t where t.person_id = {person}.person_id"
        f" and {_draws_pension('t', scope, schemes)}"
    )


def _listed(schemes: tuple[str, ...]) -> str:
    return ", ".join(f"'{scheme}'" for scheme in schemes)


def _is_retired(scope: Scope) -> str:
    """Return the condition that the person of ``r`` is retired in its scheme, or for ALL anywhere."""
    if scope.scheme == ALL:
        return f"exists ({_pensions_of('r', scope, _listed(PENSIONS))})"
    pensions = RETIRED_BY.get(scope.scheme)
    return f"exists ({_pensions_of('r', scope, _listed(pensions))})" if pensions else "false"


def _arrived_before(person: str, scope: Scope) -> str:
    return (
        f"c.person_id = {person}.person_id and c.scheme = {person}.scheme and {_is_current('c', scope.month)}"
        f" and c.has_arrived and c.for_month <= '{scope.month}' and c.booked_month is not null"
        " and c.division is not null"
    )


def _workers(measure: str, scope: Scope) -> str:
    """Active or suspended enrolments of persons who contributed in the scheme and are not retired in it."""
    where = (
        "r.status in ('1', '2')"
        f" and exists (select from business_ledger.contributions as c where {_arrived_before('r', scope)})"
        f" and not {_is_retired(scope)}"
    )
    return _ledger(measure, "enrolments", scope, where)


def _retirees(measure: str, scope: Scope) -> str:
    """Pensions in payment or paused; for the medical schemes the enrolments of pensioners."""
    own = _ledger(measure, "entitlements", scope, _draws_pension("r", scope, _listed(PENSIONS)))
    pensions = _pensions_of("r", scope, _listed(RETIRED_BY["310"]))
    where = f"r.scheme in ('310', '390') and r.status in ('1', '2') and exists ({pensions})"
    return f"{own} union all {_ledger(measure, 'enrolments', scope, where)}"


def _insured(scope: Scope) -> str:
    return f"{_workers('insured_workers', scope)} union all {_retirees('insured_retirees', scope)}"


def _moved(measure: str, scope: Scope) -> str:
    """Rows of persons insured now and not a month ago; for ``left``, the reverse."""
    now, before = scope, scope.month_before
    if measure == "left":
        now, before = before, now
    columns = ", ".join(f"i.{name}" for name in COLUMNS[1:])
    return (
        f"select '{measure}' as measure, {columns} from ({_insured(now)}) as i"
        f" where not exists (select from ({_insured(before)}) as b where b.person_id = i.person_id)"
    )


def _arrears(measure: str, scope: Scope) -> str:
    """Every row of an employer and month with more due than arrived; amounts are what is still due.

    The division is the employer's, so rows are filtered by employer, not by their own division.
    """
    open_scope = Scope(scope.month, scope.scheme, employer=scope.employer)
    employers = (
        "select e.employer_id, e.division from business_ledger.employers as e"
        f" where {_is_current('e', scope.month)} and e.division is not null"
        + ("" if scope.divisions is None else " and e.division = any(%(divisions)s)")
    )
    owed = (
        f"{_IN_BOOKS} and r.for_month <= '{scope.month}'"
        f" and r.employer_id in (select e.employer_id from ({employers}) as e)"
    )
    amount = "r.due_amount - r.received_amount"
    of_employees = f"{owed} and r.is_employee and coalesce(r.kind, '') <> '32'"
    rows = " union all ".join(
        (
            _ledger(measure, "contributions", open_scope, of_employees, amount=amount),
            _ledger(measure, "unit_contributions", open_scope, owed, amount=amount),
        )
    )
    in_arrears = (
        f"select o.employer_id, o.scheme, o.for_month from ({rows}) as o"
        " group by o.employer_id, o.scheme, o.for_month having sum(o.amount) > 0"
    )
    mine = "" if scope.person is None else " where b.person_id = %(person)s"
    columns = ", ".join("e.division" if name == "division" else f"b.{name}" for name in COLUMNS)
    return (
        f"select {columns} from ({rows}) as b inner join ({in_arrears}) as a on a.employer_id = b.employer_id"
        " and a.scheme = b.scheme and a.for_month = b.for_month"
        f" inner join ({employers}) as e on e.employer_id = b.employer_id{mine}"
    )


def _for_units(condition: str) -> str:
    return f"r.for_month {condition} r.booked_month"


_STATEMENTS: dict[str, Callable[[str, Scope], str]] = {
    "insured_workers": _workers,
    "insured_retirees": _retirees,
    "suspended_persons": _suspended,
    "new_enrolments": _new_enrolments,
    "contributing_persons": _contributing,
    "contributions_due": _due,
    "contributions_received_current": _received(
        "r.kind = '10' and r.for_month = r.booked_month", _for_units("=")
    ),
    "contributions_received_back": _received(_BACK, _for_units("<")),
    "contributions_received_advance": _received(
        f"r.for_month > r.booked_month and not {_BACK}", _for_units(">")
    ),
    "arrears": _arrears,
    "arrears_cleared": _received(f"r.kind = '10' and r.is_employee and {_BACK}", _for_units("<")),
    "contribution_base": _bases("coalesce(r.base_amount, 0)"),
    "contribution_rows": _bases("1::numeric"),
    "beneficiaries_paid": _payments("r.is_paid"),
    "benefits_paid": _payments("r.is_paid"),
    "benefits_payable": _payments("r.result in ('0', '1', '2')"),
    "benefits_paid_socialised": _payments("r.is_paid and r.channel in ('1', '2')"),
    "entered": _moved,
    "left": _moved,
}
_MEASURES = {
    name: (lambda scope, name=name, statement=statement: statement(name, scope))
    for name, statement in _STATEMENTS.items()
}
_PERSONS = frozenset({
    "insured_workers", "insured_retirees", "suspended_persons", "new_enrolments", "contributing_persons",
    "beneficiaries_paid", "entered", "left",
})  # fmt: skip
