"""Print results: a short table for people, one JSON document for programs; progress, and what follows."""

from __future__ import annotations

import json
import logging
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fundwatch.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

_TERMINAL = 80
_UNBOUNDED = 10_000
# Control and format characters (of direction, for one), halves of pairs, line and paragraph ends.
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")]


def show_pairs(title: str, pairs: Mapping[str, Any], *, as_json: bool) -> None:
    """Print named figures, one a line."""
    if as_json:
        print_json(pairs)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None, pad_edge=False)
    shown = {
        name.replace("_", " "): "-" if value is None else spelt(str(value)) for name, value in pairs.items()
    }
    for name, value in shown.items():
        table.add_row(name, Text(value))
    # Sentences are wrapped, but no hash or path is cut.
    longest = max((len(word) for value in shown.values() for word in value.split()), default=0)
    _print(title, table, width=longest + max(map(len, shown), default=0) + 2)


def show_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, as_json: bool) -> None:
    """Print rows under their headings."""
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), no_wrap=True)
    for row in rows:
        table.add_row(*(Text("" if value is None else spelt(str(value))) for value in row))
    # As wide as it needs to be: a name that is cut short names nothing.
    unbounded = Console(width=_UNBOUNDED)
    _print(title, table, width=Measurement.get(unbounded, unbounded.options, table).maximum)


def print_json(document: Any) -> None:
    """Print one JSON document with stable key order."""
    plain = asdict(document) if is_dataclass(document) and not isinstance(document, type) else document
    print(json.dumps(plain, ensure_ascii=False, indent=1, default=str))


def show_progress(*, as_json: bool) -> None:
    """Show on a terminal how far dbt is; programs and files get no progress."""
    if as_json or not sys.stderr.isatty():
        return
    progress = logging.getLogger("pipeline.dbt_runner")
    progress.setLevel(logging.INFO)
    progress.addHandler(logging.StreamHandler())


def say_what_follows(settings: Settings, feeds: Iterable[str], *, month: str, as_json: bool) -> None:
    """Let Airflow, where it runs, build what must follow; say that it does, or what to run."""
    from pipeline.services.waking import wake

    following = str(wake(settings, feeds, month=month))
    if following and not as_json:
        print(following)


def spelt(text: str) -> str:
    """Return a text from outside with whatever would steer a terminal escaped."""
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in _STEERING else letter
        for letter in text
    )


def _print(title: str, table: Table, *, width: int) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(width=max(_TERMINAL, width))
    console.print(Text(title, style="italic"), soft_wrap=True)
    console.print(table)
