"""Which product waits, when a month is settled, and which months a landing announces."""

import pytest

from pipeline import code_version, steps
from pipeline.freshness import is_settled, months_to_announce
from pipeline.task import open_context, records_of
from tests.dags.built import DRAFT, build, build_all, state
from tests.dags.records import MONTH, land, load_file


def test_product_waits_for_the_inputs_that_are_missing(settings, connection):
    land(connection, "production", "tax")
    build(settings, "ledgers")
    assert state(settings, "reconciliation").waits_for == ("bank", "finance", "declaration")
    assert state(settings, "cases").waits_for == ("civil_registry", "bank", "declaration")


def test_publication_waits_until_rates_and_cases_are_of_the_same_ledgers(built):
    build(built, "ledgers", force=True)
    build(built, "cases")
    assert state(built, "publication").waits_for == ("quality",)
    assert state(built, "quality").waits_for == ("reconciliation",)


def test_product_does_not_wait_for_what_nothing_announces(built, monkeypatch):
    """New code makes every product due, and wakes none of them."""
    monkeypatch.setattr(code_version, "environment_hash", lambda: "upgraded")
    assert state(built, "publication").waits_for == ()


def test_month_is_not_settled_while_a_step_is_due_that_a_landing_has_woken(built, monkeypatch):
    assert is_settled(records_of(built, month=MONTH))
    known = code_version.package_hash
    monkeypatch.setattr(
        code_version, "package_hash", lambda name: "changed" if name == "dbt_project" else known(name)
    )
    assert not is_settled(records_of(built, month=MONTH))
    for product in ("ledgers", "reconciliation", "cases", "quality"):
        build(built, product)
        assert not is_settled(records_of(built, month=MONTH))
    build(built, "publication")
    assert is_settled(records_of(built, month=MONTH))


def announced(settings, connection, feed: str, *, month: str = MONTH) -> list[str]:
    version = open_context(settings, month=month).site_version
    return months_to_announce(connection, feed, month=month, settings=settings, site_version=version)


def test_first_landing_of_a_month_is_announced_although_it_brought_nothing(settings, connection):
    land(connection, "bank")
    assert announced(settings, connection, "bank") == [MONTH]


@pytest.mark.parametrize("feed", ["production", "tax", "bank", "civil_registry", "finance", "declaration"])
def test_landing_that_brought_nothing_new_is_not_announced(built, connection, feed):
    land(connection, feed)
    assert announced(built, connection, feed) == []


def test_landing_announces_a_month_of_which_only_the_last_step_is_due(built, connection):
    build(built, "quality", force=True)
    assert announced(built, connection, "production") == [MONTH]


def test_approving_an_older_draft_alone_wakes_nobody(built, connection):
    def two_drafts() -> None:
        connection.execute(DRAFT)
        connection.execute(DRAFT.replace("(1, ", "(2, "))

    build(built, "publication", force=True, work=two_drafts)
    steps.review(built, number=1, name="b")
    steps.approve(built, number=1, name="c", note="n")
    assert state(built, "publication").reasons == ("publications",)
    assert announced(built, connection, "production") == []


def test_landing_announces_every_month_its_files_restate(built, connection):
    for month in ("2024-04", "2024-06"):
        build_all(built, month=month)
    load_file(connection, "tax", name="late")
    assert announced(built, connection, "tax", month="2024-07") == [MONTH, "2024-06", "2024-07"]


def test_landing_does_not_announce_months_nobody_built(built, connection):
    load_file(connection, "tax", name="late", month="2024-01")
    assert announced(built, connection, "tax") == [MONTH]
