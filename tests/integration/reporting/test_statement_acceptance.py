"""Which publications their balance statements keep from being signed."""

from __future__ import annotations

import dataclasses

import psycopg
import pytest

from fundwatch.acts.signoff import approve, review
from fundwatch.errors import SignOffRefused
from reporting.publications.listing import publications
from reporting.snapshot.acceptance import statement_faults_of
from tests.integration.reporting.support import MONTH, publish_june
from tests.support import run_fundwatch

TABLES = """
    create table reconciliation.results (
        month text, check_name text, account_no text, status text, amount_a numeric(28, 2), division text,
        scheme text default '', subject text default 'account', for_month text default '',
        party_a text default 'bank', party_b text default 'books', amount_b numeric(28, 2),
        difference numeric(28, 2), items text default ''
    );
    create table reconciliation.statement_accounts (month text, account_no text, is_asked boolean);
    insert into site.versions (site_version) values ('v1')
"""


@pytest.fixture
def city(built):
    """A city with no statement yet."""
    with built.connect() as connection:
        connection.execute(TABLES)
    return built


def state(city, account: str, status: str, amount: str | None, *, is_asked: bool | None = True) -> None:
    """Keep a statement, and of its account whether one is asked; None keeps nothing of the account."""
    with city.connect() as connection:
        connection.execute(
            "insert into reconciliation.results (month, check_name, account_no, status, amount_a)"
            " values (%s, 'balance_statement', %s, %s, %s)",
            (MONTH, account, status, amount),
        )
        if is_asked is not None:
            connection.execute(
                "insert into reconciliation.statement_accounts values (%s, %s, %s), ('2024-05', %s, %s)",
                (MONTH, account, is_asked, account, not is_asked),
            )


def register(city, account: str, amount: str | None, *, month: str = MONTH) -> None:
    with city.connect() as connection:
        connection.execute(
            "insert into site.statement_register (account_no, month, form, closing_balance, _site_version,"
            " _row) select %s, %s, 'stamped', %s, 'v1', count(*) + 2 from site.statement_register",
            (account, month, amount),
        )


def faults(city) -> tuple[str, ...]:
    with city.connect() as connection:
        return statement_faults_of(connection, month=MONTH, site_version="v1")


@pytest.mark.parametrize("status", ["balanced", "old_items"])
def test_statement_in_order_has_a_register_entry_of_its_balance(city, status):
    state(city, "A", status, "10.00")
    assert faults(city) == ("A not_registered",)
    register(city, "A", "10.00", month="2024-05")
    assert faults(city) == ("A not_registered",)
    register(city, "A", "10.01")
    assert faults(city) == ("A other_balance",)
    register(city, "A", "10.0")
    assert faults(city) == ()
    register(city, "A", None)
    assert faults(city) == ("A no_balance",)


def test_statement_that_is_unbalanced_or_was_not_received_is_not_in_order(city):
    for account, status, amount in (("A", "unbalanced", "1"), ("B", "not_received", None)):
        state(city, account, status, amount)
    register(city, "A", "1")
    assert faults(city) == ("A unbalanced", "B not_received")


@pytest.mark.parametrize(("is_asked", "count"), [(True, 1), (False, 0), (None, 1)])
def test_statement_is_in_the_way_where_it_is_asked_or_nothing_was_kept_of_that(city, is_asked, count):
    state(city, "A", "not_received", None, is_asked=is_asked)
    assert len(faults(city)) == count


def test_publication_with_a_statement_not_in_order_is_reviewed_for_a_reason_and_never_approved(
    city, settings
):
    state(city, "A", "unbalanced", "1")
    register(city, "A", "1")
    publication = publish_june(city, settings)
    assert publication.statement_faults == ("A unbalanced",)
    signing = ("--as", "李复核", "--note", "figures checked")
    refused = run_fundwatch("review", "1", *signing, settings=settings, check=False)
    assert refused.returncode == 19
    assert "it is reviewed only with --reason: A unbalanced" in refused.stderr.decode()
    run_fundwatch("review", "1", *signing, "--reason", "银行已答复", settings=settings)
    with city.connect() as connection:
        [(note,)] = connection.execute("select note from ops.publications").fetchall()
        assert note == "figures checked / 银行已答复"
        [listed] = publications(connection)
        assert listed.waits_for == "statements in order"
    with pytest.raises(SignOffRefused, match="it cannot be approved: A unbalanced"):
        approve(city, number=1, name="张负责", note="released")


def test_summary_names_a_few_statements_not_in_order_and_counts_the_rest(city, settings):
    publication = publish_june(city, settings)
    for faults, shown in ((("A x", "B y", "C z"), "A x, B y, C z"), (tuple("ABCDE"), "A, B, C and 2 more")):
        counts = dataclasses.replace(publication, statement_faults=faults).counts()
        assert counts["statements not in order"].partition(" (")[0] == shown


def test_statements_put_in_order_make_another_publication_which_is_approved(city, settings):
    state(city, "A", "balanced", "1")
    publish_june(city, settings)
    register(city, "A", "1")
    corrected = publish_june(city, settings)
    assert (corrected.number, corrected.statement_faults) == (2, ())
    review(city, number=2, name="李复核")
    assert approve(city, number=2, name="张负责", note="released").state == "approved"


def test_database_refuses_what_the_sign_off_refuses(city, settings):
    state(city, "A", "balanced", "1")
    publish_june(city, settings)
    for change in ("statement_faults = '{}'", "state = 'reviewed', reviewer = '李', reviewed_at = now()"):
        with (
            city.connect() as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            connection.transaction(),
        ):
            connection.execute(f"update ops.publications set {change}")
    review(city, number=1, name="李复核", reason="银行已答复")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="not in order"),
        city.connect() as connection,
    ):
        connection.execute(
            "update ops.publications set state = 'approved', approver = '张', approved_at = now(),"
            " is_current = true"
        )


def test_site_without_a_bank_feed_publishes_without_statements(city, settings):
    state(city, "A", "not_received", None, is_asked=False)
    publish_june(city, settings)
    review(city, number=1, name="李复核")
    assert approve(city, number=1, name="张负责", note="released").state == "approved"
