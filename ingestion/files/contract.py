"""How a file format is declared: its fields, what they hold, what must be there, what it sums to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Values = Mapping[str, str | None]
LandingRow = tuple[str | None, ...]


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``kind`` is text, date, month, amount, rate, scheme, code (of the closed list ``codes``), partial_date
    (a day, a month or a year) or lenient_date (one that becomes missing when it is none of these).
    ``at`` says where it lies: byte offsets from and to (fixed width), or the keys to it (JSON).
    """

    name: str
    kind: str = "text"
    required: bool = False
    codes: frozenset[str] = frozenset()
    at: tuple[int, int] | tuple[str, ...] | None = None


@dataclass(frozen=True)
class RequiredWhen:
    """A field that must be there when another one holds one of some codes."""

    name: str
    when: str
    among: frozenset[str]


@dataclass(frozen=True)
class Accepted:
    """A record that may be landed: its 1-based line in the file, and its values as written."""

    line: int
    values: Values


@dataclass(frozen=True)
class Landing:
    """Rows for one table of the landing schema, each with the line it came from."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, LandingRow]]


@dataclass(frozen=True)
class Format:
    """A file format.

    ``layout`` names its reader; ``cents_of`` gives a record's part of the amount total (None when it does
    not parse), or is absent where the format has no amount; ``balances`` tells whether records in file
    order chain; ``lands`` turns accepted records into landing rows.
    """

    name: str
    feed: str
    layout: str
    fields: tuple[Field, ...]
    lands: Callable[[Sequence[Accepted]], list[Landing]]
    key: str | None = None
    required_when: tuple[RequiredWhen, ...] = ()
    cents_of: Callable[[Values], int | None] | None = None
    balances: Callable[[Sequence[Values]], bool] | None = None
    record_bytes: int = 0
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the fields' names in order."""
        object.__setattr__(self, "names", tuple(one.name for one in self.fields))


def lands_as_written(table: str, fields: Sequence[Field]) -> Callable[[Sequence[Accepted]], list[Landing]]:
    """Return the rule of a format whose fields are the columns of its one landing table."""
    names = tuple(one.name for one in fields)

    def lands(accepted: Sequence[Accepted]) -> list[Landing]:
        rows = [(one.line, tuple(one.values[name] for name in names)) for one in accepted]
        return [Landing(table=table, columns=names, rows=rows)]

    return lands
