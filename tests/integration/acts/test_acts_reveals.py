"""Personal values: shown for a reason, to who reads them, entered before they leave, so many an hour."""

from __future__ import annotations

import json
import threading
from contextlib import suppress

import psycopg
import pytest

from fundwatch import audit
from fundwatch.acts import entries, reveals
from fundwatch.errors import AuditUnavailable, NotFound, NotPermitted, QuotaExceeded, UsageWrong
from fundwatch.numbers import identity
from tests.integration.acts.office import (
    CANARY,
    CANARY_NAME,
    CITY,
    NORTH,
    PROVINCE,
    ROLES,
    SOUTH,
    Office,
)  # fmt: skip

ENTERED = "select count(*) from ops.audit where stream = 'reveals'"


def seen_by(office: Office, secret: str, about: str, **said) -> dict:
    return dict(reveals.reveal(lambda: office.acts(secret), about=about, reason="call to the bank", **said))


def found_by(office: Office, role: str, division: str, number: str) -> list[str]:
    secret = office.sign_in(role, division)
    return reveals.find_cases(lambda: office.acts(secret), identity_number=number)


def test_a_case_is_shown_as_it_is_stored(office: Office) -> None:
    case = office.published_case(NORTH)
    shown = seen_by(office, office.sign_in("auditor", NORTH), f"cases/{case}")
    assert (shown["person_id"], shown["persons"][0]["identity_number"]) == (CANARY, CANARY)
    assert shown["persons"][0]["name"] == CANARY_NAME
    assert shown["evidence"][0]["key"] == f"{CANARY}|P5"
    assert shown["evidence_lines"][0]["fields"] == {"aac002": CANARY}


@pytest.mark.parametrize("division", [PROVINCE, CITY, NORTH, SOUTH])
@pytest.mark.parametrize("role", ROLES)
def test_only_who_reads_the_object_is_shown_its_values(office: Office, role: str, division: str) -> None:
    case, issue = office.published_case(NORTH), office.issue(NORTH)
    secret = office.sign_in(role, division)
    for about, readers in ((f"cases/{case}", {"auditor"}), (f"issues/{issue}", {"auditor", "supervisor"})):
        before = office.rows(ENTERED)[0][0]
        if role in readers and division != SOUTH:
            assert CANARY in json.dumps(seen_by(office, secret, about))
            assert office.rows(ENTERED)[0][0] == before + 1
        else:
            with pytest.raises(NotFound):
                seen_by(office, secret, about)
            assert office.rows(ENTERED)[0][0] == before


@pytest.mark.parametrize("about", ["cases/nothing", "issues/", "persons/P", "", "cases/%", "cases/x/y"])
def test_what_is_not_there_is_not_shown(office: Office, about: str) -> None:
    with pytest.raises(NotFound):
        seen_by(office, office.sign_in("auditor", CITY), about)


@pytest.mark.parametrize("reason", ["", " ", "身份证11010519491231002X", "x" * 2001, "a\nb"])
def test_without_a_reason_that_may_be_kept_nothing_is_shown(office: Office, reason: str) -> None:
    case, secret = office.published_case(NORTH), office.sign_in("auditor", NORTH)
    with pytest.raises(UsageWrong):
        reveals.reveal(lambda: office.acts(secret), about=f"cases/{case}", reason=reason)


def test_values_leave_only_after_their_entry_is_committed(office: Office) -> None:
    case, secret = office.published_case(NORTH), office.sign_in("auditor", NORTH)
    with office.acts(secret) as connection:
        made = connection.execute(
            "select portal.enter_reveal(%s, 'why', 2000) as id", (f"cases/{case}",)
        ).fetchone()["id"]
        with pytest.raises(psycopg.Error, match="not entered"), connection.transaction():
            connection.execute("select portal.revealed(%s)", (made,))
        connection.rollback()
    with pytest.raises(psycopg.Error, match="not entered"), office.acts(secret) as connection:
        connection.execute("select portal.revealed(%s)", (made,))


def test_what_was_entered_is_shown_once_and_to_nobody_else(office: Office) -> None:
    case, secret = office.published_case(NORTH), office.sign_in("auditor", NORTH)
    with office.acts(secret) as connection:
        query = "select portal.enter_reveal(%s, 'why', 2000) as id"
        made = connection.execute(query, (f"cases/{case}",)).fetchone()["id"]
    with (
        pytest.raises(psycopg.Error, match="not entered"),
        office.acts(office.sign_in("auditor", NORTH)) as connection,
    ):
        connection.execute("select portal.revealed(%s)", (made,))
    with office.acts(secret) as connection:
        assert connection.execute("select portal.revealed(%s)", (made,)).fetchone()
    with pytest.raises(psycopg.Error, match="shown before"), office.acts(secret) as connection:
        connection.execute("select portal.revealed(%s)", (made,))


def test_nothing_is_shown_while_the_log_cannot_be_written(office: Office) -> None:
    case, secret = office.published_case(NORTH), office.sign_in("auditor", NORTH)
    before = office.rows("select count(*) from portal.reveals")
    with office.unwritable_log():
        with pytest.raises(AuditUnavailable):
            seen_by(office, secret, f"cases/{case}")
        with pytest.raises(AuditUnavailable):
            reveals.find_cases(lambda: office.acts(secret), identity_number=CANARY)
        with pytest.raises(AuditUnavailable), office.acts(secret) as connection:
            entries.enter_export(connection, what="cases")
    assert office.rows("select count(*) from portal.reveals") == before


def test_cases_of_a_number_are_those_in_scope_and_the_number_is_nowhere(office: Office) -> None:
    number = f"13010219880214112{identity.check_character('13010219880214112')}"
    north, south = (office.published_case(d, person="P-1", number=number) for d in (NORTH, SOUTH))
    cases = {
        division: found_by(office, "auditor", division, written)
        for division, written in ((NORTH, number.lower()), (SOUTH, f" {number} "), (CITY, number))
    }
    assert cases == {NORTH: [north], SOUTH: [south], CITY: sorted([north, south])}
    for role in ("supervisor", "statistician", "engineer", "admin"):
        with pytest.raises(NotFound):
            found_by(office, role, CITY, number)
    kept = office.rows("select r::text from portal.reveals as r")
    assert kept
    assert not [row for row in kept if number in str(row)]


@pytest.mark.parametrize("number", ["", "1", "11010519491231002", "110105194912310021", "%", "'--"])
def test_what_is_no_number_is_not_looked_for(office: Office, number: str) -> None:
    secret = office.sign_in("auditor", CITY)
    with pytest.raises(UsageWrong):
        reveals.find_cases(lambda: office.acts(secret), identity_number=number)


def test_a_user_is_shown_so_many_rows_an_hour_even_at_once(office: Office) -> None:
    issues = [office.issue(NORTH) for _ in range(8)]
    secret = office.sign_in("auditor", NORTH, name="busy")
    start, shown = threading.Barrier(len(issues)), []

    def act(issue: str) -> None:
        start.wait()
        with suppress(QuotaExceeded):
            shown.append(seen_by(office, secret, f"issues/{issue}", hourly=3))

    people = [threading.Thread(target=act, args=(issue,)) for issue in issues]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert len(shown) == 3
    with pytest.raises(QuotaExceeded), office.acts(secret) as connection:
        entries.enter_export(connection, what="cases", personal_rows=1, reason="why", hourly=3)
    with office.warehouse.connect() as connection:
        connection.execute(
            "update portal.reveals set at = at - interval '61 minutes' where user_name = 'busy'"
        )
    assert seen_by(office, secret, f"issues/{issues[0]}", hourly=3)


def test_an_export_with_personal_values_takes_no_more_rows_than_were_entered(office: Office) -> None:
    cases = [office.published_case(NORTH), office.published_case(SOUTH)]
    numbers = dict(office.rows("select case_id, number from ops.publication_cases"))
    secret = office.sign_in("auditor", NORTH)
    with office.acts(secret) as connection:
        made = entries.enter_export(
            connection, what="cases", personal_rows=2, reason="audit of June", details={"format": "csv"}
        )
        with pytest.raises(NotFound):
            reveals.revealed_cells(connection, reveal_id=made, publication=numbers[cases[0]], ids=cases[:1])
    with office.acts(secret) as connection:
        first = reveals.revealed_cells(
            connection, reveal_id=made, publication=numbers[cases[0]], ids=cases[:1]
        )
        assert first[cases[0]]["person_id"] == CANARY
    with office.acts(secret) as connection:
        assert not reveals.revealed_cells(
            connection, reveal_id=made, publication=numbers[cases[1]], ids=cases[1:]
        )
    with pytest.raises(QuotaExceeded), office.acts(secret) as connection:
        reveals.revealed_cells(connection, reveal_id=made, publication=numbers[cases[0]], ids=cases[:1])


@pytest.mark.parametrize(("what", "reason"), [("cases", ""), ("figures", "why"), ("persons", "why")])
def test_personal_rows_are_of_a_list_that_has_them_and_for_a_reason(
    office: Office, what: str, reason: str
) -> None:
    with (
        pytest.raises((NotFound, UsageWrong)),
        office.acts(office.sign_in("auditor", CITY)) as connection,
    ):
        entries.enter_export(connection, what=what, reason=reason, personal_rows=1)


def test_equal_refusals_of_a_minute_are_one_entry(office: Office) -> None:
    secret = office.sign_in("engineer", CITY, name="curious")
    for about in ("/cases/{case_id}",) * 3 + ("/issues/{issue_id}",):
        with office.acts(secret) as connection:
            entries.deny(connection, action="not-found", about=about)
    with office.warehouse.connect() as connection:
        connection.execute("update portal.denials set minute = minute - interval '1 minute'")
    with office.acts("0" * 64) as connection:
        assert entries.flush_denials(connection) == 2
    with office.acts("0" * 64) as connection:
        assert entries.flush_denials(connection) == 0
    query = "select object, details::json ->> 'times' from ops.audit where actor = 'curious'"
    assert sorted(office.rows(query)) == [("/cases/{case_id}", "3"), ("/issues/{issue_id}", "1")]


def test_an_export_needs_a_session(office: Office) -> None:
    with pytest.raises(NotPermitted), office.acts("0" * 64) as connection:
        entries.enter_export(connection, what="figures")


def test_the_log_holds_no_value_after_all_that(office: Office) -> None:
    case, secret = office.published_case(NORTH), office.sign_in("auditor", NORTH)
    seen_by(office, secret, f"cases/{case}")
    reveals.find_cases(lambda: office.acts(secret), identity_number=CANARY)
    with office.warehouse.connect() as connection:
        log = json.dumps(
            [vars(entry) for entry in audit.entries(connection)], default=str, ensure_ascii=False
        )
        assert case in log
        assert CANARY not in log
        assert CANARY_NAME not in log
        assert [v.fault for v in audit.verify(connection, anchors={}) if v.fault] == []
