"""A backup holds everything a site cannot get again, and is restored whole, verified, or not at all."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fundwatch import audit
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import BackupUnusable
from fundwatch.host import file_sha256
from fundwatch.settings import Settings
from pipeline import steps
from pipeline.backup import CONTENTS, DUMP, backup, restore
from tests.integration.ingestion.support import voucher, vouchers, write_file, write_site
from tests.support import Databases, run_fundwatch

COUNTS = (
    "select (select count(*) from landing.tax__voucher), (select count(*) from ops.files),"
    " (select count(*) from ops.audit), (select count(*) from site.divisions),"
    " (select max(taxpayer_name) from landing.tax__voucher)"
)


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """A warehouse with a landed file and an entry in the audit log, and a file that was published."""
    write_site(settings)
    write_file(settings, "tax", "vouchers.csv", **vouchers(voucher(taxpayer_name="汉字公司"), voucher()))
    steps.ingest(settings, month="2024-06", feed="tax")
    with open_warehouse(settings).connect() as connection:
        audit.append(connection, stream=audit.EXPORTS, actor="me", action="exported", about="something")
    report = settings.home / "reports" / "1" / "R1.pdf"
    report.parent.mkdir(parents=True)
    report.write_bytes(b"a report")
    return settings


@pytest.fixture
def elsewhere(databases: Databases, tmp_path: Path) -> Settings:
    """Another home, and an empty database."""
    return Settings(home=tmp_path / "elsewhere", database_url=databases.create())


def counts(settings: Settings) -> list[tuple]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(COUNTS).fetchall()


def test_restored_backup_is_the_warehouse_its_files_and_its_site(
    filled: Settings, elsewhere: Settings, tmp_path
):
    done = run_fundwatch("backup", str(tmp_path / "backup"), "--json", settings=filled)
    assert json.loads(done.stdout)["files"] > len(list((filled.city / "site").glob("*.csv")))
    done = run_fundwatch("restore", str(tmp_path / "backup"), "--json", settings=elsewhere)
    assert json.loads(done.stdout)["audit_entries"] == 1
    assert counts(elsewhere) == counts(filled)
    assert counts(filled)[0][:2] == (2, 1)
    for part in ("vault", "reports", "city/site"):
        kept = {
            path.relative_to(filled.home): file_sha256(path) for path in (filled.home / part).rglob("*.*")
        }
        there = {
            path.relative_to(elsewhere.home): file_sha256(path)
            for path in (elsewhere.home / part).rglob("*.*")
        }
        assert kept == there, part
    steps.ingest(elsewhere, month="2024-06", feed="tax")
    assert counts(elsewhere) == counts(filled)


def test_backup_is_closed_to_others(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "backup" / DUMP).stat().st_mode) == 0o600


def test_backup_is_written_to_no_folder_that_holds_something(filled: Settings, tmp_path: Path) -> None:
    (tmp_path / "note").touch()
    with pytest.raises(BackupUnusable, match="not empty"):
        backup(filled, tmp_path)


@pytest.mark.parametrize("name", [DUMP, "home/reports/1/R1.pdf", CONTENTS])
def test_damaged_backup_is_refused_before_anything_is_restored(
    filled, elsewhere, tmp_path, name: str
) -> None:
    backup(filled, tmp_path / "backup")
    with (tmp_path / "backup" / name).open("ab") as damaged:
        damaged.write(b"}")
    with pytest.raises(BackupUnusable, match=r"damaged|missing or changed"):
        restore(elsewhere, tmp_path / "backup")
    with psycopg.connect(elsewhere.database_url) as connection:
        assert connection.execute("select to_regnamespace('ops')").fetchall() == [(None,)]


def test_restore_overwrites_neither_a_warehouse_nor_a_file(filled, elsewhere, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup")
    before = counts(filled)
    with pytest.raises(BackupUnusable, match="holds a warehouse already"):
        restore(replace(elsewhere, database_url=filled.database_url), tmp_path / "backup")
    assert counts(filled) == before
    other = elsewhere.home / "reports" / "1" / "R1.pdf"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another report")
    with pytest.raises(BackupUnusable, match=r"R1\.pdf is there already"):
        restore(elsewhere, tmp_path / "backup")
    assert other.read_bytes() == b"another report"


def test_audit_log_that_was_changed_is_noticed_at_restore(filled, elsewhere, tmp_path: Path) -> None:
    with open_warehouse(filled).connect() as connection:
        connection.execute("alter table ops.audit disable trigger all")
        connection.execute("update ops.audit set actor = 'somebody else'")
    backup(filled, tmp_path / "backup")
    with pytest.raises(Exception, match="not what was entered"):
        restore(elsewhere, tmp_path / "backup")
