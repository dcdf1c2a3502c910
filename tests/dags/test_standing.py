"""Whether a month's product waits, is due or is up to date: from times, and from a warehouse's records."""

from datetime import UTC, datetime, timedelta

import pytest

from fundwatch.feeds import FEEDS
from pipeline.freshness import MADE_FROM, STEP_OF, Facts, facts_of, months_restated, standing
from tests.dags.records import MONTH, load_file, record, record_month

START = datetime(2024, 7, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def facts(*, arrived: dict[str, float], made: dict[str, tuple[float, float]]) -> Facts:
    return Facts(
        arrived_at={feed: at(hours) for feed, hours in arrived.items()},
        began_at={product: at(began) for product, (began, _) in made.items()},
        made_at={product: at(ended) for product, (_, ended) in made.items()},
    )


ALL_FED = dict.fromkeys(FEEDS, 0.0)
ALL_MADE = {
    "ledgers": (1, 2), "reconciliation": (3, 4), "cases": (5, 6), "quality": (7, 8), "publication": (9, 10),
}  # fmt: skip


def test_standing_waits_for_the_inputs_that_are_missing():
    fed = {"production": 0.0, "tax": 0.0}
    stands = standing("reconciliation", facts(arrived=fed, made={"ledgers": (1, 2)}))
    assert stands.waits_for == ("bank", "finance")


def test_standing_is_due_once_all_inputs_are_there():
    assert standing("reconciliation", facts(arrived=ALL_FED, made={"ledgers": (1, 2)})).is_due


def test_standing_is_fresh_for_everything_after_a_whole_month():
    whole = facts(arrived=ALL_FED, made=ALL_MADE)
    assert all(standing(product, whole).is_fresh for product in MADE_FROM)


def test_standing_is_due_when_an_input_came_while_the_step_ran():
    late = facts(arrived=ALL_FED | {"bank": 3.5}, made=ALL_MADE)
    assert standing("reconciliation", late).is_due


def test_standing_leaves_the_ledgers_alone_when_another_feed_has_news():
    late = facts(arrived=ALL_FED | {"bank": 20}, made=ALL_MADE)
    assert standing("ledgers", late).is_fresh


def test_publication_waits_until_rates_and_cases_are_of_the_same_ledgers():
    rebuilt = facts(arrived=ALL_FED, made=ALL_MADE | {"ledgers": (20, 21), "cases": (22, 23)})
    assert standing("publication", rebuilt).waits_for == ("quality",)


def test_publication_waits_for_every_step_below_a_late_feed():
    late = facts(arrived=ALL_FED | {"tax": 20}, made=ALL_MADE)
    assert standing("quality", late).waits_for == ("reconciliation",)
    assert standing("publication", late).waits_for == ("quality",)


@pytest.fixture
def connection(warehouse):
    with warehouse.connect(autocommit=True) as opened:
        yield opened


def test_facts_show_a_month_run_by_the_command_line_as_up_to_date(connection):
    record_month(connection, MONTH)
    assert standing("publication", facts_of(connection, MONTH)).is_fresh


def test_facts_show_nothing_due_when_a_feed_is_landed_again_and_brings_nothing(connection):
    load_file(connection, "bank", month=MONTH, name="first")
    record_month(connection, MONTH)
    record(connection, "ingest", feeds=["bank"])
    assert standing("publication", facts_of(connection, MONTH)).is_fresh


def test_facts_show_the_steps_due_when_a_feed_brings_a_file(connection):
    record_month(connection, MONTH)
    load_file(connection, "bank", month=MONTH, name="late")
    record(connection, "ingest", feeds=["bank"])
    found = facts_of(connection, MONTH)
    assert standing("reconciliation", found).is_due
    assert standing("cases", found).is_due
    assert standing("ledgers", found).is_fresh


def test_facts_show_the_ledgers_due_whenever_production_is_taken_again(connection):
    record_month(connection, MONTH)
    record(connection, "ingest", feeds=["production"])
    assert standing("ledgers", facts_of(connection, MONTH)).is_due


def test_facts_ignore_runs_that_failed(connection):
    record_month(connection, MONTH)
    connection.execute("update ops.runs set outcome = 'failed' where step = %s", (STEP_OF["cases"],))
    assert standing("cases", facts_of(connection, MONTH)).is_due


def test_months_restated_are_those_made_before_from_the_file_month_on(connection):
    for month in ("2024-04", "2024-05", "2024-06"):
        record_month(connection, month)
    load_file(connection, "tax", month="2024-05", name="late")
    record(connection, "ingest", month="2024-07", feeds=["tax"])
    assert months_restated(connection, "tax") == ["2024-05", "2024-06"]


def test_months_restated_are_none_when_nothing_arrived(connection):
    record_month(connection, "2024-05")
    record(connection, "ingest", month="2024-06", feeds=["tax"])
    assert months_restated(connection, "tax") == []
