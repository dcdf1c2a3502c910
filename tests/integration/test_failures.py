"""A full disk and a lost server are one line and one exit code each, whatever library met them."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa
from dbt_common.exceptions import DbtDatabaseError

import cli
from fundwatch import errors
from fundwatch.database.failures import failure_in
from fundwatch.database.warehouse import Warehouse

FULL, LOST = errors.DiskFull.exit_code, errors.WarehouseUnavailable.exit_code
MYSELF = "select pg_terminate_backend(pg_backend_pid())"


def _ends(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> int:
    """Run some work as a command; return its exit code once it has printed one line."""
    monkeypatch.setattr(cli, "app", lambda **_: work())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capfd.readouterr()
    assert printed.err.startswith("error: ")
    assert (printed.out, printed.err.count("\n")) == ("", 1), printed.err
    return ended.value.code


def _lose_with_psycopg(url: str) -> None:
    with psycopg.connect(url) as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute(MYSELF)


def _lose_with_sqlalchemy(url: str, driver: str) -> None:
    engine = sa.create_engine(sa.make_url(url).set(drivername=f"postgresql+{driver}"))
    with engine.begin() as connection:
        connection.execute(sa.text(MYSELF))


def _lose_as_dbt_does(url: str) -> None:
    try:
        _lose_with_sqlalchemy(url, "psycopg2")
    except sa.exc.SQLAlchemyError as error:
        wrapped = DbtDatabaseError("a message")
        wrapped.__cause__ = error
        raise errors.InvariantBroken("dbt could not build", next_step="Report it") from wrapped


@pytest.mark.parametrize(
    "lose",
    [
        _lose_with_psycopg,
        lambda url: _lose_with_sqlalchemy(url, "psycopg"),
        lambda url: _lose_with_sqlalchemy(url, "psycopg2"),
        _lose_as_dbt_does,
    ],
    ids=["psycopg", "sqlalchemy", "sqlalchemy psycopg2", "dbt"],
)
def test_lost_server_is_one_line_and_one_exit_code(warehouse: Warehouse, monkeypatch, capfd, lose):
    assert _ends(lambda: lose(warehouse.url), monkeypatch, capfd) == LOST


def test_lost_server_makes_no_library_print_lines_of_its_own(warehouse: Warehouse):
    program = f"""
import cli, psycopg

def lose(**_):
    with psycopg.connect({warehouse.url!r}) as outer, psycopg.connect({warehouse.url!r}) as connection:
        with connection.transaction():
            outer.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
            connection.execute("select 1")

cli.app = lose
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (LOST, 1), done.stderr


def _full_system() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _full_in_a_folder() -> None:
    try:
        _full_system()
    except OSError:
        raise errors.FolderUnusable("reports cannot be written", next_step="Look") from None


def _full_database() -> None:
    raise sa.exc.OperationalError("insert", {}, psycopg.errors.DiskFull("could not extend file"))


def _full_sqlite() -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("pragma max_page_count = 1")
        connection.execute("create table one as select zeroblob(100000)")
    finally:
        connection.close()


@pytest.mark.parametrize("fill", [_full_system, _full_in_a_folder, _full_database, _full_sqlite])
def test_full_disk_is_one_line_and_one_exit_code(monkeypatch, capfd, fill):
    assert _ends(fill, monkeypatch, capfd) == FULL


def test_folder_of_another_account_is_one_line(monkeypatch, capfd):
    def work() -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/home/another/.fundwatch")

    assert _ends(work, monkeypatch, capfd) == errors.FolderUnusable.exit_code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('Database Error in model x\n  could not extend file "base/1": No space left on device', FULL),
        ("Database Error\n  server closed the connection unexpectedly", LOST),
        ("terminating connection due to administrator command", LOST),
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused', LOST),
        ("Got 3 results, configured to fail if != 0", None),
        (None, None),
    ],
)
def test_failure_is_read_from_the_message_that_dbt_leaves_of_it(message: str | None, code: int | None):
    failure = failure_in(message)
    assert (failure and failure.exit_code) == code
