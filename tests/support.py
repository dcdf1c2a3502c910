"""What tests share: databases, the real command line, a built city."""

from __future__ import annotations

import csv
import io
import os
import secrets
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from xdist.scheduler import LoadScopeScheduling

from fundwatch.host import free_port
from fundwatch.months import parse_range
from fundwatch.settings import Settings
from tests.running.commands import PROGRAM, Command, start

HISTORY = "2023-07..2024-06"
# The months that are run, each on what the months before it left: the last three, or more of the history.
MONTHS = tuple(parse_range(HISTORY))[-int(os.environ.get("FUNDWATCH_TEST_MONTHS", "3")) :]
# The evidence of a case lists each row of it, thousands of an account that many share.
csv.field_size_limit(2**30)
# Where a row came from depends on which months were landed before; figures and points do not.
PROVENANCE = {"cases": {"evidence"}}
# Whether a threshold's grace is over depends on the months measured before.
COMPARED_WITH_EARLIER_MONTHS = {"scorecard": {"status", "grade"}}
# Who entered and who left is not known without the month before, nor what was corrected or rewritten since.
NEEDS_THE_MONTH_BEFORE = {
    "cases": ("rule_id", ("identity_rewritten", "same_hand")),
    "indicators": ("indicator", ("entered", "left")),
    "scorecard": ("metric", ("error_correction_rate",)),
}
FIGURES = ("indicators", "reports", "scorecard", "rule_results", "reconciliation", "cases")
EXPORTS = ("files", "quarantine", *FIGURES, "rectification")


def portal_ports() -> dict[str, str]:
    """Return the settings of a portal that is in nobody's way: free ports, as environment variables."""
    return {f"FUNDWATCH_PORTAL_{name}": str(free_port()) for name in ("PORT", "METRICS_PORT")}


def drawn(count: int) -> list:
    """Return the seeds of random runs: the first is for ``make test``, the others are scenarios."""
    return [pytest.param(seed, marks=pytest.mark.scenarios if seed else ()) for seed in range(count)]


# Modules that read the same compiled project.
READ_THE_PROJECT = ("tests/conventions/test_lineage.py", "tests/conventions/test_portability.py")


class ByModule(LoadScopeScheduling):
    """Sends a module's tests to one worker, those of its classes too, and what compiles the same project."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return READ_THE_PROJECT[0] if module in READ_THE_PROJECT else module


@dataclass(frozen=True)
class Databases:
    """Makes databases on the shared server; a migrated template makes each one cheap."""

    url: str
    made: list[str] = field(default_factory=list)

    def create(self, *, template: str | None = None) -> str:
        """Return the URL of a new database, empty or copied from ``template``."""
        name = f"test_{secrets.token_hex(6)}"
        self.made.append(name)
        with psycopg.connect(self.url, autocommit=True) as connection:
            # Copied file by file: the server's own default writes every page to its log, at twice the cost.
            connection.execute(
                f"create database {name} template {template or 'template0'} strategy file_copy"
            )
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def keep(self, url: str) -> str:
        """Keep a database that others are copied from, or that a whole run uses; return its name."""
        self.made.remove(self.name(url))
        return self.name(url)

    def drop(self) -> None:
        """Drop the databases made so far, but for those kept."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self.made:
                connection.execute(f"drop database {name} with (force)")
        self.made.clear()

    @staticmethod
    def pack_catalogue(url: str) -> None:
        """Write the catalogue of a database anew, without the rows and free space that migrations left in it.

        A third of what each copy costs. Our own tables stay as never vacuumed, as in a new warehouse.
        """
        with psycopg.connect(url, autocommit=True) as connection:
            catalogue = connection.execute(
                "select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace"
                " and relkind = 'r' and not relisshared"
            ).fetchall()
            for (name,) in catalogue:
                connection.execute(f"vacuum full pg_catalog.{name}")

    @staticmethod
    def name(url: str) -> str:
        """Return the name of the database of a URL."""
        return make_url(url).database or ""


def put_off_guards(connection: psycopg.Connection) -> None:
    """Let this session change what the triggers of the operational tables guard, as their owner could.

    Two steps: triggers that hold always become ordinary ones, and ordinary ones are put off.
    """
    guards = connection.execute(
        "select format('alter table %s enable trigger %I', tgrelid::regclass, tgname) from pg_trigger"
        " where tgenabled = 'A'"
    ).fetchall()
    for (statement,) in guards:
        connection.execute(statement)
    connection.execute("set session_replication_role = replica")


def _environment(settings: Settings, extra: dict[str, str] | None) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")},
        "FUNDWATCH_HOME": str(settings.home),
        **({"FUNDWATCH_DATABASE_URL": settings.database_url} if settings.database_url else {}),
        **(extra or {}),
    }


def _is_as_the_forker_started(extra: dict[str, str] | None) -> bool:
    """Whether an interpreter with these settings would be no other than the one that forks."""
    return all(name.startswith("FUNDWATCH_") or name == "TMPDIR" for name in extra or {})


def start_fundwatch(*arguments: str, settings: Settings, env: dict[str, str] | None = None) -> Command:
    """Start a command in a process of its own and return at once; its stderr can be read line by line."""
    assert _is_as_the_forker_started(env)
    with open(os.devnull, "wb") as stdout:  # noqa: PTH123 - a device
        return start(arguments, environment=_environment(settings, env), stdout=stdout, stderr=None)


def run_program(
    *arguments: str, settings: Settings, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the installed program ``fundwatch``, as an operator would."""
    return subprocess.run(
        [str(PROGRAM), *arguments], capture_output=True, check=False, env=_environment(settings, env)
    )


def run_fundwatch(
    *arguments: str, settings: Settings, check: bool = True, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own: forked, and so without the seconds that a start takes."""
    if _is_as_the_forker_started(env):
        done = _run_forked(arguments, _environment(settings, env))
    else:
        done = run_program(*arguments, settings=settings, env=env)
    if check and done.returncode:
        pytest.fail(f"fundwatch {' '.join(arguments)} exited {done.returncode}: {done.stderr.decode()}")
    return done


def _run_forked(
    arguments: tuple[str, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        code = start(arguments, environment=environment, stdout=stdout, stderr=stderr).wait()
        stdout.seek(0)
        stderr.seek(0)
        return subprocess.CompletedProcess(arguments, code, stdout.read(), stderr.read())


def export_rows(what: str, month: str, *, settings: Settings) -> list[dict[str, str]]:
    """Return the rows of ``fundwatch export`` as programs read them."""
    done = run_fundwatch("export", what, "--month", month, settings=settings)
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


def exports(
    settings: Settings,
    month: str,
    which: tuple[str, ...],
    *,
    without: dict[str, set[str]] = PROVENANCE,
    but_for: dict[str, tuple[str, tuple[str, ...]]] | None = None,
) -> dict[str, list[tuple]]:
    """Return the rows of several exports, without the columns that say where a row came from.

    ``but_for`` leaves out, per export, the rows of which a column holds one of the values given.
    """
    tables = {}
    for what in which:
        dropped = without.get(what, set())
        column, left_out = (but_for or {}).get(what, ("", ()))
        rows = export_rows(what, month, settings=settings)
        rows = [row for row in rows if row.get(column) not in left_out]
        tables[what] = [
            tuple(value for column, value in row.items() if column not in dropped) for row in rows
        ]
    return tables


def differing(left: dict[str, list], right: dict[str, list]) -> dict[str, int]:
    """Return, per export that is not equal, how many rows are on one side only."""
    return {what: len(set(left[what]) ^ set(right[what])) for what in left if left[what] != right[what]}


@dataclass(frozen=True)
class BuiltCity:
    """A simulated city of which the last months were run by ``fundwatch run``, cold."""

    folder: Path
    months: tuple[str, ...]
    settings: Settings

    def export(self, what: str, month: str) -> list[dict[str, str]]:
        """Return the rows of one export of a month."""
        return export_rows(what, month, settings=self.settings)
