"""What operators do with files: release by a second person, retry, explain, list."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from typer.testing import CliRunner

from cli import app
from fundwatch.actors import current_user
from fundwatch.errors import NotFound, NotUnique, SignOffRefused, VaultDamaged
from ingestion import land
from ingestion.files import reasons
from ingestion.files.operations.advice import REASONS, ROW_REASONS, STATES, advice
from ingestion.files.operations.explain import explain
from ingestion.files.operations.find import find
from pipeline import steps
from tests.integration.ingestion.support import COUNTY, rows_of, voucher, vouchers, write_file, write_site
from tests.support import run_fundwatch


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


@pytest.fixture
def ingest(warehouse, settings):
    def ingested(month: str = "2024-06") -> list[tuple]:
        land(warehouse, settings, month=month, feeds=["tax"])
        return states(warehouse)

    return ingested


def states(warehouse) -> list[tuple]:
    return rows_of(warehouse, "select name, state, reason from ops.files order by first_seen_at, name")


@pytest.fixture
def held(settings, ingest):
    """A file of which two rows of a hundred would be refused, and one that waits for it."""
    rows = [voucher(amount="1.00") for _ in range(98)]
    rows += [voucher(amount="0.10", collected_on="") for _ in range(2)]
    write_file(settings, "tax", "a.csv", **vouchers(*rows))
    write_file(settings, "tax", "c.csv", **{**vouchers(voucher()), "sequence": 3})
    ingest()


@pytest.mark.usefixtures("held")
def test_release_loads_the_good_rows_and_then_what_waited(settings, warehouse):
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher(amount="7.00")), "sequence": 2})
    for gone in ("a.csv", "a.csv.manifest.json"):
        (settings.inbox_folder / "tax" / gone).unlink()
    steps.release(settings, file="a.csv", name="王 二", reason="sender cannot mend it")
    assert states(warehouse) == [("a.csv", "loaded", ""), ("c.csv", "held", "SEQUENCE_GAP")]
    assert rows_of(
        warehouse,
        "select rows_declared, rows_loaded, rows_quarantined, rows_repeated,"
        " amount_declared - amount_loaded - amount_quarantined from ops.files where name = 'a.csv'",
    ) == [(100, 98, 2, 0, 0)]
    assert rows_of(warehouse, "select held_by, released_by, reason from ops.releases") == [
        (current_user(), "王 二", "sender cannot mend it")
    ]
    steps.ingest(settings, month="2024-06", feed="tax")
    assert {state for _, state, _ in states(warehouse)} == {"loaded"}


def test_release_takes_those_held_behind_it(settings, warehouse, ingest):
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "sequence": 2})
    ingest()
    bad = [voucher(amount="1.00", collected_on="") for _ in range(2)]
    write_file(settings, "tax", "a.csv", **vouchers(*bad))
    with warehouse.connect() as connection:
        connection.execute("update ops.files set reason = 'SEQUENCE_GAP', state = 'held'")
    land(warehouse, settings, month="2024-06", feeds=["tax"])
    with warehouse.connect() as connection:
        connection.execute(
            "update ops.files set reason = 'SEQUENCE_GAP', state = 'held', rows_loaded = 0"
            " where name = 'b.csv'"
        )
        connection.execute("delete from landing.tax__voucher")
    released = steps.release(settings, file="a.csv", name="wang", reason="agreed")
    assert [(file.name, file.state) for file in released.files] == [("a.csv", "loaded"), ("b.csv", "loaded")]


@pytest.mark.usefixtures("held")
def test_release_is_refused_by_the_person_who_ran_the_pipeline(settings, warehouse):
    for name in (current_user(), f" {current_user().upper()} ", ""):
        with pytest.raises(SignOffRefused):
            steps.release(settings, file="a.csv", name=name, reason="mine")
    with pytest.raises(SignOffRefused):
        steps.release(settings, file="a.csv", name="wang", reason=" ")
    assert rows_of(warehouse, "select count(*) from ops.releases") == [(0,)]
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(0,)]


@pytest.mark.usefixtures("held")
def test_release_is_refused_when_the_file_is_not_held_for_its_rows(settings, warehouse):
    with pytest.raises(SignOffRefused, match="SEQUENCE_GAP"):
        steps.release(settings, file="c.csv", name="wang", reason="no")


@pytest.mark.usefixtures("held")
def test_release_of_a_loaded_file_changes_nothing_the_second_time(settings, warehouse):
    for _ in range(2):
        steps.release(settings, file="a.csv", name="wang", reason="agreed")
    assert rows_of(warehouse, "select count(*) from ops.releases") == [(1,)]
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(98,)]


@pytest.mark.usefixtures("held")
def test_release_stands_when_the_process_dies_before_it_loads(settings, warehouse, ingest):
    from ingestion.files.operations.retry import sign_release

    sign_release(warehouse, file="a.csv", name="wang", reason="agreed")
    assert ("a.csv", "loaded", "") in ingest()


@pytest.mark.usefixtures("held")
def test_release_counts_as_an_ingest_of_its_feed(settings, warehouse):
    steps.release(settings, file="a.csv", name="wang", reason="agreed")
    assert rows_of(
        warehouse, "select month, outcome, detail -> 'feeds' from ops.runs where step = 'ingest'"
    ) == [("2024-06", "done", ["tax"])]


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("table", ["releases", "file_events"])
def test_record_cannot_be_changed_or_deleted(settings, warehouse, table):
    steps.release(settings, file="a.csv", name="wang", reason="agreed")
    for change in (
        f"update ops.{table} set file_id = 'x'",
        f"delete from ops.{table}",
        f"truncate ops.{table}",
    ):
        with warehouse.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(change)


def test_retry_judges_a_refused_file_anew_when_the_site_has_changed(settings, warehouse, ingest):
    new = "230699"
    write_file(settings, "tax", "v.csv", **{**vouchers(voucher()), "division": new})
    assert ingest() == [("v.csv", "rejected", "MANIFEST_INVALID")]
    write_site(
        settings, divisions=[("230600", "城", "City", "city", ""), (new, "新", "New", "county", "230600")]
    )
    assert ingest() == [("v.csv", "rejected", "MANIFEST_INVALID")]
    retried = steps.retry(settings, file="v.csv")
    assert [(file.name, file.state) for file in retried.files] == [("v.csv", "loaded")]
    history = rows_of(warehouse, "select event, reason from ops.file_events order by event_id")
    assert history == [
        ("arrived", ""), ("rejected", "MANIFEST_INVALID"), ("retried", ""), ("loaded", ""),
    ]  # fmt: skip


def test_retry_takes_a_held_file_from_the_vault_when_its_map_was_mended(settings, warehouse, ingest):
    path = write_file(settings, "tax", "v.csv", **vouchers(*[voucher(scheme="11") for _ in range(3)]))
    assert ingest() == [("v.csv", "held", "TOO_MANY_REFUSED")]
    path.unlink()
    path.with_name("v.csv.manifest.json").unlink()
    write_site(settings, code_map=[("tax", "scheme", "11", "110", "2024-01", "")])
    steps.retry(settings, file="v.csv")
    assert states(warehouse) == [("v.csv", "loaded", "")]


def test_retry_says_that_the_bytes_are_nowhere_and_changes_nothing(settings, warehouse, ingest):
    path = write_file(settings, "tax", "v.csv", **{**vouchers(voucher()), "sha256": "0" * 64})
    ingest()
    path.unlink()
    before = rows_of(warehouse, "select * from ops.files")
    with pytest.raises(VaultDamaged):
        steps.retry(settings, file="v.csv")
    assert rows_of(warehouse, "select * from ops.files") == before


def test_retry_of_a_loaded_file_changes_nothing(settings, warehouse, ingest):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    before = rows_of(warehouse, "select * from ops.files")
    steps.retry(settings, file="v.csv")
    assert rows_of(warehouse, "select * from ops.files") == before


def test_file_is_found_by_id_by_its_beginning_and_by_name_unless_several_fit(settings, warehouse, ingest):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    write_file(settings, "tax", "v.csv", **{**vouchers(voucher(amount="3.00")), "sequence": 2})
    ingest()
    ids = [file_id for (file_id,) in rows_of(warehouse, "select file_id from ops.files order by sequence")]
    with warehouse.connect() as connection:
        assert find(connection, ids[0]).file_id == ids[0]
        assert find(connection, ids[1][:12]).file_id == ids[1]
        with pytest.raises(NotUnique) as caught:
            find(connection, "v.csv")
        assert all(file_id[:12] in str(caught.value) for file_id in ids)
        for unknown in ("w.csv", "", "%", ids[0][:3], "0" * 64):
            with pytest.raises(NotFound):
                find(connection, unknown)


@pytest.mark.usefixtures("held")
def test_explanation_says_why_what_to_do_and_what_happened(settings, warehouse):
    explanation = explain(warehouse, settings, file="a.csv")
    assert (explanation.state, explanation.reason, explanation.rows_declared) == (
        "held",
        "TOO_MANY_REFUSED",
        100,
    )
    assert "MISSING_REQUIRED 2" in explanation.why
    assert "fundwatch release" in explanation.next_step
    assert explanation.vault_path is not None
    steps.release(settings, file="a.csv", name="wang", reason="agreed")
    explanation = explain(warehouse, settings, file="a.csv")
    assert [(refused.reason, refused.rows) for refused in explanation.refused_rows] == [
        ("MISSING_REQUIRED", 2)
    ]
    assert [(event.event, event.actor) for event in explanation.history] == [
        ("arrived", current_user()), ("held", current_user()), ("released", "wang"),
        ("loaded", current_user()),
    ]  # fmt: skip


def test_explanation_names_another_file_in_the_same_place(settings, warehouse, ingest):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    write_file(settings, "tax", "b.csv", **vouchers(voucher(amount="3.00")))
    ingest()
    explanation = explain(warehouse, settings, file="b.csv")
    assert [(file.name, file.state) for file in explanation.same_place] == [("a.csv", "loaded")]


def test_history_grows_only_when_something_happens(settings, warehouse, ingest):
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "sequence": 2})
    for _ in range(3):
        ingest()
    assert rows_of(warehouse, "select event, reason from ops.file_events order by event_id") == [
        ("arrived", ""), ("held", "SEQUENCE_GAP"),
    ]  # fmt: skip


def test_every_reason_and_state_has_its_explanation():
    codes = {value for name, value in vars(reasons).items() if name == value}
    assert len(codes) == 25
    assert {*REASONS} | {*ROW_REASONS} == codes
    assert {*REASONS} == {*reasons.FILE_REASONS}
    for state in ("waiting", "loading", "loaded", "superseded"):
        assert advice(state, "") == STATES[state]
    for one_advice in (*STATES.values(), *REASONS.values()):
        assert one_advice.meaning.endswith(".")
        assert one_advice.next_step.endswith(".")


@pytest.fixture
def run(settings, monkeypatch):
    """Run a command in this process and return what it prints."""
    monkeypatch.setenv("FUNDWATCH_HOME", str(settings.home))
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL", settings.database_url)

    def ran(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return ran


def test_commands_print_tables_and_json(settings, ingest, run):
    file = vouchers(voucher())
    write_file(settings, "tax", "v.csv", **file)
    write_file(settings, "tax", "w.csv", **{**vouchers(voucher()), "rows": 5, "division": COUNTY})
    ingest()
    listed = json.loads(run("files", "--state", "rejected", "--json"))
    assert [(file["name"], file["reason"]) for file in listed] == [("w.csv", "ROWS_MISMATCH")]
    assert json.loads(run("files", "--month", "2024-05", "--json")) == []
    assert len(json.loads(run("files", "--month", "2024-06", "--feed", "tax", "--json"))) == 2
    assert "ROWS_MISMATCH" in run("files")
    explanation = json.loads(run("explain", listed[0]["file_id"], "--json"))
    assert (explanation["reason"], explanation["rows_declared"]) == ("ROWS_MISMATCH", 5)
    assert hashlib.sha256(file["content"]).hexdigest() in run("explain", "v.csv")
    retried = json.loads(run("retry", "w.csv", "--json"))
    assert [(file["name"], file["state"]) for file in retried["files"]] == [("w.csv", "rejected")]
    assert "w.csv" in run("retry", "w.csv")


def test_ingest_names_the_files_that_this_run_did_not_load_and_why(settings, warehouse, run):
    write_file(settings, "tax", "a.csv", **vouchers(voucher()))
    write_file(settings, "tax", "b.csv", **{**vouchers(voucher()), "rows": 5, "division": COUNTY})
    shown = run("ingest", "--month", "2024-06", "--feed", "tax")
    assert "tax files loaded" in shown
    (line,) = [line for line in shown.splitlines() if "b.csv" in line]
    assert "rejected" in line
    assert "ROWS_MISMATCH" in line
    again = run("ingest", "--month", "2024-06", "--feed", "tax")
    assert "nothing new" in again
    assert "b.csv" not in again


def test_commands_spell_out_what_would_steer_a_terminal(settings, ingest, run):
    name = "v\x1b[31m\n\u202e[bold].csv"
    write_file(settings, "tax", name, **vouchers(voucher()))
    ingest()
    spelt = r"v\x1b[31m\n\u202e[bold].csv"
    for shown in (run("files"), run("explain", name), run("retry", name)):
        assert spelt in shown
        assert "\x1b" not in shown
    done = run_fundwatch("release", name, "--as", "a", "--reason", "b", settings=settings, check=False)
    assert done.stderr.decode().startswith(r"error: v\x1b[31m \u202e[bold].csv is loaded")


def test_explanation_shows_instants_in_the_sites_time_and_says_nothing_twice(settings, ingest, run):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    explanation = json.loads(run("explain", "v.csv", "--json"))
    at = datetime.fromisoformat(explanation["history"][0]["at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    shown = run("explain", "v.csv")
    assert f"{at:%Y-%m-%d %H:%M:%S}" in shown
    assert shown.count(explanation["meaning"]) == 1


def test_release_by_the_wrong_person_ends_in_one_line_with_its_own_exit_code(settings, ingest):
    write_file(settings, "tax", "v.csv", **vouchers(*[voucher(collected_on="") for _ in range(2)]))
    ingest()
    done = run_fundwatch(
        "release", "v.csv", "--as", current_user(), "--reason", "x", settings=settings, check=False
    )
    assert done.returncode == SignOffRefused.exit_code
    assert re.fullmatch(r"error: .+\. .+\. .+\.\n", done.stderr.decode())
