"""What a bulletin is made from: sums over tables, issues, extracts of its batches, signed declarations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from fundwatch import audit
from fundwatch.acts.declarations import Declaration, declare
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import SignOffRefused, UsageWrong
from fundwatch.settings import Settings
from reporting.publications.restoring import Step, restore_feeds
from reporting.snapshot.bulletin_inputs import BulletinInputs, DivisionRate, IssueCount, inputs_of
from reporting.snapshot.declarations import declared_in
from reporting.snapshot.inputs import Batches
from tests.support import Databases, put_off_guards

JUNE, MAY = "2024-06", "2024-05"
CITY, NORTH = "230600", "230602"


def rate(
    warehouse: Warehouse, month: str, table: str, numerator: int | None, denominator: int | None
) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            "insert into quality.scorecard"
            " values (%s, %s, %s, 'fill_rate', %s, %s, null, null, 'na', 'A', 'r')",
            (month, NORTH, table, numerator, denominator),
        )


def inputs(warehouse: Warehouse, *, batches: Batches | None = None) -> BulletinInputs:
    with warehouse.connect() as connection:
        return inputs_of(connection, month=JUNE, site_version="v", batches=batches or Batches())


def test_rates_are_summed_over_production_tables_that_have_a_denominator(warehouse: Warehouse) -> None:
    for table, numerator, denominator in (
        ("AC01", 3, 4), ("AC02", 5, 6), ("AC43", 7, 0), ("AC50", 9, None), ("mt940/1", 1, 1),
    ):  # fmt: skip
        rate(warehouse, JUNE, table, numerator, denominator)
    assert inputs(warehouse).tallies == (DivisionRate(JUNE, NORTH, "fill_rate", Decimal(8), Decimal(10)),)


def test_tables_whose_rows_are_in_no_county_are_not_summed_for_one(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        connection.execute("insert into site.versions (site_version) values ('v')")
        connection.execute(
            "insert into site.divisions (_site_version, _row, division, level) values ('v', 1, %s, 'county')",
            (NORTH,),
        )
    for table, numerator in (("AC01", 3), ("AA10", 0), ("AC61", 0), ("AC83", 0)):
        rate(warehouse, JUNE, table, numerator, 4)
    assert inputs(warehouse).tallies == (DivisionRate(JUNE, NORTH, "fill_rate", Decimal(3), Decimal(4)),)


def test_month_without_a_denominator_is_measured_and_has_no_rate(warehouse: Warehouse) -> None:
    rate(warehouse, MAY, "AC01", 0, 0)
    bulletin = inputs(warehouse)
    assert bulletin.measured == (MAY,)
    assert bulletin.tallies == (DivisionRate(MAY, NORTH, "fill_rate", Decimal(0), Decimal(0)),)


def test_issues_are_counted_by_division_and_state(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        connection.execute("insert into quality.error_lists values (%s, '2024-06-30', null, null)", (JUNE,))
        for number, (issued, state) in enumerate(
            ((JUNE, "open"), (MAY, "open"), (MAY, "overdue"), (MAY, "waived"), (MAY, "corrected"))
        ):
            connection.execute(
                "insert into quality.rectification values (%s, %s, %s, 'AC01', 'AC01-1', 'k', 'f', 1, %s, %s,"
                " null, %s, %s, null)",
                (
                    JUNE, str(number), NORTH, MAY, issued, state,
                    date(2024, 6, 30) if state == "corrected" else None,
                ),
            )  # fmt: skip
    bulletin = inputs(warehouse)
    assert bulletin.listed == (JUNE,)
    assert bulletin.issues == (IssueCount(JUNE, NORTH, issued=1, corrected=1, open=2, overdue=1, waived=1),)


def test_extract_that_is_no_batch_of_the_publication_answers_nothing(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
            " values (%s, 1, 'AC01', 'known', 1, array['AAC001'])",
            (JUNE,),
        )
    assert inputs(warehouse).missing_tables is None
    bulletin = inputs(warehouse, batches=Batches(production=("known",)))
    assert (bulletin.missing_tables, bulletin.missing_columns) == (13, 7)


def test_declaration_that_comes_later_counts_and_both_are_in_the_audit_log(warehouse: Warehouse) -> None:
    for answer in ("no", "yes"):
        declare(warehouse, item="backup", month=JUNE, name=" 李　四", answer=answer, note=" 演练 \n 完成")
    with warehouse.connect() as connection:
        assert declared_in(connection, JUNE) == (Declaration("backup", "yes", "演练 完成", "李 四"),)
        assert declared_in(connection, MAY) == ()
        [verdict] = [
            verdict
            for verdict in audit.verify(connection, anchors={})
            if verdict.stream == audit.DECLARATIONS
        ]
        assert (verdict.entries, verdict.fault) == (2, "")


@pytest.mark.parametrize(
    ("item", "answer", "name", "error"),
    [("codes", "yes", "李", UsageWrong), ("nonsense", "yes", "李", UsageWrong),
     ("backup", "maybe", "李", UsageWrong), ("backup", "yes", " ", SignOffRefused)],
)  # fmt: skip
def test_declaration_of_what_data_answer_or_by_nobody_is_refused(
    warehouse: Warehouse, item: str, answer: str, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        declare(warehouse, item=item, month=JUNE, name=name, answer=answer)
    with warehouse.connect() as connection:
        assert declared_in(connection, JUNE) == ()


def test_reproducing_knows_the_waivers_and_declarations_of_the_time_of_the_publication(
    warehouse: Warehouse, databases: Databases, migrated: str, settings: Settings
) -> None:
    scratch = open_warehouse(replace(settings, database_url=databases.create(template=migrated)))
    prepared = datetime(2024, 7, 10, tzinfo=UTC)
    with warehouse.connect() as connection:
        put_off_guards(connection)
        connection.execute(
            "insert into ops.publications (number, month, state, content_sha256, code_version, site_version,"
            " as_of, batches, preparer, prepared_at)"
            " values (1, %s, 'draft', '', '', '', '2024-06-30', '{\"feeds\": []}', 'p', %s)",
            (JUNE, prepared),
        )
        for answer, entered in (("no", -2), ("partly", 0), ("yes", 1)):
            at = prepared + timedelta(days=entered)
            connection.execute(
                "insert into ops.declarations (month, item, answer, note, actor, entered_at)"
                " values (%s, 'backup', %s, '', 'p', %s)",
                (JUNE, answer, at),
            )
            connection.execute(
                "insert into quality.waivers"
                " (issue_id, is_lifted, from_month, until, reason, actor, entered_at)"
                " values ('a', false, %s, '2024-12-31', %s, 'p', %s)",
                (JUNE, answer, at),
            )
    steps = [Step(JUNE, "measure", date(2024, 6, 30), "", prepared)]
    restore_feeds(warehouse, scratch, number=1, steps=steps)
    with scratch.connect() as connection:
        assert [declaration.answer for declaration in declared_in(connection, JUNE)] == ["partly"]
        waivers = connection.execute("select reason from quality.waivers order by waiver_id").fetchall()
    assert waivers == [("no",), ("partly",)]
