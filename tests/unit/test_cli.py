"""The command line: what it lists, what it imports, what it says of itself."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_group
from typer.testing import CliRunner

import cli
from cli import app, version
from cli.commands import COMMANDS, load
from cli.demo.report import show_what_to_open
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.settings import Settings

ROOT = Path(__file__).parents[2]


def run(*arguments: str, env: dict[str, str] | None = None):
    return CliRunner().invoke(app, arguments, env=env)


@pytest.mark.parametrize("name", COMMANDS)
def test_line_of_the_help_is_the_first_paragraph_of_the_docstring(name: str) -> None:
    assert load(name).help.partition("\n\n")[0].replace("\n", " ") == COMMANDS[name][1]


def test_every_command_of_a_module_is_listed() -> None:
    modules = {module for module, _ in COMMANDS.values()}
    groups = {
        "database",
        "alerts",
        "audit",
        "operating.months",
        "operating.linkage",
        "cases.case",
        "portal.users",
    }
    commands = {
        (name, module)
        for module in modules - groups
        for name in get_group(import_module(f"cli.{module}").app).commands
    }
    assert commands == {(name, module) for name, (module, _) in COMMANDS.items() if module not in groups}


def test_help_lists_every_command_with_its_whole_line() -> None:
    shown = run("--help", env={"COLUMNS": "80"}).stdout
    assert [name for name, (_, line) in COMMANDS.items() if line not in shown] == []


@pytest.mark.parametrize(
    ("start", "heavy"),
    [
        ("import cli.commands", "psycopg pydantic sqlalchemy rich"),
        ("import cli.export", "sqlalchemy rich alembic"),
    ],
)
def test_command_imports_only_what_it_needs(start: str, heavy: str) -> None:
    program = f"import sys; {start}; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_help_of_the_command_line_imports_no_command() -> None:
    program = "import sys\nfrom cli import main\nsys.argv = ['fundwatch', '--help']\ntry:\n    main()\n"
    program += "finally:\n    print([name for name in ('psycopg', 'pydantic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_mistyped_command_is_refused_with_a_suggestion() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cli import main; main()", "exprt"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Did you mean 'export'? Nothing was changed." in done.stderr.decode()


def test_version_names_the_commit_of_the_checkout() -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    shown = run("--version").stdout.strip()
    assert shown == f"fundwatch {version.__version__}" + (f" (commit {head[:12]})" if head else "")


def test_version_names_no_commit_of_a_checkout_around_an_installed_copy(tmp_path, monkeypatch) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    (tmp_path / "inner").mkdir()
    monkeypatch.setattr(version, "_ROOT", tmp_path / "inner")
    assert version.described() == f"fundwatch {version.__version__}"


@pytest.mark.parametrize(
    ("words", "completed"), [("fundwatch exp", "export"), ("fundwatch export --fo", "--format")]
)
def test_shell_completes_commands_and_their_options(words: str, completed: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("fundwatch"))], capture_output=True, check=False,
        env={"_FUNDWATCH_COMPLETE": "complete_bash", "COMP_WORDS": words,
             "COMP_CWORD": str(words.count(" "))},
    )  # fmt: skip
    assert completed in done.stdout.decode().split()


def test_command_that_starts_the_embedded_server_says_so(monkeypatch, tmp_path: Path, capsys) -> None:
    for name, answer in {"_answers": False, "_recovers": False, "_create": None, "_launch": None}.items():
        monkeypatch.setattr(EmbeddedPostgres, name, lambda _, answer=answer: answer)
    monkeypatch.setattr(EmbeddedPostgres, "_ensure_databases", lambda _: None)
    monkeypatch.setattr(EmbeddedPostgres, "url", lambda *_: "")
    cli._say_what_was_started()
    EmbeddedPostgres(tmp_path).start()
    assert capsys.readouterr().err == "PostgreSQL was down and was started; fundwatch db down stops it\n"


def test_demo_ends_with_the_one_thing_to_open_first_for_each_of_four_users(tmp_path: Path, capsys) -> None:
    settings = Settings(home=tmp_path)
    (tmp_path / "rectification" / "2024-06").mkdir(parents=True)
    (tmp_path / "rectification" / "2024-06" / "230602.xlsx").touch()
    show_what_to_open(tmp_path / "reports" / "3", settings, month="2024-06", url="http://127.0.0.1:8080")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "Open first:"
    users = ("engineer", "statistician", "supervisor", "auditor")
    assert [line.split()[0] for line in lines[2:]] == list(users)
    assert f"{tmp_path / 'rectification' / '2024-06'}" in lines[4]
