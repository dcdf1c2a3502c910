"""Error lists over months: identity, due days, closing and coming back, waivers, order, and their rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations.issues.queries import identified
from expectations.issues.rectification import correction_rates, rectify
from expectations.issues.waivers import day_of, lift, waive
from expectations.site_parameters import SiteParameters
from fundwatch import audit
from fundwatch.errors import NotFound, SignOffRefused, UsageWrong
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse, open_warehouse

NORTH, SOUTH, CITY = "640301", "640302", "640300"
MARCH, APRIL, MAY, JUNE = "2024-03", "2024-04", "2024-05", "2024-06"
ENDS = {MARCH: date(2024, 3, 31), APRIL: date(2024, 4, 30), MAY: date(2024, 5, 31), JUNE: date(2024, 6, 30)}
CALENDAR = (("error_list_out", "1", "15"), ("error_list_due", "2", "15"))
SITE = SiteParameters(
    tables={
        "divisions": [
            {"division": CITY, "level": "city", "parent": None},
            {"division": NORTH, "level": "county", "parent": CITY},
            {"division": SOUTH, "level": "county", "parent": CITY},
        ]
    }
)


@pytest.fixture(scope="module")
def shared(databases, migrated, tmp_path_factory) -> Warehouse:
    url = databases.create(template=migrated)
    return open_warehouse(Settings(home=tmp_path_factory.mktemp("home"), database_url=url))


@pytest.fixture
def lists(shared: Warehouse) -> Lists:
    """Nothing measured yet, and the calendar of the example site."""
    with shared.connect() as connection:
        for name in ("error_lists", "rectification", "rule_results", "failures"):
            connection.execute(f"delete from quality.{name}")
        connection.execute("alter table quality.waivers disable trigger all")
        connection.execute("delete from quality.waivers")
        connection.execute("alter table quality.waivers enable trigger all")
        connection.execute("delete from site.calendar")
        connection.execute("delete from site.versions")
        connection.execute("insert into site.versions (site_version) values ('v')")
        for place, event in enumerate(CALENDAR, start=2):
            connection.execute("insert into site.calendar values (%s, %s, %s, 'v', %s)", (*event, place))
    return Lists(shared)


class Lists:
    """Measures months by hand: which rows break which rules."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def measured(self, month, *failing, as_of=None, rules=("AC01-1", "AC01-5")):
        """Measure a month in which these (key, rule, division) fail, and derive its list."""
        with self.warehouse.connect() as connection:
            for name in ("rule_results", "failures"):
                connection.execute(f"delete from quality.{name} where month = %s", (month,))
            for rule in rules:
                connection.execute(
                    "insert into quality.rule_results values (%s, %s, 'AC01', %s, 9, 9, 'r')",
                    (month, CITY, rule),
                )
            connection.execute(
                "create temporary table failing_rows (division text, table_name text, rule_id text, key text,"
                " source_file_id text, source_row bigint) on commit drop"
            )
            for row, one in enumerate(failing, start=2):
                key, rule, division = (*one, "AC01-1", NORTH)[: len(one)] + ("AC01-1", NORTH)[len(one) - 1 :]
                connection.execute(
                    "insert into failing_rows values (%s, 'AC01', %s, %s, %s, %s)",
                    (division, rule, key, f"file-{month}", row),
                )
            rows = f"({identified('table failing_rows')}) as rows"
            connection.execute(f"insert into quality.failures select %s, * from {rows}", (month,))
            return rectify(connection, month=month, as_of=as_of or ENDS[month], site_version="v")

    def of(self, month, *columns):
        """Return columns of a month's list, in the order of the keys."""
        names = ", ".join(columns or ("key", "state"))
        with self.warehouse.connect() as connection:
            return connection.execute(
                f"select {names} from quality.rectification where month = %s order by key, rule_id, issue_id",
                (month,),
            ).fetchall()

    def everything(self):
        with self.warehouse.connect() as connection:
            return connection.execute(
                "select * from quality.rectification order by month, issue_id"
            ).fetchall()

    def rate(self, month, division=NORTH, as_of=None):
        with self.warehouse.connect() as connection:
            rates = correction_rates(
                connection, site=SITE, month=month, as_of=as_of or ENDS[month], checked=["AC01"]
            )
        found = {(rate.division, rate.table): (rate.numerator, rate.denominator) for rate in rates}
        return found[division, "AC01"]


def test_issue_keeps_its_identity_first_month_and_due_day_over_months(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",))
    [april], [may] = (lists.of(month, "issue_id", "first_seen", "due_on") for month in (APRIL, MAY))
    assert april == may
    assert april[1:] == (APRIL, date(2024, 6, 15))


def test_issues_of_other_rules_and_of_each_row_of_a_repeated_key_are_told_apart(lists):
    found = lists.measured(APRIL, ("P1",), ("P1", "AC01-5"), ("P2",), ("P2",))
    assert len({issue for (issue,) in lists.of(APRIL, "issue_id")}) == 4
    assert found.issued == found.open == 4


def test_issue_of_a_key_is_told_apart_from_one_whose_key_ends_like_an_occurrence(lists):
    lists.measured(APRIL, ("P1",), ("P1",), ("P1|2",), ("P1,2",), ("",))
    assert len(lists.of(APRIL)) == 5


@pytest.mark.parametrize(("as_of", "state"), [(date(2024, 6, 15), "open"), (date(2024, 6, 16), "overdue")])
def test_issue_is_overdue_the_day_after_its_due_day(lists, as_of, state):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",), as_of=as_of)
    assert lists.of(MAY) == [("P1", state)]


def test_issue_is_never_overdue_where_the_calendar_names_no_day(lists):
    with lists.warehouse.connect() as connection:
        connection.execute("update site.calendar set day = '' where event = 'error_list_due'")
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",), as_of=date(2099, 1, 1))
    assert lists.of(MAY, "due_on", "state") == [(None, "open")]
    assert lists.rate(MAY, as_of=date(2099, 1, 1)) == (0, 0)


def test_issue_closes_at_the_end_of_the_month_in_which_its_row_is_not_found_failing(lists):
    lists.measured(APRIL, ("P1",), ("P2",))
    lists.measured(MAY, ("P2",), as_of=date(2024, 7, 31))
    assert lists.of(MAY, "key", "state", "corrected_on") == [
        ("P1", "corrected", ENDS[MAY]),
        ("P2", "overdue", None),
    ]


def test_corrected_issue_stands_in_the_list_of_its_month_alone(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY)
    lists.measured(JUNE)
    assert lists.of(JUNE) == []


def test_issue_comes_back_under_the_same_identity_with_a_new_due_day(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL)
    lists.measured(MAY)
    found = lists.measured(JUNE, ("P1",))
    [former], [back] = (lists.of(month, "issue_id", "first_seen", "due_on") for month in (MARCH, JUNE))
    assert back == (former[0], MARCH, date(2024, 8, 15))
    assert found.issued == 1


def test_month_that_was_not_measured_closes_nothing(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(JUNE, ("P1",))
    assert lists.of(JUNE, "issued_month", "state") == [(MARCH, "overdue")]


def test_rule_that_is_not_judged_in_a_month_closes_nothing(lists):
    lists.measured(MARCH, ("P1", "AC01-5"))
    lists.measured(APRIL, rules=("AC01-1",))
    lists.measured(MAY, ("P1", "AC01-5"))
    assert lists.of(APRIL) == []
    assert lists.of(MAY, "issued_month", "state") == [(MARCH, "overdue")]


def test_lists_are_the_same_in_whatever_order_months_are_measured(lists):
    months = {MARCH: [("P1",), ("P2",)], APRIL: [("P2",)], MAY: [("P1",), ("P2",)], JUNE: [("P1",)]}
    for month, failing in months.items():
        lists.measured(month, *failing)
    in_order = lists.everything()
    with lists.warehouse.connect() as connection:
        for name in ("error_lists", "rectification", "rule_results", "failures"):
            connection.execute(f"delete from quality.{name}")
    for month in (JUNE, APRIL, MARCH, MAY):
        lists.measured(month, *months[month])
    assert lists.everything() == in_order
    assert len(in_order) > 6


def test_month_measured_again_without_an_error_restates_the_lists_after_it(lists):
    lists.measured(APRIL, ("P1",))
    lists.measured(MAY, ("P1",))
    lists.measured(APRIL)
    assert lists.of(MAY, "first_seen", "due_on") == [(MAY, date(2024, 7, 15))]


def test_months_measured_before_there_were_lists_get_theirs(lists):
    lists.measured(APRIL, ("P1",))
    with lists.warehouse.connect() as connection:
        for name in ("error_lists", "rectification"):
            connection.execute(f"delete from quality.{name}")
    lists.measured(MAY, ("P1",))
    assert lists.of(MAY, "first_seen", "due_on") == [(APRIL, date(2024, 6, 15))]


def test_second_measurement_writes_no_row_that_is_the_same(lists):
    lists.measured(APRIL, ("P1",), ("P2",))
    lists.measured(MAY, ("P1",))
    written = "select xmin::text, issue_id from quality.rectification order by month, issue_id"
    with lists.warehouse.connect() as connection:
        before = connection.execute(written).fetchall()
    lists.measured(MAY, ("P1",))
    with lists.warehouse.connect() as connection:
        assert connection.execute(written).fetchall() == before
    assert len(before) == 4


def test_month_without_errors_has_an_empty_list(lists):
    found = lists.measured(APRIL)
    assert vars(found) == {"issued": 0, "open": 0, "overdue": 0, "waived": 0, "corrected": 0}
    assert lists.of(APRIL) == []
    assert lists.rate(APRIL) == (0, 0)


def test_correction_rate_counts_errors_corrected_by_their_due_day_among_those_due(lists):
    lists.measured(MARCH, ("P1",), ("P2",), ("P3",), ("S1", "AC01-1", SOUTH))
    lists.measured(APRIL, ("P2",), ("P3",), ("P4",))  # P1 and S1 corrected on 30 April, due 15 May
    lists.measured(MAY, ("P3",), ("P4",), ("P5",))  # P2 corrected on 31 May, too late; P5 due 15 July
    assert lists.rate(APRIL) == (0, 0)
    assert lists.rate(APRIL, as_of=date(2024, 5, 15)) == (1, 3)
    assert lists.rate(MAY) == (1, 3)
    assert lists.rate(MAY, SOUTH) == (1, 1)
    assert lists.rate(MAY, CITY) == (2, 4)
    lists.measured(JUNE)
    assert lists.rate(JUNE) == (1, 4)  # P4, due 15 June, was corrected on 30 June


def test_correction_rate_counts_an_error_that_came_back_once_more(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL)
    lists.measured(MAY, ("P1",))
    assert lists.rate(MAY, as_of=date(2024, 8, 1)) == (Decimal(1), Decimal(2))


def _issue(lists, month):
    return lists.of(month, "issue_id")[0][0]


def test_waived_issue_says_so_with_its_reason_until_the_day_it_expires(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=_issue(lists, APRIL)[:6], name="王", reason="court file", until=ENDS[MAY])
    assert lists.of(APRIL, "state", "reason") == [("waived", "court file")]
    lists.measured(MAY, ("P1",))
    assert lists.of(MAY, "state", "reason") == [("waived", "court file")]
    lists.measured(MAY, ("P1",), as_of=date(2024, 6, 1))
    assert lists.of(MAY, "state", "reason") == [("open", None)]
    lists.measured(JUNE, ("P1",))
    assert lists.of(JUNE, "state", "reason") == [("overdue", None)]


def test_waiver_leaves_lists_before_the_last_one_as_they_are(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=_issue(lists, APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(MARCH, ("P1",))
    assert lists.of(MARCH) == [("P1", "open")]
    assert lists.of(APRIL) == [("P1", "waived")]


def test_waived_issue_closes_when_its_row_passes(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=_issue(lists, APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(MAY)
    assert lists.of(MAY, "state", "reason") == [("corrected", None)]
    with pytest.raises(SignOffRefused, match="was corrected in 2024-05"):
        waive(lists.warehouse, issue=_issue(lists, MAY), name="王", reason="why", until=date(2024, 12, 31))


def test_lifted_waiver_lets_an_issue_be_overdue_again(lists):
    lists.measured(MARCH, ("P1",))
    lists.measured(MAY, ("P1",))
    issue = _issue(lists, MAY)
    assert waive(lists.warehouse, issue=issue, name="王", reason="a", until=ENDS[JUNE]).state == "waived"
    assert lift(lists.warehouse, issue=issue, name="李", reason="b").state == "overdue"
    with pytest.raises(SignOffRefused, match="not waived"):
        lift(lists.warehouse, issue=issue, name="李", reason="b")


def test_waiver_counts_as_an_error_that_was_issued_and_not_corrected(lists):
    lists.measured(APRIL, ("P1",))
    waive(lists.warehouse, issue=_issue(lists, APRIL), name="王", reason="why", until=date(2024, 12, 31))
    lists.measured(JUNE, ("P1",))
    assert lists.rate(JUNE) == (0, 1)


@pytest.mark.parametrize(("name", "reason"), [(" ", "why"), ("王", " ")])
def test_waiver_without_a_name_or_a_reason_is_refused(lists, name, reason):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(SignOffRefused):
        waive(lists.warehouse, issue=_issue(lists, APRIL), name=name, reason=reason, until=ENDS[JUNE])
    assert lists.of(APRIL) == [("P1", "open")]


def test_waiver_that_is_over_before_its_list_is_judged_is_refused(lists):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(SignOffRefused, match="2024-04-29"):
        waive(lists.warehouse, issue=_issue(lists, APRIL), name="王", reason="why", until=date(2024, 4, 29))


@pytest.mark.parametrize("issue", ["%", "abc", "0123456789abcdef0123", "__"])
def test_waiver_of_an_issue_no_list_holds_is_refused(lists, issue):
    lists.measured(APRIL, ("P1",))
    with pytest.raises(NotFound):
        waive(lists.warehouse, issue=issue, name="王", reason="why", until=ENDS[JUNE])


def test_waiver_is_entered_in_the_audit_log(lists):
    lists.measured(APRIL, ("P1",))
    issue = _issue(lists, APRIL)
    waive(lists.warehouse, issue=issue, name="王", reason="court file", until=ENDS[MAY])
    with lists.warehouse.connect() as connection:
        actor, about, details = connection.execute(
            "select actor, object, details from ops.audit where stream = 'waivers'"
            " order by sequence desc limit 1"
        ).fetchone()
        assert {one.stream: one.fault for one in audit.verify(connection, anchors={})}["waivers"] == ""
    assert (actor, about) == ("王", f"issue {issue}")
    assert '"until": "2024-05-31"' in details
    assert "P1" not in details


@pytest.mark.parametrize(("text", "day"), [("2024-02", date(2024, 2, 29)), ("2024-12-01", date(2024, 12, 1))])
def test_waiver_ends_with_the_month_or_the_day_it_names(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["2024", "2024-13", "20240201", "soon", ""])
def test_waiver_until_anything_else_is_refused(text):
    with pytest.raises(UsageWrong):
        day_of(text)
