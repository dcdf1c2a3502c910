"""Whether a month's product waits, is due or is up to date: from what a warehouse records."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from fundwatch import audit
from fundwatch.errors import WarehouseBusy
from pipeline import code_version, steps
from pipeline.code_version import hash_of_folder
from pipeline.inputs import UPSTREAM, is_site_staged, record_staged_site
from pipeline.task import Task, description_of, open_context
from tests.dags.built import DRAFT, Done, build, build_all, reasons
from tests.dags.records import MONTH, extract, land, load_file

EVERYTHING = list(UPSTREAM)


def test_nothing_is_due_after_a_whole_month_and_nothing_is_built_again(built, connection):
    runs = "select count(*) from ops.runs"
    before = connection.execute(runs).fetchone()
    assert build_all(built) == []
    assert connection.execute(runs).fetchone() == before


def test_skipped_step_shows_what_its_last_run_showed(built):
    skipped = Task("ledgers", built, MONTH).run(lambda _: Done(rows=4))
    assert skipped.counts()["rows"] == 3
    assert "nothing changed since" in skipped.counts()["skipped"]
    assert description_of(skipped)["rows"] == 3


def test_forced_step_is_built_although_nothing_changed(built):
    assert build(built, "ledgers", force=True)


def test_landing_that_brought_nothing_makes_nothing_due(built, connection):
    land(connection)
    connection.execute("update ops.files set first_seen_at = now(), decided_at = now()")
    assert reasons(built) == {}


@pytest.mark.parametrize("feed", ["tax", "bank"])
def test_file_of_a_feed_makes_due_both_its_readers(built, connection, feed):
    load_file(connection, feed, name="late")
    assert reasons(built) == {
        "reconciliation": (feed,), "cases": (feed,), "quality": ("all files",),
        "publication": ("all files",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("feed", "reader"),
    [("finance", "reconciliation"), ("civil_registry", "cases")],
)
def test_file_of_a_feed_makes_due_its_reader(built, connection, feed, reader):
    load_file(connection, feed, name="late")
    assert reasons(built) == {reader: (feed,), "quality": ("all files",), "publication": ("all files",)}


def test_file_of_an_earlier_month_makes_due_what_reads_it(built, connection):
    load_file(connection, "tax", name="late", month="2024-03")
    assert reasons(built)["reconciliation"] == ("tax",)


def test_file_of_a_later_month_makes_nothing_due(built, connection):
    load_file(connection, "tax", name="early", month="2024-06")
    extract(connection, sequence=1, month="2024-06")
    assert reasons(built) == {}


def test_rejected_file_makes_due_what_counts_arrivals_alone(built, connection):
    load_file(connection, "bank", name="broken", state="rejected")
    assert reasons(built) == {"quality": ("all files",), "publication": ("all files",)}


def test_file_that_is_loaded_after_it_was_held_makes_due_what_reads_it(built, connection):
    load_file(connection, "tax", name="held", state="held")
    build_all(built)
    connection.execute("update ops.files set state = 'loaded' where name = 'held'")
    assert reasons(built)["reconciliation"] == ("tax",)


@pytest.mark.parametrize("month", [MONTH, "2024-04"])
def test_changed_extract_makes_due_what_reads_production(built, connection, month):
    extract(connection, sequence=2, month=month)
    assert reasons(built) == {
        "ledgers": ("production",), "reconciliation": ("production",), "cases": ("production",),
        "quality": ("production",), "publication": ("production",),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["thresholds.csv", "divisions.csv"])
def test_changed_site_file_makes_everything_due(built, name):
    path = built.site_folder / name
    header, _, rows = path.read_text().partition("\n")
    path.write_text(header + "\n" + rows.rpartition("\n")[0].rpartition("\n")[0] + "\n")
    assert reasons(built) == dict.fromkeys(EVERYTHING, ("site",))


@pytest.mark.parametrize(
    ("package", "due"),
    [
        ("dbt_project", ["ledgers", "reconciliation", "cases", "quality"]),
        ("crosschecks", ["cases"]),
        ("expectations", ["quality"]),
        ("reporting", ["reconciliation", "quality", "publication"]),
        ("fundwatch", EVERYTHING),
        ("pipeline", EVERYTHING),
    ],
)
def test_changed_code_makes_due_what_it_computes(built, monkeypatch, package, due):
    known = code_version.package_hash
    monkeypatch.setattr(
        code_version, "package_hash", lambda name: "changed" if name == package else known(name)
    )
    assert reasons(built) == dict.fromkeys(due, ("code",))


def test_other_installed_packages_make_everything_due(built, monkeypatch):
    monkeypatch.setattr(code_version, "environment_hash", lambda: "upgraded")
    assert reasons(built) == dict.fromkeys(EVERYTHING, ("code",))


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_hash_of_a_package_changes_with_its_files(tmp_path, change):
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "persons.sql"
    file.write_text("select 1")
    before = hash_of_folder(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "module.pyc").write_text("bytecode")
    assert hash_of_folder(tmp_path) == before
    if change == "content":
        file.write_text("select 2")
    elif change == "name":
        file.rename(file.with_name("people.sql"))
    else:
        (tmp_path / "models" / "more.sql").touch()
    assert hash_of_folder(tmp_path) != before


def test_another_as_of_day_builds_again(built):
    assert build(built, "quality", as_of=date(2024, 5, 30))
    assert reasons(built)["quality"] == ("as-of day",)


def test_other_options_build_again(built):
    assert build(built, "quality", options="without workbooks")


def test_another_timezone_makes_everything_due(built):
    assert reasons(replace(built, timezone="Asia/Urumqi")) == dict.fromkeys(EVERYTHING, ("settings",))


@pytest.mark.parametrize(
    ("product", "due"),
    [
        ("ledgers", {
            "reconciliation": ("ledgers",), "cases": ("ledgers",), "quality": ("ledgers",),
            "publication": ("ledgers",),
        }),
        ("reconciliation", {"quality": ("reconciliation",), "publication": ("reconciliation",)}),
        ("cases", {"publication": ("cases",)}),
        ("quality", {"publication": ("quality",)}),
    ],
)  # fmt: skip
def test_product_that_was_built_again_makes_due_what_reads_it(built, product, due):
    build(built, product, force=True)
    assert reasons(built) == due


@pytest.mark.parametrize(
    ("product", "due"),
    [
        (
            "ledgers",
            {
                "ledgers": ("month before",),
                "reconciliation": ("earlier ledgers",),
                "publication": ("earlier ledgers",),
            },
        ),
        ("quality", {"quality": ("earlier quality",), "publication": ("earlier quality",)}),
        ("cases", {}),
    ],
)
def test_earlier_month_that_was_built_makes_due_what_compares_with_it(built, product, due):
    build(built, product, month="2024-04")
    assert reasons(built) == due


def test_earlier_month_that_failed_half_way_makes_due_what_compares_with_it(built):
    with pytest.raises(ZeroDivisionError):
        build(built, "quality", month="2024-02", work=lambda: 1 / 0)
    assert reasons(built) == {"quality": ("earlier quality",), "publication": ("earlier quality",)}


def test_later_month_makes_nothing_due(built):
    build(built, "ledgers", month="2024-06")
    build(built, "quality", month="2024-06")
    assert reasons(built) == {}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("drop table business_ledger.contributions", "business_ledger.contributions"),
        ("truncate reports.cells", "reports.cells"),
        ("drop table reports.cells; create table reports.cells (month text)", "reports.cells"),
        ("drop table reports.form_rows", "reports.form_rows"),
    ],
)
def test_table_that_was_dropped_or_emptied_by_hand_is_built_again(built, connection, statement, reason):
    connection.execute(statement)
    assert reasons(built) == {"ledgers": (reason,)}


def test_table_of_the_month_built_last_may_be_another_one(built, connection):
    connection.execute("drop table reports.form_rows; create table reports.form_rows (month text)")
    assert reasons(built) == {}


@pytest.mark.parametrize(
    "table", ["business_ledger.contributions__changes", "crosschecks.contributions__rechecked"]
)
def test_rows_of_a_build_that_another_month_replaced_make_nothing_due(built, connection, table):
    connection.execute(f"create table {table} (row_key text)")
    build(built, "ledgers", force=True)
    build_all(built)
    connection.execute(f"drop table {table}")
    assert reasons(built) == {}


def test_crash_of_the_server_makes_everything_due(built, connection):
    """A crash empties unlogged tables, those of the statistics and this one alike."""
    logged = "select relpersistence from pg_class where oid = 'ops.volatile_state'::regclass"
    assert connection.execute(logged).fetchone() == ("u",)
    connection.execute("truncate ops.volatile_state")
    assert reasons(built) == dict.fromkeys(EVERYTHING, ("server",))


def test_warehouse_restored_to_an_earlier_moment_is_built_again(built, connection):
    """Restoring replaces the tables, and takes back what was recorded since."""
    load_file(connection, "bank", name="late")
    build_all(built)
    connection.execute("delete from ops.runs where run_id > (select min(run_id) + 5 from ops.runs)")
    assert reasons(built)["reconciliation"] == ("bank",)


def test_altered_or_missing_file_of_a_publication_is_written_again(built):
    page = built.home / "reports" / "1" / "page.html"
    page.write_text("other figures")
    assert reasons(built) == {"publication": ("reports/1/page.html",)}
    page.unlink()
    assert reasons(built) == {"publication": ("reports/1/page.html",)}


def test_waiver_makes_due_the_quality_and_what_shows_its_lists(built, connection):
    """A waiver changes the error lists at once, without a measurement."""
    connection.execute(
        "insert into quality.waivers (issue_id, is_lifted, from_month, until, reason, actor)"
        " values ('x', false, '2024-05', '2024-12-31', 'r', 'a')"
    )
    assert reasons(built) == {"quality": ("waivers",), "publication": ("waivers",)}


def test_event_of_a_case_makes_due_the_cases_and_the_publication_but_not_one_of_a_run(built, connection):
    event = (
        "insert into ops.case_events (case_id, number, state, actor, is_run, from_month, rule_id, scheme,"
        " person_id, evidence) values ('c', %s, 'closed', 'a', %s, %s, 'r', '110', 'p', '[]')"
    )
    about = (("month 2031-01", True, "2031-01"), (f"month {MONTH}", True, MONTH), ("case c", False, MONTH))
    for number, (entry, is_run, month) in enumerate(about, start=1):
        assert reasons(built) == {}
        with connection.transaction():
            connection.execute(event, (number, is_run, month))
            audit.append(
                connection, stream=audit.CASES, actor="a", action="x", about=entry, details={"number": number}
            )
    assert reasons(built) == {"cases": ("case events",), "publication": ("case events",)}


def test_declaration_makes_the_publication_due(built, connection):
    connection.execute(
        "insert into ops.declarations (month, item, answer, note, actor) values (%s, 'x', 'yes', 'n', 'a')",
        (MONTH,),
    )
    assert reasons(built) == {"publication": ("declarations",)}


def test_draft_and_its_signatures_do_not_make_the_publication_due(built, connection):
    build(built, "publication", force=True, work=lambda: connection.execute(DRAFT))
    assert reasons(built) == {}
    steps.review(built, number=1, name="b")
    assert reasons(built) == {}
    steps.approve(built, number=1, name="c", note="n")
    assert reasons(built) == {}


def test_draft_that_somebody_else_drew_makes_the_publication_due(built, connection):
    connection.execute(DRAFT)
    assert reasons(built) == {"publication": ("publications",)}


def test_approving_an_older_draft_makes_due_one_that_is_compared_with_it(built, connection):
    def two_drafts() -> None:
        connection.execute(DRAFT)
        connection.execute(DRAFT.replace("(1, ", "(2, "))

    build(built, "publication", force=True, work=two_drafts)
    steps.review(built, number=1, name="b")
    steps.approve(built, number=1, name="c", note="n")
    assert reasons(built) == {"publication": ("publications",)}


def test_signed_edition_is_what_the_publication_wrote_until_somebody_alters_it(built, connection):
    folder = built.home / "reports" / "1"
    build(built, "publication", force=True, folder=folder, work=lambda: connection.execute(DRAFT))
    steps.review(built, number=1, name="b")
    (folder / "page.html").write_text("figures, signed")
    assert reasons(built) == {"publication": ("reports/1/page.html",)}
    steps.approve(built, number=1, name="c", note="n")
    assert reasons(built) == {}
    shown = Task("publication", built, MONTH).run(lambda _: Done())
    assert (shown.counts()["state"], shown.counts()["approved_by"]) == ("approved", "c")
    (folder / "page.html").write_text("other figures, signed")
    assert reasons(built) == {"publication": ("reports/1/page.html",)}


def test_step_that_failed_or_was_killed_is_due(built, connection):
    with pytest.raises(ZeroDivisionError):
        build(built, "cases", force=True, work=lambda: 1 / 0)
    assert reasons(built)["cases"] == ("it was not built to the end before",)
    build(built, "cases")
    connection.execute("insert into ops.runs (step, month) values ('crosscheck', %s)", (MONTH,))
    assert reasons(built)["cases"] == ("it was not built to the end before",)


def test_run_recorded_without_its_inputs_is_due(built, connection):
    connection.execute("update ops.runs set state = null where step = 'build'")
    assert reasons(built)["ledgers"] == ("it was not built to the end before",)


def test_what_lands_while_a_step_runs_makes_it_due(built, connection):
    build(built, "cases", force=True, work=lambda: load_file(connection, "bank", name="meanwhile"))
    assert reasons(built)["cases"] == ("bank",)


def test_second_run_at_once_is_refused_and_decides_under_the_lock_afterwards(built):
    refused = []

    def second() -> None:
        try:
            build(built, "ledgers")
        except WarehouseBusy as error:
            refused.append(error)

    def while_first_runs() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    assert build(built, "ledgers", force=True, work=while_first_runs)
    assert len(refused) == 1
    assert not build(built, "ledgers")


def test_staging_of_the_site_is_current_until_site_code_or_tables_change(built, connection, monkeypatch):
    version = open_context(built, month=MONTH).site_version
    assert not is_site_staged(connection, version)
    connection.execute("create view staging_site.stg_site__divisions as select 1 as division")
    record_staged_site(connection, version)
    assert is_site_staged(connection, version)
    assert not is_site_staged(connection, "another")
    connection.execute("drop view staging_site.stg_site__divisions")
    assert not is_site_staged(connection, version)
    connection.execute("create table staging_site.standard_codes (code text)")
    record_staged_site(connection, version)
    connection.execute("truncate staging_site.standard_codes")
    assert not is_site_staged(connection, version)
    record_staged_site(connection, version)
    monkeypatch.setattr(code_version, "package_hash", lambda _: "changed")
    assert not is_site_staged(connection, version)


def test_home_of_the_files_is_part_of_no_id(built, tmp_path):
    """A worker with another home folder writes the files it lacks, and builds nothing else."""
    elsewhere = replace(built, home=tmp_path / "elsewhere")
    assert reasons(elsewhere) == {"publication": ("reports/1/page.html",)}
