"""A kind of bad input: the files that arrive, and the expected outcome of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

MONTH, NEXT_MONTH = "2024-06", "2024-07"
CANARY = "金丝雀"
CANARY_ID = "CANARY7301199"
UNKNOWN_SHA = "ab" * 32

Cells = dict[str, str | None]


@dataclass(frozen=True)
class Line:
    """One record as it is to be written, and its outcome: it loads, is quarantined, or repeats another.

    ``cents`` is its part of the declared total, ``parses`` whether that can be read from the file;
    ``text`` replaces the record as written, ``landed`` the values that land.
    """

    cells: Mapping[str, str | None]
    cents: int = 0
    reasons: frozenset[str] = frozenset()
    repeats: bool = False
    text: str | None = None
    landed: Mapping[str, str | None] | None = None
    is_record: bool = True

    def given(self, **cells: str | None) -> Line:
        """Return the line with other values in some cells."""
        return replace(self, cells={**self.cells, **cells})

    def refused(self, *reasons: str) -> Line:
        """Return the line with the reasons it must be quarantined for; ``*`` stands for any."""
        return replace(self, reasons=frozenset(reasons))

    def worth(self, cents: int) -> Line:
        """Return the line with another part in the declared total."""
        return replace(self, cents=cents)

    def written(self, text: str) -> Line:
        """Return the line written as ``text``."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Expected:
    """The expected outcome of a file.

    ``reasons`` are those it may have (one, but where the page leaves it open); ``refused`` maps lines to
    row reasons, ``raws`` to the raw text kept; ``landed`` maps lines to the values of landing columns;
    ``normalised`` says whether deviations are counted, None where that is open.
    """

    state: str
    reasons: frozenset[str] = frozenset({""})
    loaded: int = 0
    refused: Mapping[int, frozenset[str]] = field(default_factory=dict)
    raws: Mapping[int, str] = field(default_factory=dict)
    repeated: int = 0
    loaded_cents: int | None = None
    repeated_cents: int | None = None
    normalised: bool | None = None
    table: str = ""
    landed: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One data file with its manifest, either of which may be absent; ``manifest`` may be malformed bytes."""

    name: str
    content: bytes | None
    manifest: Mapping[str, Any] | bytes | None
    expected: Expected

    def ends(self, state: str, *reasons: str) -> Piece:
        """Return the file with the outcome of one that does not load."""
        return replace(self, expected=Expected(state, frozenset(reasons or {""})))

    def rejected(self, *reasons: str) -> Piece:
        """Return the file with the outcome of being rejected."""
        return self.ends("rejected", *reasons)

    def superseded(self) -> Piece:
        """Return the file with the outcome of one that loads and is replaced."""
        return replace(self, expected=replace(self.expected, state="superseded"))

    def declares(self, **values: Any) -> Piece:
        """Return the file with other values in its manifest."""
        return replace(self, manifest={**self.manifest, **values})

    def lacks(self, *keys: str) -> Piece:
        """Return the file with keys of its manifest left out."""
        return replace(self, manifest={key: value for key, value in self.manifest.items() if key not in keys})

    def named(self, name: str) -> Piece:
        """Return the file under another name."""
        return replace(self, name=name)

    def holds(self, content: bytes) -> Piece:
        """Return the file with other bytes, which its manifest describes truly."""
        return replace(self, content=content).declares(sha256=sha256(content))

    def manifest_bytes(self) -> bytes | None:
        """Return the bytes of its manifest."""
        manifest = self.manifest
        return manifest if manifest is None or isinstance(manifest, bytes) else json.dumps(manifest).encode()

    @property
    def sha256(self) -> str:
        """The hash its manifest states."""
        return self.manifest["sha256"]


@dataclass(frozen=True)
class Case:
    """One kind of bad input for one format; ``senders`` are keys the site has configured for it.

    Its files are made when they are first asked for: most runs ask for a few of some thousands.
    """

    kind: str
    title: str
    format: str
    feed: str
    division: str
    make: Callable[[], tuple[Piece, ...]]
    senders: tuple[tuple[str, str, str, str], ...] = ()

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The files that arrive."""
        return self.make()

    def __str__(self) -> str:
        """Return the name of the test."""
        return f"{self.kind}-{self.format.removesuffix('/1')}-{self.title}".replace(" ", "-")


def sha256(content: bytes) -> str:
    """Return the hash of bytes as manifests state it."""
    return hashlib.sha256(content).hexdigest()


def yuan(cents: int) -> str:
    """Return cents as an amount."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def total(lines: Iterable[Line]) -> int:
    """Return the declared total of lines."""
    return sum(line.cents for line in lines if line.is_record)
