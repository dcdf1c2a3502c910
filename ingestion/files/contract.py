"""How a file format is declared: its fields, their kinds, which are required, its amount total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ingestion.files import grammar
from ingestion.files.records import Record, Values
from ingestion.files.statements import Statement

LandingRow = tuple[str | None, ...]
# No value of a key holds it: invisible characters are not part of one.
KEY_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``kind`` is text (names and free text), id (ids, accounts and open codes), date, month, amount, rate,
    scheme, code (of the closed list ``codes``), dashed_date (a day, YYYY-MM or YYYY), partial_date (also
    with 00 for an unknown day or month) or lenient_date (which becomes missing when it is none of these).
    ``at`` says where it is: byte offsets from and to (fixed width), or the keys to it (JSON).
    """

    name: str
    kind: str = "text"
    required: bool = False
    codes: frozenset[str] = frozenset()
    at: tuple[int, int] | tuple[str, ...] | None = None

    @property
    def offsets(self) -> tuple[int, int]:
        """Where a fixed-width field begins and ends, in bytes."""
        start, end = (part for part in self.at or () if isinstance(part, int))
        return start, end

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys to a field of a JSON object."""
        return tuple(part for part in self.at or () if isinstance(part, str))


@dataclass(frozen=True)
class RequiredWhen:
    """A field that is required when another one holds one of some codes."""

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


class StatementReader(Protocol):
    """The part of a reader that a book needs."""

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements of the file, complete once all records have been read."""


class Book(Protocol):
    """The book of a format: what it accounts for beyond single records, such as statements and balances."""

    def enter(self, records: Sequence[Record]) -> None:
        """Enter a batch of records, in file order, including those without values."""

    def quarantine(self, lines: Collection[int]) -> None:
        """Mark which lines of the batch entered last are quarantined."""

    def imbalance(self) -> str:
        """Return, after the last batch, the first balance that does not follow, and by how much."""

    def note(self) -> str:
        """Return, after the last batch, what is to be known about the sums of a file that loads."""

    def landings(self) -> list[Landing]:
        """Return, after the last batch, the rows of further landing tables."""


@dataclass(frozen=True)
class Format:
    """A file format.

    ``layout`` names its reader; ``cents_of`` gives a record's part of the amount total (None when it does
    not parse), or is absent where the format has no amount; ``amount`` names the field where that part is
    simply the field; ``key`` names the fields by which two records are one; ``lands`` turns accepted
    records into rows of one landing table (AsWritten: unchanged);
    ``book`` opens the book of a file, given its reader.
    """

    name: str
    feed: str
    layout: str
    fields: tuple[Field, ...]
    lands: Callable[[Sequence[Accepted]], Landing]
    key: tuple[str, ...] = ()
    required_when: tuple[RequiredWhen, ...] = ()
    cents_of: Callable[[Values], int | None] | None = None
    amount: str | None = None
    book: Callable[[StatementReader], Book] | None = None
    record_bytes: int = 0
    names: tuple[str, ...] = field(init=False)
    kinds: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Set the names and kinds of the fields, and read the amount from its field where one is named."""
        object.__setattr__(self, "names", tuple(column.name for column in self.fields))
        object.__setattr__(self, "kinds", {column.name: column.kind for column in self.fields})
        if self.amount:
            amount, is_optional = self.amount, self.has_optional_amount

            def cents_of(values: Values) -> int | None:
                if is_optional and grammar.is_missing(values[amount]):
                    return 0
                return grammar.cents(values[amount] or "")

            object.__setattr__(self, "cents_of", cents_of)

    @property
    def has_optional_amount(self) -> bool:
        """Whether the field of the amount may be missing, which is worth 0."""
        return any(field.name == self.amount and not field.required for field in self.fields)

    def key_of(self, values: Values) -> str | None:
        """Return a record's key as it is compared, None where a part is missing or the format has none."""
        parts = [values[name] for name in self.key]
        if not parts or any(grammar.is_missing(part, "id") for part in parts):
            return None
        return KEY_SEPARATOR.join(grammar.code(part or "") for part in parts)

    def cents(self, values: Values) -> int | None:
        """Return a record's part of the amount total: 0 without an amount, None when it does not parse."""
        return self.cents_of(values) if self.cents_of else 0


@dataclass(frozen=True)
class AsWritten:
    """The landing rule of a format whose fields are the columns of its landing table."""

    table: str
    fields: Sequence[Field]

    def __call__(self, accepted: Sequence[Accepted]) -> Landing:
        """Return the values as they are."""
        names = tuple(column.name for column in self.fields)
        rows = [(record.line, tuple(record.values[name] for name in names)) for record in accepted]
        return Landing(table=self.table, columns=names, rows=rows)
