"""Matches by hand: two persons, what a statement shows of them, which months they concern."""

import json
from decimal import Decimal

import psycopg
import pytest

from pipeline.freshness import scope_of
from pipeline.inputs import read_inputs
from reconciliation import entries, read_review
from tests.integration.checked_city import VERSION
from tests.integration.statements.books import (
    JULY,
    JUNE,
    MAIN,
    MAY,
    name_of,
    reconcile_month,
    statement_of,
)
from tests.support import run_fundwatch

OF_MAY = name_of("bank__statement_entry", MAY, 2)
OF_OTHER = name_of("bank__statement_entry", MAY, 3)
BANK_50 = name_of("bank__statement_entry", JUNE, 1)
BOOK_49 = name_of("finance__deposit_journal", JUNE, 2)
BOOK_7 = name_of("finance__deposit_journal", JUNE, 3)
MATCHED_ALONE = {name_of("bank__statement_entry", MAY, 1), name_of("finance__deposit_journal", MAY, 3)}


@pytest.fixture
def fresh(make_books):
    """A city of a test's own; June was reconciled last."""
    return make_books()


def act(city, *arguments: str, fails: int = 0) -> dict | str:
    done = run_fundwatch(*arguments, "--json", settings=city.settings, check=False)
    assert done.returncode == fails, done.stderr.decode()
    return done.stderr.decode() if fails else json.loads(done.stdout)


def propose(city, *names: str, verb: str = "match") -> str:
    return str(act(city, verb, *names, "--as", "张三", "--reason", "少记一元")["match_id"])


def confirm(city, number: str) -> dict:
    return act(city, "match", "--confirm", number, "--as", "李四")


def settle(city, *names: str, verb: str = "match") -> str:
    number = propose(city, *names, verb=verb)
    confirm(city, number)
    return number


def matched(city, month: str = JUNE) -> dict[str, str]:
    """Entry -> the step that matched it, when the entries built last are matched for a month."""
    entries.match_entries(city.warehouse, month=month)
    return dict(city.rows("select entry_id, step from reconciliation.entry_matches"))


def input_of(city, month: str) -> str:
    scope = scope_of(city.settings, month=month, site_version=VERSION)
    with city.warehouse.connect(autocommit=True) as connection:
        return read_inputs(connection, scope)["reconciliation"]["hand matches"]


def test_match_has_no_effect_before_a_second_person_confirmed_it(fresh):
    before = matched(fresh), [input_of(fresh, month) for month in (MAY, JUNE, JULY)]
    number = propose(fresh, BANK_50, BOOK_49)
    assert (matched(fresh), [input_of(fresh, month) for month in (MAY, JUNE, JULY)]) == before
    refusal = act(fresh, "match", "--confirm", number, "--as", "张 三", fails=43)
    assert "is not confirmed by who proposed it" in refusal
    assert matched(fresh) == before[0]
    confirmed = confirm(fresh, number)
    assert (confirmed["state"], confirmed["from_month"]) == ("in_force", JUNE)
    assert matched(fresh) == dict.fromkeys(MATCHED_ALONE, "reference") | {BANK_50: "hand", BOOK_49: "hand"}
    assert confirm(fresh, number) == confirmed


def test_match_concerns_the_month_of_its_latest_entry_and_those_after_it(fresh):
    before = {month: input_of(fresh, month) for month in (MAY, JUNE, JULY)}
    settle(fresh, OF_MAY, BOOK_7)
    changed = [month for month in before if input_of(fresh, month) != before[month]]
    assert changed == [JUNE, JULY]
    assert set(matched(fresh, MAY)) == MATCHED_ALONE
    assert set(matched(fresh, JUNE)) == MATCHED_ALONE | {OF_MAY, BOOK_7}


def test_undoing_counts_once_a_second_person_confirmed_it_and_leaves_the_month_as_before(fresh):
    before = matched(fresh), input_of(fresh, JUNE)
    number = settle(fresh, BANK_50, BOOK_49)
    in_force = matched(fresh), input_of(fresh, JUNE)
    assert in_force != before
    undone = act(fresh, "unmatch", number, "--as", "李四", "--reason", "搞错了")
    assert undone["state"] == "undo_proposed"
    assert (matched(fresh), input_of(fresh, JUNE)) == in_force
    act(fresh, "match", "--confirm", number, "--as", "李四", fails=43)
    assert act(fresh, "match", "--confirm", number, "--as", "张三")["state"] == "undone"
    assert (matched(fresh), input_of(fresh, JUNE)) == before
    act(fresh, "unmatch", number, "--as", "李四", "--reason", "搞错了", fails=42)
    act(fresh, "match", "--confirm", number, "--as", "王五", fails=42)
    assert propose(fresh, BANK_50, BOOK_49) != number


def test_proposal_is_withdrawn_at_once(fresh):
    number = propose(fresh, BANK_50, BOOK_49)
    assert act(fresh, "unmatch", number, "--as", "张三", "--reason", "搞错了")["state"] == "withdrawn"
    act(fresh, "match", "--confirm", number, "--as", "李四", fails=42)


def test_match_by_hand_goes_before_every_step_of_the_matching(fresh):
    of_bank, of_books = sorted(
        MATCHED_ALONE, key=lambda name: name != name_of("bank__statement_entry", MAY, 1)
    )
    settle(fresh, of_bank, BOOK_49)
    assert matched(fresh) == {of_bank: "hand", BOOK_49: "hand"}
    settle(fresh, of_books, verb="write-off")
    assert matched(fresh) == {of_bank: "hand", BOOK_49: "hand", of_books: "written_off"}


def test_match_that_lacks_an_entry_holds_none_of_them_and_is_counted(fresh):
    settle(fresh, BANK_50, BOOK_49)
    with fresh.warehouse.connect() as connection:
        connection.execute("delete from reconciliation.bank_entries where entry_id = %s", (BANK_50,))
    assert set(matched(fresh)) == MATCHED_ALONE
    assert read_review(fresh.warehouse, month=JUNE).counts()["hand_matches_that_lack_an_entry"] == 1


@pytest.mark.parametrize(
    ("names", "verb", "code", "words"),
    [
        ((BANK_50, OF_OTHER), "match", 2, "the entries are not of one account"),
        ((BANK_50, BANK_50[:8]), "match", 2, "one entry alone is matched with nothing"),
        ((BANK_50, "0" * 16), "match", 18, "there is no entry of that name"),
        ((BANK_50, "%"), "match", 18, "there is no entry of that name"),
        (("0" * 16,), "write-off", 18, "there is no entry of that name"),
    ],
)
def test_match_is_refused_in_words(city, names, verb, code, words):
    refusal = act(city, verb, *names, "--as", "张三", "--reason", "x", fails=code)
    assert words in refusal
    assert act(city, "match") == []


def test_match_is_refused_for_a_name_that_several_entries_begin_with(fresh):
    twin = BANK_50[:6] + "0" * 10
    with fresh.warehouse.connect() as connection:
        connection.execute(
            "update reconciliation.book_entries set entry_id = %s where entry_id = %s", (twin, BOOK_7)
        )
    refusal = act(fresh, "write-off", BANK_50[:6], "--as", "张三", "--reason", "x", fails=27)
    assert BANK_50 in refusal
    assert twin in refusal


def test_match_is_refused_for_an_entry_of_another_one_whether_or_not_it_is_confirmed(fresh):
    number = propose(fresh, BANK_50, BOOK_49)
    for _ in range(2):
        refusal = act(fresh, "write-off", BANK_50, "--as", "王五", "--reason", "x", fails=42)
        assert f"hand match {number}" in refusal
        confirm(fresh, number)


def test_match_is_refused_without_a_reason_or_without_somebody(city):
    act(city, "match", BANK_50, BOOK_49, "--as", "张三", "--reason", " ", fails=19)
    act(city, "match", BANK_50, BOOK_49, "--as", "123", "--reason", "x", fails=19)
    act(city, "match", BANK_50, BOOK_49, "--reason", "x", fails=2)
    act(city, "match", "--confirm", "9", "--as", "李四", fails=18)


def test_acts_are_entered_in_the_audit_log_and_never_changed(fresh):
    number = settle(fresh, BANK_50, BOOK_49)
    entered = fresh.rows(
        "select actor, action, object from ops.audit where stream = 'matches' order by sequence"
    )
    assert entered == [
        ("张三", "match proposed", f"hand match {number}"),
        ("李四", "proposal confirmed", f"hand match {number}"),
    ]
    for statement in (
        "update ops.hand_matches set actor = 'x'",
        "delete from ops.hand_matches",
        "truncate ops.hand_matches",
        f"insert into ops.hand_matches (match_id, act, actor) values ({number}, 'confirm', '王五')",
    ):
        # A connection whose own commit is refused is not closed.
        with (
            fresh.warehouse.connect() as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            connection.transaction(),
        ):
            connection.execute(statement)


@pytest.fixture(scope="module")
def settled(make_books):
    """The city with a match and a write-off in force, and July reconciled."""
    city = make_books()
    numbers = settle(city, BANK_50, BOOK_49), settle(city, OF_MAY, verb="write-off")
    reconcile_month(city, JULY)
    return city, numbers


@pytest.mark.scenarios
def test_statement_shows_what_was_settled_by_hand_and_none_of_it_is_old(settled):
    city, _ = settled
    assert statement_of(city, JULY) == (
        "balanced", Decimal("0.50"),
        [
            ("booked_received_not_banked", Decimal("-7.50"), "PZ4"),
            ("hand_matched", Decimal("1.00"), "R2"),
            ("written_off", Decimal("7.00"), None),
        ],
    )  # fmt: skip


@pytest.mark.scenarios
def test_statement_command_names_the_hand_match_of_an_item(settled):
    city, (matching, writing_off) = settled
    stated = act(city, "statement", MAIN, "--month", JULY)
    numbers = {item["kind"]: (item["match_id"], item["is_old"]) for item in stated["items"]}
    assert numbers["hand_matched"] == (matching, False)
    assert numbers["written_off"] == (writing_off, False)
    printed = run_fundwatch("statement", MAIN, "--month", JULY, settings=city.settings).stdout.decode()
    assert f"hand_matched {matching}" in printed
    assert "settled by hand: 8.00" in printed


@pytest.mark.scenarios
def test_hand_matches_are_listed(settled):
    city, (matching, writing_off) = settled
    listed = {str(match["match_id"]): match for match in act(city, "match")}
    assert set(listed) == {matching, writing_off}
    assert (listed[writing_off]["kind"], listed[writing_off]["from_month"]) == ("write_off", MAY)
    assert f"{BANK_50}" in run_fundwatch("match", settings=city.settings).stdout.decode()
