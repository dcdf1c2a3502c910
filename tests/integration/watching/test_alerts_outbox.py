"""An alert is raised once for what is wrong, and resolved when it is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from alerts import Scan, open_alerts, report_failure, scan
from alerts.conditions import watched_months
from fundwatch.acts.signoff import approve, review
from tests.integration.watching.watched_site import COUNTY, OTHER_COUNTY, VERSION, VOUCHERS, Watched

MONTH = "2024-06"
BEFORE, AFTER = date(2024, 7, 10), date(2024, 7, 11)
COLUMNS = ["AAA100", "AAA102", "AAA103"]


@pytest.fixture
def look(warehouse):
    """Return a function that scans as of a day."""

    def as_of(on: date) -> Scan:
        return scan(warehouse, site_version=VERSION, on=on, timezone="Asia/Shanghai")

    return as_of


def told(watched: Watched) -> list[tuple[str, str]]:
    return [(alert.kind, alert.subject) for alert in open_alerts(watched.connection)]


def arrive_before(watched: Watched) -> None:
    """Let the month before have data; it is not watched itself, for no run of it is known."""
    watched.file("of the month before", month="2024-05")


def test_missing_feed_alerts_once_and_is_resolved_when_it_arrives(watched, look):
    watched.site()
    arrive_before(watched)
    watched.run("ingest", MONTH, feeds=["tax"])
    assert look(BEFORE) == Scan(raised=0, resolved=0)
    assert look(AFTER) == Scan(raised=1, resolved=0)
    assert look(AFTER) == Scan(raised=0, resolved=0)
    (alert,) = open_alerts(watched.connection)
    assert (alert.kind, alert.division, alert.month) == ("feed_overdue", COUNTY, MONTH)
    assert alert.text_zh == f"盐池县 {COUNTY} tax {VOUCHERS} {MONTH}：应于 2024-07-10 前报送，尚未收到。"
    assert alert.text_en == (
        f"Yanchi County {COUNTY} tax {VOUCHERS} {MONTH}: due by 2024-07-10, has not been received."
    )
    watched.file("a")
    assert look(AFTER) == Scan(raised=0, resolved=1)
    assert told(watched) == []


def test_look_at_an_earlier_day_resolves_nothing(watched, look):
    watched.site()
    arrive_before(watched)
    watched.run("ingest", MONTH, feeds=["tax"])
    look(AFTER)
    assert look(BEFORE) == Scan(raised=0, resolved=0)


def test_file_that_came_late_but_came_alerts_nobody(watched, look):
    watched.site()
    arrive_before(watched)
    watched.run("ingest", MONTH, feeds=["tax"])
    watched.file("a", created_at="2024-07-20T08:00:00+08:00")
    assert look(date(2024, 7, 21)) == Scan(raised=0, resolved=0)


def test_months_with_data_and_those_that_follow_one_are_watched(watched, look):
    watched.site(senders=[("tax", VOUCHERS, OTHER_COUNTY), ("tax", VOUCHERS, COUNTY)])
    for month in ("2024-03", "2024-06", "2042-06"):
        watched.run("ingest", month, feeds=["tax"])
    watched.file("before the first run", month="2024-01", sequence=1)
    for month in ("2024-03", "2024-06"):
        watched.file(f"of {month}", month=month)
    watched.file("of a later month", month="2024-09", state="held", reason="FUTURE_MONTH")
    look(date(2026, 1, 1))
    assert watched_months(watched.connection) == ["2024-03", "2024-04", "2024-06", "2024-07"]
    missed = [(alert.month, alert.division) for alert in open_alerts(watched.connection)]
    assert missed == [("2024-04", ""), ("2024-07", ""), ("2024-03", OTHER_COUNTY), ("2024-06", OTHER_COUNTY)]


def test_gap_of_a_feed_is_one_alert_until_its_first_month_comes(watched, look):
    watched.site(
        senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY), ("bank", "camt", COUNTY)]
    )
    for month in ("2024-03", "2024-04", "2024-05"):
        watched.run("ingest", month, feeds=["production"])
        watched.extract(month, {"AA10": COLUMNS})
    look(date(2024, 5, 11))
    look(date(2026, 1, 1))
    (bank, tax) = open_alerts(watched.connection)
    assert (bank.feed, bank.division, bank.month) == ("bank", COUNTY, "2024-03")
    assert (tax.feed, tax.division, tax.month) == ("tax", "", "2024-03")
    assert tax.text_zh == "tax 2024-03 起：应于 2024-04-10 前报送，尚未收到任何文件。"
    assert tax.text_en == "tax 2024-03 and after: due by 2024-04-10, nothing has been received."
    watched.file("a", month="2024-03")
    look(date(2026, 1, 1))
    missed = {
        (alert.month, alert.division) for alert in open_alerts(watched.connection) if alert.feed == "tax"
    }
    assert missed == {("2024-03", OTHER_COUNTY), ("2024-04", "")}


def test_mistyped_month_raises_no_alert_but_for_its_own_gap(watched, look):
    watched.site(senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY)])
    for month in ("2024-06", "2042-06"):
        watched.run("ingest", month, feeds=["production"])
        watched.extract(month, {"AA10": COLUMNS})
    look(date(2043, 1, 1))
    assert [alert.month for alert in open_alerts(watched.connection)] == ["2024-06", "2042-06"]
    watched.connection.execute("insert into ops.forgotten_months values ('2042-06', 'me', 'mistyped')")
    look(date(2043, 1, 1))
    assert [alert.month for alert in open_alerts(watched.connection)] == ["2024-06"]


def test_sender_taken_off_the_list_is_not_missed_any_more(watched, look):
    watched.site()
    arrive_before(watched)
    watched.run("ingest", MONTH, feeds=["tax"])
    look(AFTER)
    watched.connection.execute("delete from site.senders")
    assert look(AFTER) == Scan(raised=0, resolved=1)


@pytest.mark.parametrize(
    ("state", "reason", "kinds"),
    [
        ("rejected", "SHA256_MISMATCH", ["file_rejected"]),
        ("held", "TOO_MANY_REFUSED", ["file_held"]),
        ("held", "SEQUENCE_GAP", ["file_held"]),
        ("held", "FUTURE_MONTH", []),
        ("duplicate", "DUPLICATE_FILE", []),
        ("waiting", "", []),
    ],
)
def test_refused_file_alerts_when_somebody_must_act(watched, look, state, reason, kinds):
    watched.site(senders=[])
    watched.file("a", state=state, reason=reason)
    look(AFTER)
    assert [kind for kind, _ in told(watched)] == kinds
    assert all(
        reason in alert.text_zh and "fundwatch explain id-a" in alert.text_en
        for alert in open_alerts(watched.connection)
    )


@pytest.mark.parametrize("name", ["b", "a-of-another-slot"])
def test_rejected_file_is_settled_once_a_good_one_is_loaded(watched, look, name):
    watched.site(senders=[])
    watched.file("a", state="rejected", reason="TRUNCATED")
    look(AFTER)
    if name == "b":
        watched.file("b")
    else:
        watched.file("b", month="2024-05")
        watched.connection.execute("update ops.files set name = 'a' where name = 'b'")
    assert look(AFTER) == Scan(raised=0, resolved=1)
    assert look(AFTER) == Scan(raised=0, resolved=0)


def test_held_file_is_settled_once_it_is_released(watched, look):
    watched.site(senders=[])
    watched.file("a", state="held", reason="TOO_MANY_REFUSED")
    look(AFTER)
    watched.file("a", state="loaded")
    assert look(AFTER) == Scan(raised=0, resolved=1)


def test_nothing_of_an_invalid_manifest_goes_into_an_alert(watched, look):
    watched.site(senders=[])
    evil = "王小明\r\nBcc: all@example.org"
    watched.file(
        "王小明", state="rejected", reason="MANIFEST_INVALID", layout=evil, division=evil, month=None
    )
    watched.connection.execute("update ops.files set file_id = 'f1'")
    look(AFTER)
    (row,) = watched.connection.execute("select row_to_json(a)::text from ops.alerts as a").fetchall()
    assert "MANIFEST_INVALID" in row[0]
    assert "王小明" not in row[0]
    assert "Bcc" not in row[0]


def test_vanished_table_and_column_alert_until_they_are_back(watched, look):
    watched.site(senders=[])
    for month in ("2024-04", "2024-05", "2024-06"):
        watched.run("ingest", month, feeds=["production"])
    watched.extract("2024-04", {"AA10": COLUMNS, "YC01": ["AAC001"]})
    watched.extract("2024-05", {"AA10": COLUMNS[:2], "YC01": []})
    look(AFTER)
    assert told(watched) == [("production_lacks", "AA10.AAA103"), ("production_lacks", "YC01")]
    watched.extract("2024-06", {"AA10": COLUMNS, "YC01": []})
    assert look(AFTER) == Scan(raised=0, resolved=1)
    assert told(watched) == [("production_lacks", "YC01")]


def test_failed_step_alerts_until_it_is_done_and_anew_when_it_fails_again(watched, look):
    watched.site(senders=[])
    watched.run("build", MONTH, outcome="failed")
    watched.run("build", "2024-05")
    assert look(AFTER) == Scan(raised=1, resolved=0)
    watched.run("build", MONTH, outcome="failed")
    assert look(AFTER) == Scan(raised=0, resolved=0)
    assert "fundwatch build --month 2024-06" in open_alerts(watched.connection)[0].text_en
    watched.run("build", MONTH)
    watched.run("build", MONTH, outcome="failed")
    assert look(AFTER) == Scan(raised=1, resolved=1)
    watched.run("build", MONTH)
    assert look(AFTER) == Scan(raised=0, resolved=1)
    assert watched.connection.execute("select count(*) from ops.alerts").fetchone() == (2,)


def test_failed_landing_is_repaired_by_a_landing_of_its_feeds(watched, look):
    watched.site(senders=[])
    watched.run("ingest", MONTH, outcome="failed", feeds=["tax"])
    watched.run("ingest", MONTH, feeds=["bank"])
    look(AFTER)
    assert told(watched) == [("step_failed", "ingest tax")]
    assert "fundwatch ingest --feed tax --month 2024-06" in open_alerts(watched.connection)[0].text_zh
    watched.run("ingest", MONTH, feeds=["production", "tax", "bank"])
    look(AFTER)
    assert told(watched) == []


def test_reported_failure_stays_until_the_step_is_done(watched, look, warehouse):
    watched.site(senders=[])
    watched.run("build", MONTH)
    report_failure(warehouse, step="build", month=MONTH)
    report_failure(warehouse, step="build", month=MONTH)
    assert look(AFTER) == Scan(raised=0, resolved=0)
    assert told(watched) == [("step_failed", "build")]
    watched.run("build", MONTH)
    assert look(AFTER) == Scan(raised=0, resolved=1)


def test_two_looks_at_once_raise_one_alert(watched, look):
    watched.site(senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY), ("bank", "", "")])
    arrive_before(watched)
    watched.run("ingest", MONTH, feeds=["tax"])
    with ThreadPoolExecutor(4) as workers:
        looks = list(workers.map(look, [AFTER] * 4))
    assert sum(summary.raised for summary in looks) == 2
    assert len(told(watched)) == 2


def publish(watched: Watched, number: int, *, month: str = MONTH, replaces: int | None = None) -> None:
    watched.connection.execute(
        "insert into ops.publications (number, month, state, content_sha256, code_version, site_version,"
        " as_of, batches, preparer, replaces)"
        " values (%s, %s, 'draft', 'x', '1', '1', '2024-06-30', '{}', 'me', %s)",
        (number, month, replaces),
    )


def test_draft_that_waits_for_its_signatures_is_told_until_it_is_approved(watched, look, warehouse):
    watched.site(senders=[])
    publish(watched, 1)
    review(warehouse, number=1, name="Reviewer")
    approve(warehouse, number=1, name="Approver", note="checked")
    publish(watched, 2, replaces=1)
    look(AFTER)
    (alert,) = open_alerts(watched.connection)
    assert (alert.kind, alert.month, alert.subject) == ("draft_waits", MONTH, "2")
    assert alert.text_zh == "2024-06 发布稿第 2 号，更正第 1 号待复核。签署：fundwatch review 2 --as NAME"
    assert "publication 2 of 2024-06, correcting 1, waits for review." in alert.text_en
    review(warehouse, number=2, name="Reviewer")
    look(AFTER)
    assert told(watched) == [("approval_waits", "2")]
    approve(warehouse, number=2, name="Approver", note="checked")
    look(AFTER)
    assert told(watched) == []
