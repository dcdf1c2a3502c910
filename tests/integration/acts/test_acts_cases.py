"""Events of cases by users of the portal: in turn, in order, by different people."""

from __future__ import annotations

import secrets
import threading
from decimal import Decimal

import pytest

from fundwatch.acts.case_steps import FOLLOWS, Act
from fundwatch.acts.cases import record, record_in, standing_of
from fundwatch.errors import CaseMoved, NotFound, SamePerson, TransitionRefused, UsageWrong
from fundwatch.settings import Settings
from pipeline.forgetting import forget
from tests.integration.acts.office import CITY, JUNE, NORTH, Office

DISPATCHED = Act("dispatched")
VERIFIED = Act("verified", finding="dead", note="seen at the office")
DECIDED = Act("decided", decision="recover", outcome="fraud", amount=Decimal("2000.00"), note="as paid")
APPROVED = Act("approved", note="agreed")
JULY = "2024-07"


def stated(office: Office, secret: str, case: str) -> tuple[set[str], set[int]]:
    """Return the states that the portal and the command line give a case, and its last events."""
    with office.acts(secret, key="portal") as connection:
        rows = [
            *connection.execute("select * from portal.case_states(array[%s])", (case,)),
            *connection.execute("select * from portal.case_states() where case_id = %s", (case,)),
        ]
    assert len(rows) == 2
    with office.warehouse.connect() as connection:
        standing = standing_of(connection, case)
    return {standing.state, *(row["state_now"] for row in rows)}, {
        standing.number, *(row["last_event"] for row in rows),
    }  # fmt: skip


def test_steps_of_the_database_are_those_of_the_words(office: Office) -> None:
    steps = set(office.rows("select state, next_state from portal.case_steps"))
    assert steps == {(state, following) for state in FOLLOWS for following in FOLLOWS[state]}
    assert len(steps) > 5


def test_two_people_take_a_case_from_open_to_recovered(office: Office) -> None:
    case = office.case(NORTH)
    first, second = office.sign_in("auditor", NORTH), office.sign_in("auditor", CITY)
    acts = [
        (first, DISPATCHED), (first, VERIFIED), (first, DECIDED), (second, APPROVED),
        (second, Act("recovering", amount=Decimal("1500.00"), note="came back")),
        (second, Act("closed", note="done")),
    ]  # fmt: skip
    for seen, (secret, act) in enumerate(acts):
        with office.acts(secret) as connection:
            assert record_in(connection, case=case, act=act, after=seen).number == seen + 1
    assert office.rows("select state, outcome from crosschecks.cases where case_id = %s", case) == [
        ("closed", "fraud")
    ]


def test_of_two_who_record_at_once_one_is_told_that_the_case_moved(office: Office) -> None:
    case = office.case(NORTH)
    start, outcomes = threading.Barrier(4), []

    def act(secret: str) -> None:
        start.wait()
        try:
            with office.acts(secret) as connection:
                record_in(connection, case=case, act=DISPATCHED, after=0)
            outcomes.append("recorded")
        except CaseMoved:
            outcomes.append("moved")

    people = [threading.Thread(target=act, args=(office.sign_in("auditor", NORTH),)) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert sorted(outcomes) == ["moved", "moved", "moved", "recorded"]
    assert office.rows("select count(*) from ops.case_events where case_id = %s", case) == [(1,)]


def test_a_case_closed_by_a_month_that_is_forgotten_goes_on_where_it_was(office: Office) -> None:
    """It does so at the portal as at the command line, until the month is run again."""
    case, secret = office.case(NORTH), office.sign_in("auditor", NORTH)
    with office.acts(secret) as connection:
        record_in(connection, case=case, act=DISPATCHED, after=0)
    office.desk.list(JULY)
    assert stated(office, secret, case) == ({"closed"}, {2})
    with office.warehouse.connect() as connection:
        connection.execute("insert into ops.runs (step, month) values ('crosscheck', %s)", (JULY,))
    settings = Settings(home=office.warehouse.home, database_url=office.warehouse.url)
    forget(settings, month=JULY, name="王主任", reason="by mistake")
    assert stated(office, secret, case) == ({"dispatched"}, {2})
    with office.acts(secret) as connection:
        assert record_in(connection, case=case, act=VERIFIED, after=2).from_month == JUNE
    assert office.desk.state(JUNE, case) == "verified"
    with office.warehouse.connect() as connection:
        connection.execute("delete from ops.forgotten_months where month = %s", (JULY,))
    office.desk.list(JULY)
    assert stated(office, secret, case) == ({"closed"}, {3})


@pytest.mark.parametrize("after", [1, 7, -1])
def test_an_event_after_another_than_the_last_is_refused(office: Office, after: int) -> None:
    case = office.case(NORTH)
    with pytest.raises(CaseMoved), office.acts(office.sign_in("auditor", NORTH)) as connection:
        record_in(connection, case=case, act=DISPATCHED, after=after)


def test_a_user_names_the_last_event_seen_and_a_whole_id(office: Office) -> None:
    case, secret = office.case(NORTH), office.sign_in("auditor", NORTH)
    with pytest.raises(UsageWrong), office.acts(secret) as connection:
        record_in(connection, case=case, act=DISPATCHED)
    for part in (case[:-1], case[:4], "", "%", f"{case} ", case.upper() + "'"):
        with pytest.raises(NotFound), office.acts(secret) as connection:
            record_in(connection, case=part, act=DISPATCHED, after=0)


@pytest.mark.parametrize(
    "act", [VERIFIED, DECIDED, APPROVED, Act("closed", note="x")], ids=lambda act: act.to
)
def test_a_step_that_does_not_follow_is_refused(office: Office, act: Act) -> None:
    case = office.case(NORTH)
    with pytest.raises(TransitionRefused), office.acts(office.sign_in("auditor", NORTH)) as connection:
        record_in(connection, case=case, act=act, after=0)


@pytest.mark.parametrize(
    ("former", "shown"),
    [
        ("Émile Жук", "émile жук"),
        ("STRASSER", "straßer"),
        ("王明", "王\u200b明"),
        ("ΣΟΦΙΑΣ", "σοφιας"),
        ("王明", "王\u3164明"),
    ],
)
def test_an_approver_is_recognised_however_the_name_is_written(
    office: Office, former: str, shown: str
) -> None:
    """The database's collation is C, of which ``lower`` knows the letters of ASCII alone."""
    case = office.case(NORTH)
    secret = office.sign_in("auditor", NORTH, name=f"u{secrets.token_hex(4)}", display=shown)
    for seen, act in enumerate((DISPATCHED, VERIFIED, DECIDED)):
        record(office.warehouse, case=case, act=act, name=former, after=seen)
    with pytest.raises(SamePerson), office.acts(secret) as connection:
        record_in(connection, case=case, act=APPROVED, after=3)


@pytest.mark.parametrize(
    ("former", "approver"),
    [
        ("li.na", "user"),
        ("李娜", "user"),
        ("ＬＩ.ＮＡ", "user"),
        ("李 娜", "user"),
        ("user", "li.na"),
        ("user", "李娜"),
    ],
)
def test_an_approver_is_recognised_by_either_name(office: Office, former: str, approver: str) -> None:
    """Who verified at the command line under one name does not approve at the portal under the other."""
    case, secret = office.case(NORTH), office.sign_in("auditor", NORTH, name="li.na", display="李娜")

    def act_as(name: str, act: Act, seen: int) -> None:
        if name == "user":
            with office.acts(secret) as connection:
                record_in(connection, case=case, act=act, after=seen)
        else:
            record(office.warehouse, case=case, act=act, name=name)

    act_as("其他人", DISPATCHED, 0)
    act_as(former, VERIFIED, 1)
    act_as(former, DECIDED, 2)
    with pytest.raises(SamePerson):
        act_as(approver, APPROVED, 3)
    act_as("王批准", APPROVED, 3)
