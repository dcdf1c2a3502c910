"""Every command's help is there in Chinese, as clerks read it, and fits a terminal."""

import unicodedata

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from cli.commands import COMMANDS, app, load
from cli.language import catalogue, paragraphs, use


@pytest.fixture(autouse=True)
def _in_english_afterwards():
    yield
    use("en")


def texts(command) -> set[str]:
    """Return every paragraph of a command's help, its options' and its subcommands'."""
    help_texts = {command.help, *(getattr(parameter, "help", None) for parameter in command.params)}
    paragraphs_said = {paragraph for text in help_texts if text for paragraph in paragraphs(text)}
    return paragraphs_said.union(*(texts(inner) for inner in getattr(command, "commands", {}).values()))


def every_text() -> set[str]:
    root = get_command(app)
    options = {parameter.help for parameter in root.params if parameter.help}
    lines = {line for _, line in COMMANDS.values()}
    return (
        {root.help, "Show this message and exit."}
        | options
        | lines
        | set().union(*(texts(load(name)) for name in COMMANDS))
    )


# What a command lists from the tables it works on is not translated.
LISTS = ("One of files, ", "One of publications, ")


def test_every_help_text_has_a_translation_and_no_translation_is_left_over():
    help_texts = {text for text in every_text() if not text.startswith(LISTS)}
    assert help_texts == set(catalogue()["texts"])


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


@pytest.mark.parametrize("command", [[], ["trace"], ["case", "record"], ["simulate"]], ids=" ".join)
def test_help_is_chinese_and_fits_the_terminal(command):
    done = CliRunner().invoke(app, ["--lang", "zh", *command, "--help"])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].startswith("用法：")
    assert [line for line in lines if columns(line) > 80] == []
    described = [line for line in lines if line.lstrip().startswith("--help")]
    assert len(described) == 1
    assert described[0].endswith("显示本帮助后退出。")
    assert not any(word in done.output for word in ("Usage", "Options:", "Commands:", "Arguments:"))


def test_list_of_commands_is_chinese_to_its_last_line():
    done = CliRunner().invoke(app, ["--lang", "zh", "--help"])
    assert [line for line in done.output.splitlines()[1:] if line.endswith("...")] == []


def test_help_is_english_unless_asked_and_another_language_is_refused():
    assert "Usage:" in CliRunner().invoke(app, ["trace", "--help"]).output
    with pytest.raises(typer.BadParameter, match="'fr' is not one of en, zh"):
        CliRunner().invoke(
            app, ["--lang", "fr", "trace", "--help"], standalone_mode=False, catch_exceptions=False
        )
