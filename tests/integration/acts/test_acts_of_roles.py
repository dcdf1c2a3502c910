"""Who may do what: every act, by every role on every kind of division, judged by the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import psycopg
import pytest

from fundwatch.acts import cases, comments, declarations, signoff, waivers
from fundwatch.acts.case_steps import Act
from fundwatch.errors import NotFound, NotPermitted
from tests.integration.acts.office import CITY, NORTH, PROVINCE, ROLES, SOUTH, Office

DONE, REFUSED, NOT_THERE = "done", "refused", "not there"
Doing = Callable[[psycopg.Connection], object]


def _event(office: Office) -> Doing:
    case = office.case(NORTH)
    return lambda connection: cases.record_in(connection, case=case, act=Act("dispatched"), after=0)


def _waiver(office: Office) -> Doing:
    issue = office.issue(NORTH)
    return lambda connection: waivers.waive_in(
        connection, issue=issue, reason="court file", until=date(2024, 12, 31)
    )


def _review(office: Office) -> Doing:
    number = office.draft()
    return lambda connection: signoff.review_in(connection, number=number)


def _approval(office: Office) -> Doing:
    number = office.draft()
    signoff.review(office.warehouse, number=number, name="李复核")
    return lambda connection: signoff.approve_in(connection, number=number, note="checked")


def _declaration(office: Office) -> Doing:
    return lambda connection: declarations.declare_in(
        connection, month="2024-06", item="backup", answer="yes", note="drill of 12 June"
    )


def _comment_on_case(office: Office) -> Doing:
    case = office.case(NORTH)
    return lambda connection: comments.comment_in(connection, about=f"cases/{case}", text="called the bank")


def _comment_on_issue(office: Office) -> Doing:
    issue = office.issue(NORTH)
    return lambda connection: comments.comment_in(connection, about=f"issues/{issue}", text="asked")


ABOVE = (NORTH, CITY, PROVINCE)
# Act -> what it is allowed to whom, and who sees its object without being allowed. All others see nothing.
MATRIX = {
    _event: ({("auditor", d) for d in ABOVE}, set()),
    _comment_on_case: ({("auditor", d) for d in ABOVE}, set()),
    _comment_on_issue: ({(r, d) for r in ("auditor", "supervisor") for d in ABOVE}, set()),
    _waiver: (
        {("supervisor", CITY), ("supervisor", PROVINCE)},
        {("supervisor", NORTH), *(("auditor", d) for d in ABOVE)},
    ),
    _review: (
        {("statistician", CITY), ("statistician", PROVINCE)},
        {("supervisor", CITY), ("supervisor", PROVINCE)},
    ),
    _approval: (
        {("supervisor", CITY), ("supervisor", PROVINCE)},
        {("statistician", CITY), ("statistician", PROVINCE)},
    ),
    _declaration: ({("supervisor", CITY), ("supervisor", PROVINCE)}, set()),
}
DIVISIONS = (PROVINCE, CITY, NORTH, SOUTH)


def outcome(office: Office, secret: str, doing: Doing) -> str:
    try:
        with office.acts(secret) as connection:
            doing(connection)
    except NotPermitted:
        return REFUSED
    except NotFound:
        return NOT_THERE
    return DONE


@pytest.mark.parametrize("division", DIVISIONS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.__name__.strip("_"))
def test_an_act_is_done_refused_or_about_nothing(office: Office, act, role: str, division: str) -> None:
    done, refused = MATRIX[act]
    expected = DONE if (role, division) in done else REFUSED if (role, division) in refused else NOT_THERE
    doing = act(office)
    before = office.rows("select count(*) from ops.audit")
    assert outcome(office, office.sign_in(role, division), doing) == expected
    entered = office.rows("select count(*) from ops.audit")[0][0] - before[0][0]
    assert entered == (expected == DONE)


@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.__name__.strip("_"))
def test_grants_do_not_add_up(office: Office, act) -> None:
    """Roles that may, where they may not see; sight, without the role that may."""
    secret = office.sign_in("engineer", CITY, name=(name := f"x{act.__name__.strip('_')}".replace("_", "-")))
    for role in ("supervisor", "auditor", "statistician"):
        office.sign_in(role, SOUTH, name=name)
    assert outcome(office, secret, act(office)) in (NOT_THERE, REFUSED)


@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.__name__.strip("_"))
def test_without_a_live_session_nothing_is_done(office: Office, act) -> None:
    doing = act(office)
    before = office.rows("select count(*) from ops.audit")
    assert outcome(office, "0" * 64, doing) == REFUSED
    assert office.rows("select count(*) from ops.audit") == before


def test_a_grant_taken_back_counts_from_the_next_act(office: Office) -> None:
    secret = office.sign_in("auditor", NORTH, name="leaver")
    assert outcome(office, secret, _event(office)) == DONE
    with office.warehouse.connect() as connection:
        connection.execute("delete from portal.grants where user_name = 'leaver'")
    assert outcome(office, secret, _event(office)) == NOT_THERE


def test_the_role_that_acts_reaches_no_table_itself(office: Office) -> None:
    with office.acts(office.sign_in("auditor", CITY)) as connection:
        reached = connection.execute(
            "select c.oid::regclass::text as relation, p.privilege"
            " from pg_class as c"
            " inner join pg_namespace as n on n.oid = c.relnamespace"
            " cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as p (privilege)"
            " where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^pg_'"
            " and n.nspname <> 'information_schema'"
            " and (has_table_privilege(c.oid, p.privilege) or p.privilege in ('SELECT', 'INSERT', 'UPDATE')"
            " and has_any_column_privilege(c.oid, p.privilege))"
        ).fetchall()
    assert [tuple(row.values()) for row in reached] == [("portal.readers", "SELECT")]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into ops.case_events (case_id, number) values ('x', 1)",
        "update crosschecks.cases set state = 'closed'",
        "delete from portal.grants",
        "select person_id from crosschecks.cases",
        "update ops.publications set state = 'approved'",
        "insert into ops.audit values ('cases', 1, now(), 'a', 'b', 'c', '{}', '', '')",
        "select portal.count_reveal('somebody', 'cases/x', 1, null, 1)",
        "select ops.raw_case('x')",
        "select portal.require_act('{auditor}', 'cases', null, false)",
    ],
)
def test_what_is_no_act_is_refused(office: Office, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        office.acts(office.sign_in("auditor", CITY)) as connection,
    ):
        connection.execute(statement)
