"""Sign-off by users of the portal: three different people, each once."""

from __future__ import annotations

import pytest

from fundwatch.acts.signoff import approve, approve_in, review, review_in
from fundwatch.errors import SamePerson, SignOffRefused, UsageWrong
from tests.integration.acts.office import CITY, Office


def test_a_draft_is_reviewed_and_approved_by_two_users(office: Office) -> None:
    number = office.draft()
    reviewer, approver = (
        office.sign_in("statistician", CITY, name="reader"),
        office.sign_in("supervisor", CITY),
    )
    with office.acts(reviewer) as connection:
        assert review_in(connection, number=number, note="compared")
    with office.acts(reviewer) as connection:
        assert not review_in(connection, number=number, note="compared")
    with office.acts(approver) as connection:
        assert approve_in(connection, number=number, note="ok")
    assert office.rows(
        "select state, is_current, reviewer, note from ops.publications where number = %s", number
    ) == [("approved", True, "reader", "compared / ok")]
    heads = office.rows(
        "select details::json -> 'heads' ->> 'publications', details::json ->> 'operator' from ops.audit"
        " where stream = 'publications' and object = %s", f"publication {number}",
    )  # fmt: skip
    assert heads == [(None, "portal")] * 2


def test_nothing_is_published_while_readers_are_not_kept_apart(office: Office) -> None:
    number, secret = office.draft(), office.sign_in("supervisor", CITY)
    review(office.warehouse, number=number, name="复核人乙")
    with office.warehouse.connect() as connection:
        connection.execute("alter table ops.publication_cells no force row level security")
    try:
        with pytest.raises(SignOffRefused, match="not forced"), office.acts(secret) as connection:
            approve_in(connection, number=number)
        with pytest.raises(SignOffRefused, match="not forced"):
            approve(office.warehouse, number=number, name="批准人乙")
    finally:
        with office.warehouse.connect() as connection:
            connection.execute("alter table ops.publication_cells force row level security")
    assert office.rows("select state from ops.publications where number = %s", number) == [("reviewed",)]
    with office.acts(secret) as connection:
        assert approve_in(connection, number=number)


def test_nobody_signs_twice_under_two_names(office: Office) -> None:
    number = office.draft(preparer="陈默")
    secret = office.sign_in("statistician", CITY, name="chen.mo", display="陈默")
    office.sign_in("supervisor", CITY, name="chen.mo")
    with pytest.raises(SamePerson), office.acts(secret) as connection:
        review_in(connection, number=number)
    review(office.warehouse, number=number, name="复核人")
    with pytest.raises(SamePerson), office.acts(secret) as connection:
        approve_in(connection, number=number)
    other = office.sign_in("supervisor", CITY, name="fu.he", display="复核人")
    with pytest.raises(SamePerson), office.acts(other) as connection:
        approve_in(connection, number=number)
    approve(office.warehouse, number=number, name="批准人")


def test_a_signed_publication_is_not_signed_by_another(office: Office) -> None:
    number = office.draft()
    review(office.warehouse, number=number, name="复核人甲")
    with pytest.raises(SignOffRefused), office.acts(office.sign_in("statistician", CITY)) as connection:
        review_in(connection, number=number)


@pytest.mark.parametrize("note", ["身份证 110105 19491231 002X", "a\tb", "x" * 2001])
def test_a_note_that_may_not_be_kept_is_refused(office: Office, note: str) -> None:
    number = office.draft()
    with pytest.raises(UsageWrong), office.acts(office.sign_in("statistician", CITY)) as connection:
        review_in(connection, number=number, note=note)
    assert office.rows("select state from ops.publications where number = %s", number) == [("draft",)]
