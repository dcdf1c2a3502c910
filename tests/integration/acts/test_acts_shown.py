"""What a month's run lists is there for users once it is published, for whom it is shown to."""

from __future__ import annotations

import secrets

import pytest

from fundwatch.acts import reveals
from fundwatch.acts.case_steps import Act
from fundwatch.acts.cases import record_in
from fundwatch.acts.comments import comment_in
from fundwatch.acts.waivers import waive_in
from fundwatch.errors import NotFound
from tests.integration.acts.office import CITY, NORTH, Office


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
def test_an_issue_that_is_not_published_is_neither_revealed_nor_commented(office: Office, role: str) -> None:
    about, secret = f"issues/{office.list_issue()}", office.sign_in(role, NORTH)
    with pytest.raises(NotFound):
        reveals.reveal(lambda: office.acts(secret), about=about, reason="to call them")
    with pytest.raises(NotFound), office.acts(secret) as connection:
        comment_in(connection, about=about, text="seen")
    assert office.rows("select count(*) from portal.comments where about = %s", about) == [(0,)]


def test_an_issue_of_no_publication_is_not_waived(office: Office) -> None:
    issue, secret = office.list_issue(), office.sign_in("supervisor", CITY)
    with pytest.raises(NotFound), office.acts(secret) as connection:
        waive_in(connection, issue=issue, reason="known", until=None)


def test_a_case_that_is_not_published_takes_no_event_and_no_comment(office: Office) -> None:
    case, secret = secrets.token_hex(12), office.sign_in("auditor", NORTH)
    office.list_case(case)
    with pytest.raises(NotFound), office.acts(secret) as connection:
        record_in(connection, case=case, act=Act("dispatched"), after=0)
    with pytest.raises(NotFound), office.acts(secret) as connection:
        comment_in(connection, about=f"cases/{case}", text="seen")
