"""Every mistake of an operator is one line that says what to do, with an exit code of its own."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

import pytest

from fundwatch import errors
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import EXAMPLE_SITE, Settings
from tests.support import run_fundwatch, run_program

ONE_LINE = re.compile(r"error: .+\. .+\. .+\.\n")


def _fails(*arguments: str, settings: Settings, code: int, names: str, env: dict | None = None) -> None:
    done = run_fundwatch(*arguments, settings=settings, check=False, env=env)
    message = done.stderr.decode()
    assert done.returncode == code, message
    assert ONE_LINE.fullmatch(message), message
    assert names in message


def test_url_that_is_no_postgresql_url_is_refused(settings: Settings) -> None:
    _fails(
        "build", "--month", "2024-06", settings=settings, code=errors.DatabaseUrlInvalid.exit_code,
        names="FUNDWATCH_DATABASE_URL", env={"FUNDWATCH_DATABASE_URL": "mysql://somewhere/else"},
    )  # fmt: skip


def test_warehouse_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://someone:very-secret@127.0.0.1:{closed.getsockname()[1]}/fundwatch"
    done = run_fundwatch("db", "up", settings=settings, check=False, env={"FUNDWATCH_DATABASE_URL": url})
    message = done.stderr.decode()
    assert done.returncode == errors.WarehouseUnavailable.exit_code
    assert ONE_LINE.fullmatch(message)
    assert "very-secret" not in message


def test_production_database_that_is_not_there_is_named(settings: Settings) -> None:
    _fails(
        "ingest", "--month", "2024-06", "--feed", "production", settings=settings,
        code=errors.ProductionUnavailable.exit_code, names="2024-06",
    )  # fmt: skip
    assert not list(settings.home.rglob("production-2024-06.db")), "an empty database was made"


def test_production_server_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://reader:very-secret@127.0.0.1:{closed.getsockname()[1]}/core"
    done = run_fundwatch(
        "ingest", "--month", "2024-06", "--feed", "production", settings=settings, check=False,
        env={"FUNDWATCH_PRODUCTION_URL": url},
    )  # fmt: skip
    assert done.returncode == errors.ProductionUnavailable.exit_code
    assert ONE_LINE.fullmatch(done.stderr.decode())
    assert "very-secret" not in done.stderr.decode()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE_SITE, tmp_path / "site"))


def test_missing_site_file_is_named(settings: Settings, site: Path) -> None:
    (site / "divisions.csv").unlink()
    _fails(
        "build", "--month", "2024-06", settings=settings, code=errors.SiteIncomplete.exit_code,
        names="divisions.csv", env={"FUNDWATCH_SITE": str(site)},
    )  # fmt: skip


def test_missing_site_column_is_named(settings: Settings, site: Path) -> None:
    rates = site / "contribution_rates.csv"
    rates.write_text(rates.read_text(encoding="utf-8").replace("employer_rate", "rate", 1), encoding="utf-8")
    _fails(
        "build", "--month", "2024-06", settings=settings, code=errors.SiteIncomplete.exit_code,
        names="employer_rate", env={"FUNDWATCH_SITE": str(site)},
    )  # fmt: skip


def test_division_named_twice_is_refused(settings: Settings, site: Path) -> None:
    divisions = site / "divisions.csv"
    lines = divisions.read_text(encoding="utf-8").splitlines(keepends=True)
    divisions.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    _fails(
        "build", "--month", "2024-06", settings=settings, code=errors.SiteIncomplete.exit_code,
        names=lines[-1].partition(",")[0], env={"FUNDWATCH_SITE": str(site)},
    )  # fmt: skip


def test_taken_port_is_named(settings: Settings) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        _fails(
            "up", settings=settings, code=errors.PortTaken.exit_code, names=port,
            env={"FUNDWATCH_AIRFLOW_PORT": port},
        )  # fmt: skip


def test_second_build_says_so_and_exits(settings: Settings) -> None:
    with open_warehouse(settings).exclusive("a test"):
        _fails(
            "build", "--month", "2024-06", settings=settings, code=errors.WarehouseBusy.exit_code,
            names="another build",
        )  # fmt: skip


@pytest.mark.parametrize("month", ["2024-6", "2024-13", "202406", "２０２４-06", "9999-12"])
@pytest.mark.parametrize("command", ["ingest", "build", "measure", "publish", "run"])
def test_month_written_otherwise_is_refused(settings: Settings, command: str, month: str) -> None:
    _fails(
        command, "--month", month, settings=settings, code=errors.MonthInvalid.exit_code,
        names="YYYY-MM",
    )  # fmt: skip


def test_export_of_a_month_never_built_is_refused(settings: Settings) -> None:
    _fails(
        "export", "indicators", "--month", "2024-06", settings=settings,
        code=errors.NotFound.exit_code, names="2024-06",
    )  # fmt: skip


@pytest.mark.parametrize("month", [(), ("--month", "2024-06")])
def test_evaluation_before_any_cross_check_is_refused(
    settings: Settings, tmp_path: Path, month: tuple[str, ...]
) -> None:
    (tmp_path / "city.json").write_text('{"months": ["2024-06"]}', encoding="utf-8")
    _fails(
        "evaluate", "--truth", str(tmp_path), *month, settings=settings,
        code=errors.NotFound.exit_code, names="the step crosscheck has never run",
    )  # fmt: skip


def test_exit_codes_are_distinct() -> None:
    classes = [
        value for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.FundwatchError)
    ]  # fmt: skip
    assert len(classes) > 10
    assert len({error.exit_code for error in classes}) == len(classes)


def test_command_line_that_is_not_understood_is_one_line(settings: Settings) -> None:
    _fails(
        "export", "nothing", "--month", "2024-06", settings=settings,
        code=errors.UsageWrong.exit_code, names="choose one of",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [("FUNDWATCH_TIMEZONE", "Mars/Olympus"), ("FUNDWATCH_AIRFLOW_PORT", "abc")]
)
def test_setting_that_cannot_be_used_is_named(settings: Settings, name: str, value: str) -> None:
    _fails(
        "db", "status", settings=settings, code=errors.SettingInvalid.exit_code, names=name,
        env={name: value},
    )  # fmt: skip


def test_simulation_leaves_a_folder_of_somebody_else_alone(settings: Settings, site: Path) -> None:
    _fails(
        "simulate", "--months", "2024-01", "--persons", "50", "--out", str(site.parent),
        settings=settings, code=errors.FolderUnusable.exit_code, names="no simulation wrote",
    )  # fmt: skip
    assert (site / "divisions.csv").exists()


@pytest.mark.parametrize("name", [" ", "\u202e\u202c", "\u3164", "\u2800\ufe0f"])
def test_name_of_a_preparer_that_is_none_is_refused(settings: Settings, name: str) -> None:
    _fails(
        "publish", "--month", "2024-06", "--as", name, settings=settings,
        code=errors.SignOffRefused.exit_code, names="--as",
    )  # fmt: skip


@pytest.mark.parametrize("given", [(), ("--until", "2024-07", "--lift")])
def test_waiver_without_an_end_or_with_two_is_refused(settings: Settings, given: tuple[str, ...]) -> None:
    _fails(
        "waive", "abcd", "--as", "王", "--reason", "why", *given, settings=settings,
        code=errors.UsageWrong.exit_code, names="--lift",
    )  # fmt: skip


def test_waiver_of_an_unknown_issue_names_the_export_to_look_in(settings: Settings) -> None:
    _fails(
        "waive", "abcd", "--as", "王", "--reason", "why", "--until", "2024-07", settings=settings,
        code=errors.NotFound.exit_code, names="fundwatch export rectification",
    )  # fmt: skip


def test_declaration_of_an_unknown_item_lists_those_there_are(settings: Settings) -> None:
    _fails(
        "declare", "nonsense", "--month", "2024-06", "--as", "李", "--answer", "yes", settings=settings,
        code=errors.UsageWrong.exit_code, names="joint_review",
    )  # fmt: skip


def test_run_of_an_unknown_option_is_refused_without_a_traceback(settings: Settings) -> None:
    done = run_program("run", "--moonth", "2024-06", settings=settings)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
