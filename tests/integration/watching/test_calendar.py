"""What is due from whom by when, and how what arrived stands against it."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from alerts import open_alerts, scan
from expectations.rates.fund_data import fund_rates
from expectations.site_parameters import SiteParameters
from fundwatch.calendar import Lack, State, WorkingDays, arrivals, due_day, due_files, extracts, vanished
from fundwatch.settings import EXAMPLE_SITE
from fundwatch.site import load_site
from tests.integration.watching.watched_site import (
    CITY,
    COUNTY,
    OTHER_COUNTY,
    RETURNS,
    VERSION,
    VOUCHERS,
    Watched,
)
from tests.support import run_fundwatch

MONTH = "2024-06"
DUE = date(2024, 7, 10)


def standing(watched: Watched, *, on: date = DUE, months: tuple[str, ...] = (MONTH,)):
    due = due_files(watched.connection, site_version=VERSION, months=months)
    return arrivals(watched.connection, due, on=on, timezone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("months_after", "day", "expected"),
    [
        (1, 10, date(2024, 7, 10)),
        (0, 30, date(2024, 6, 30)),
        (0, 31, date(2024, 6, 30)),
        (8, 31, date(2025, 2, 28)),
        (7, 1, date(2025, 1, 1)),
    ],
)
def test_due_day_is_the_calendars_or_the_months_last(months_after, day, expected):
    assert due_day(MONTH, months_after, day) == expected


def test_due_day_stays_on_a_holiday(watched):
    watched.site(calendar=[("file_due:tax", "4", "1")])
    (due,) = due_files(watched.connection, site_version=VERSION, months=[MONTH])
    assert due.due_on == date(2024, 10, 1)
    assert not WorkingDays.read(watched.connection, VERSION).is_working(due.due_on)


def test_due_files_are_one_per_sender_and_month_when_a_sender_has_two_keys(watched):
    watched.site(senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, CITY)])
    due = due_files(watched.connection, site_version=VERSION, months=["2024-05", MONTH])
    assert [(file.month, file.division) for file in due] == [
        ("2024-05", CITY), ("2024-05", COUNTY), (MONTH, CITY), (MONTH, COUNTY),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row", [(None, None), ("1", None), ("1", "0"), ("1", "32"), ("-1", "5"), ("x", "５")]
)
def test_due_file_has_no_day_when_the_calendar_names_none(watched, row):
    watched.site(calendar=[("file_due:tax", *row)])
    (file,) = standing(watched, on=date(2030, 1, 1))
    assert (file.due.due_on, file.state, file.days_late) == (None, State.EXPECTED, None)
    assert not file.is_overdue
    assert file.is_timely is None


def test_working_days_know_make_up_days_and_the_sites_overrides(watched):
    watched.site(
        working_days=[("2024-07-10", "0"), ("2024-07-13", "1"), ("2024-07-xx", "1"), ("2024-07-12", "")]
    )
    works = WorkingDays.read(watched.connection, VERSION)
    days = {day: works.is_working(date.fromisoformat(day)) for day in (
        "2024-07-10", "2024-07-13", "2024-07-12", "2024-07-14", "2024-02-04", "2024-10-01",
    )}  # fmt: skip
    assert days == {
        "2024-07-10": False, "2024-07-13": True, "2024-07-12": True, "2024-07-14": False,
        "2024-02-04": True, "2024-10-01": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("created_at", "state", "days_late"),
    [
        ("2024-07-10T23:59:59+08:00", State.RECEIVED, 0),
        ("2024-07-10T16:00:00+00:00", State.LATE, 1),  # midnight in Shanghai
        ("2024-07-19T08:00:00+08:00", State.LATE, 9),
    ],
)
def test_file_is_late_by_the_sites_own_days(watched, created_at, state, days_late):
    watched.site()
    watched.file("a", created_at=created_at)
    (file,) = standing(watched)
    assert (file.state, file.days_late) == (state, days_late)


@pytest.mark.parametrize(
    ("on", "state", "days"), [(DUE, State.EXPECTED, 0), (date(2024, 7, 11), State.NOT_RECEIVED, 1)]
)
def test_file_is_missing_once_its_day_has_passed(watched, on, state, days):
    watched.site()
    (file,) = standing(watched, on=on)
    assert (file.state, file.days_late, file.files) == (state, days, 0)


@pytest.mark.parametrize(
    ("state", "reason", "stands"),
    [
        ("held", "TOO_MANY_REFUSED", State.HELD),
        ("rejected", "SHA256_MISMATCH", State.REJECTED),
        ("duplicate", "DUPLICATE_FILE", State.REJECTED),
        ("waiting", "", State.WAITING),
    ],
)
def test_file_that_cannot_be_used_is_told_from_none(watched, state, reason, stands):
    watched.site()
    watched.file("a", state=state, reason=reason)
    (file,) = standing(watched, on=date(2024, 7, 15))
    assert (file.state, file.reason or "") == (stands, reason or "waiting")
    assert file.is_overdue


def test_file_is_received_when_a_refused_one_was_sent_again(watched):
    watched.site()
    watched.file("a", state="rejected", reason="TRUNCATED")
    watched.file("b")
    assert [(file.state, file.files) for file in standing(watched)] == [(State.RECEIVED, 2)]


def test_correction_after_the_due_day_makes_nobody_late(watched):
    watched.site()
    watched.file("a", state="superseded")
    watched.file("b", created_at="2024-08-20T08:00:00+08:00")
    assert [file.state for file in standing(watched)] == [State.RECEIVED]


def test_files_of_other_months_divisions_and_formats_are_not_the_one_expected(watched):
    watched.site()
    watched.file("a", month="2024-05")
    watched.file("b", division=OTHER_COUNTY)
    watched.file("c", layout="treasury-receipt-csv/1")
    watched.file("d", feed="bank")
    assert [(file.state, file.files) for file in standing(watched)] == [(State.EXPECTED, 0)]


@pytest.mark.parametrize(("sender", "met"), [
    (("bank", None, COUNTY), True), (("bank", RETURNS, None), True), (("bank", None, None), True),
    (("bank", "camt.053/1", None), False), (("bank", None, OTHER_COUNTY), False),
])  # fmt: skip
def test_empty_cell_of_a_sender_accepts_any_file(watched, sender, met):
    watched.site(senders=[sender])
    watched.file("a", feed="bank", layout=RETURNS)
    assert [file.is_delivered for file in standing(watched)] == [met]


def test_production_extract_tells_what_the_source_lacks_and_what_vanished(watched):
    whole = {"AA10": ["AAA100", "AAA102", "AAA103"], "AC83": ["AAZ220", "AAA036", "AAE019", "AAE036"]}
    watched.extract("2024-05", whole)
    watched.extract("2024-06", whole)
    watched.extract("2024-06", {"AA10": ["AAA100", "AAA102"], "AC83": []}, sequence=2)
    may, june = extracts(watched.connection, ["2024-04", "2024-05", "2024-06"])
    assert (june.month, june.sequence) == ("2024-06", 2)
    assert Lack("AA10", "AAA103") in june.missing
    assert Lack("AC83") in june.missing
    assert vanished(may, june) == [Lack("AA10", "AAA103"), Lack("AC83")]
    assert vanished(june, may) == []


def _rates(
    watched: Watched, *, metrics: tuple[str, ...] = ("load_rate", "timeliness")
) -> dict[tuple[str, str, str], tuple]:
    divisions = [(CITY, "city", None), (COUNTY, "county", CITY), (OTHER_COUNTY, "county", CITY)]
    site = SiteParameters(
        {
            "divisions": [
                {"division": code, "level": level, "parent": above} for code, level, above in divisions
            ]
        }
    )
    rates = fund_rates(
        watched.connection, site=site, site_version=VERSION, month=MONTH, timezone="Asia/Shanghai"
    )
    return {
        (rate.division, rate.table, rate.metric): (rate.numerator, rate.denominator)
        for rate in rates
        if rate.metric in metrics
    }


def test_arrival_rates_count_files_due_loaded_and_in_time(watched):
    watched.site(
        senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY), ("tax", VOUCHERS, CITY)]
    )
    watched.file("a")
    watched.file("b", division=OTHER_COUNTY, created_at="2024-07-11T08:00:00+08:00")
    assert _rates(watched) == {
        (CITY, VOUCHERS, "load_rate"): (2, 3),
        (CITY, VOUCHERS, "timeliness"): (1, 3),
        (COUNTY, VOUCHERS, "load_rate"): (1, 1),
        (COUNTY, VOUCHERS, "timeliness"): (1, 1),
        (OTHER_COUNTY, VOUCHERS, "load_rate"): (1, 1),
        (OTHER_COUNTY, VOUCHERS, "timeliness"): (0, 1),
    }


def test_timeliness_counts_each_file_that_was_sent(watched):
    watched.site()
    watched.file("a")
    watched.file("b", sequence=2, created_at="2026-10-20T08:00:00+08:00")
    assert [(file.state, file.loaded, file.in_time) for file in standing(watched)] == [(State.LATE, 2, 1)]
    assert _rates(watched)[COUNTY, VOUCHERS, "timeliness"] == (1, 2)
    assert _rates(watched)[COUNTY, VOUCHERS, "load_rate"] == (1, 1)


def test_timeliness_has_no_denominator_when_the_calendar_names_no_day(watched):
    watched.site(calendar=[])
    assert _rates(watched)[COUNTY, VOUCHERS, "load_rate"] == (0, 1)
    assert _rates(watched)[COUNTY, VOUCHERS, "timeliness"] == (None, None)


def test_completeness_of_fund_data_needs_a_file_and_then_a_value(watched):
    watched.site(senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY)])
    watched.file("a")
    assert _rates(watched, metrics=("completeness", "accuracy")) == {
        (CITY, VOUCHERS, "completeness"): (0, 8),
        (CITY, VOUCHERS, "accuracy"): (None, None),
        (COUNTY, VOUCHERS, "completeness"): (0, 8),
        (COUNTY, VOUCHERS, "accuracy"): (None, None),
        (OTHER_COUNTY, VOUCHERS, "completeness"): (None, None),
        (OTHER_COUNTY, VOUCHERS, "accuracy"): (None, None),
    }
    file_id = watched.connection.execute("select file_id from ops.files").fetchone()[0]
    for voucher, day in (("V1", "N/A"), ("0", "2024-06-03")):
        watched.connection.execute(
            "insert into landing.tax__voucher (voucher_no, kind, amount, collected_on, _file_id, _row)"
            " values (%s, '0', '0', %s, %s, 1)",
            (voucher, day, file_id),
        )
    assert _rates(watched, metrics=("completeness",))[COUNTY, VOUCHERS, "completeness"] == (4, 8)


def test_arrival_rates_are_of_fund_data_alone(watched):
    watched.site(senders=[("civil_registry", "police-fixed/1", CITY), ("tax", None, COUNTY)])
    assert _rates(watched) == {}


def test_status_says_which_feed_of_which_county_is_late(watched, settings):
    shutil.copytree(EXAMPLE_SITE, settings.home / "city" / "site")
    (settings.home / "city" / "site" / "senders.csv").write_text(
        "feed,format,division,public_key\ntax,tax-voucher-csv/1,230602,\ntax,tax-voucher-csv/1,230603,\n"
    )
    watched.run("ingest", MONTH, feeds=["tax"])
    watched.file("a", division="230602", created_at="2024-07-13T08:00:00+08:00")
    status = json.loads(run_fundwatch("status", "--json", settings=settings).stdout)
    of_month = [feed for feed in status["feeds"] if feed["month"] == MONTH]
    assert [(feed["division"], feed["state"], feed["due_on"]) for feed in of_month] == [
        ("230602", "late", "2024-07-10"), ("230603", "not received", "2024-07-10"),
    ]  # fmt: skip
    assert status["feeds"][0]["days_late"] == 3
    shown = run_fundwatch("status", settings=settings).stdout.decode()
    assert "1 of 2, 1 late, 1 not received" in shown
    assert "230603" in shown


def test_status_stays_short_however_many_files_are_missing(watched, settings, warehouse):
    shutil.copytree(EXAMPLE_SITE, settings.home / "city" / "site", dirs_exist_ok=True)
    senders = [f"{feed},,2306{number:02}," for feed in ("tax", "bank") for number in range(60)]
    (settings.home / "city" / "site" / "senders.csv").write_text(
        "\n".join(["feed,format,division,public_key", *senders, ""])
    )
    for month in ("2024-03", "2024-04", "2024-05", "2026-09", "2042-06"):
        watched.run("ingest", month, feeds=["tax"])
        watched.file(f"a{month}", month=month, layout=None, division="230600")
    site = load_site(warehouse, settings)
    scan(warehouse, site_version=site, on=date(2043, 1, 1), timezone="Asia/Shanghai")
    assert len(open_alerts(watched.connection)) > 100
    shown = run_fundwatch("status", settings=settings).stdout.decode()
    assert len(shown.splitlines()) < 60
    assert "more: fundwatch status --all" in shown
    assert "more: fundwatch alerts list" in shown
    assert len(run_fundwatch("status", "--all", settings=settings).stdout.splitlines()) > 100
