"""The commands: which module holds each, and its line of ``fundwatch --help``.

A command's module is imported when the command is run; until then the line here stands for its docstring.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer._click import Command, Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

# Command -> its module in ``cli``, and the first paragraph of its docstring.
COMMANDS = {
    "simulate": ("months", "Write a synthetic city: production, feeds, site, truth."),
    "ingest": ("months", "Land everything that has arrived for months up to the month."),
    "build": ("months", "Build ledgers, statistics and report forms."),
    "measure": ("months", "Measure rates and rules by county; grade them."),
    "reconcile": ("months", "Set the sources of money against each other."),
    "crosscheck": ("months", "Match the sources against each other; list suspicious points."),
    "publish": ("months", "Render the month into a draft publication."),
    "run": ("months", "Run the month without Airflow: ingest to draft publication."),
    "months": ("operating.months", "The months that were run, and how far each is."),
    "evaluate": ("operating.evaluate", "Compare what was found with what the simulator planted."),
    "export": ("export", "Write one export of one or more months to stdout or a file."),
    "publications": ("publications", "List the publications, their state and what each waits for."),
    "review": ("publications", "Review a draft; the reviewer is not its preparer."),
    "approve": ("publications", "Approve a reviewed publication, which publishes it."),
    "reproduce": ("publications", "Rebuild a publication from its inputs and compare every bit."),
    "waive": ("quality", "Waive an issue until a month or a day, or lift its waiver."),
    "linkage": ("operating.linkage", "The model that links persons whose identity numbers do not."),
    "statement": (
        "statements.statement",
        "Show an account's balance statement, its entries by name.",
    ),
    "base-sheet": ("bases.sheets", "Write form B1 of a unit: its bases and what is to be verified."),
    "match": ("statements.matches", "Match entries of an account by hand, or confirm it."),
    "write-off": ("statements.matches", "Take an entry out of the matching by hand."),
    "unmatch": ("statements.matches", "Undo a match by hand or a write-off."),
    "uncounted": ("uncounted", "List what was landed and does not count as it stands, and why."),
    "declare": ("quality", "Answer a checklist item of the bulletin that no data answers."),
    "cases": ("cases.cases", "List the cases that wait, most expected money first."),
    "case": ("cases.case", "Show a case, record its next event; work lists."),
    "trace": ("trace", "Show the rows behind a figure, or a row and its figures."),
    "files": ("files", "List every file that arrived, with its state and reason."),
    "explain": ("files", "Explain a file's state, what to do, and its history."),
    "retry": ("files", "Validate a file again, and then the files that wait for it."),
    "release": ("files", "Load a file held for its rejected rows, as a second person."),
    "up": ("services", "Start database, Airflow and portal, and print where they are."),
    "down": ("services", "Stop exactly what up started."),
    "portal": ("portal.serving", "Serve the portal in the foreground; up starts it, too."),
    "users": ("portal.users", "Users of the portal: roles, passwords, sessions."),
    "backup": ("services", "Back up warehouse, vault, publications and site into a folder."),
    "restore": ("services", "Restore a backup into an empty database and home; verify it."),
    "status": ("status", "Show the state of database, Airflow, portal and feeds."),
    "db": ("database", "The warehouse's database server."),
    "alerts": ("alerts", "Late feeds, rejected files, failed steps; their delivery."),
    "audit": ("audit", "The audit log of signatures, exports and releases."),
}


class LazyGroup(TyperGroup):
    """A group that lists its commands from ``COMMANDS`` and imports the one that is run."""

    def __init__(self, **attributes: Any) -> None:
        """Fill the group with commands that have a name and a line of help only."""
        lines = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}
        super().__init__(**{**attributes, "commands": lines})

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Return the command that is run, imported, and the arguments left for it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if command is not None and name is not None else None, rest


def load(name: str) -> Command:
    """Import the module of a command and return the command, or the group of that name."""
    module, _ = COMMANDS[name]
    group = get_group(import_module(f"cli.{module}").app)
    return group.commands.get(name, group)


app = typer.Typer(
    name="fundwatch",
    cls=LazyGroup,
    help="Networked monitoring of social insurance: land feeds, build ledgers, measure, check, publish.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from cli.version import described

        print(described())
        raise typer.Exit


def _use_language(language: str) -> str:
    if language == "en":
        return language
    from cli.language import LANGUAGES, use

    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language!r} is not one of {', '.join(LANGUAGES)}.")
    use(language)
    return language


@app.callback()
def _options(
    language: Annotated[
        str,
        typer.Option("--lang", help="Language of the help: en or zh.", callback=_use_language, is_eager=True),
    ] = "en",
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Take the options that go before any command."""
