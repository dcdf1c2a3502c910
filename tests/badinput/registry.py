"""The register of kinds: each is a function from a format in a slot of its own to the files that arrive."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.badinput.layouts import BY_NAME
from tests.badinput.model import Case, Piece
from tests.badinput.writing import Sample

Build = Callable[[Any], "Piece | Sequence[Piece]"]
_FEEDS = {"camt.053/1": "bank", "mt940/1": "bank", **{name: layout.feed for name, layout in BY_NAME.items()}}
FIRST_DIVISION = 300_000


@dataclass(frozen=True)
class Kind:
    """One registered kind for one format; ``keyed`` configures a sender's key for its slot."""

    kind: str
    title: str
    format: str
    build: Build
    keyed: str = ""


_KINDS: list[Kind] = []


def register(kind: str, title: str, formats: Iterable[str], build: Build, *, keyed: str = "") -> None:
    """Enter a kind for some formats."""
    _KINDS.extend(Kind(kind, title, name, build, keyed) for name in formats)


def kind(code: str, title: str, formats: Iterable[str], *, keyed: str = "") -> Callable[[Build], Build]:
    """Enter the decorated function as a kind for some formats."""

    def enter(build: Build) -> Build:
        register(code, title, formats, build, keyed=keyed)
        return build

    return enter


def cases() -> tuple[Case, ...]:
    """Return every registered kind as a case, each in a division of its own so that none disturbs another."""
    slots = itertools.count(FIRST_DIVISION)
    return tuple(_case(kind, str(next(slots))) for kind in _KINDS)


def _case(kind: Kind, division: str) -> Case:
    feed = _FEEDS[kind.format]
    senders = ((feed, kind.format, division, kind.keyed),) if kind.keyed else ()
    return Case(kind.kind, kind.title, kind.format, feed, division, partial(_pieces, kind, division), senders)


def _pieces(kind: Kind, division: str) -> tuple[Piece, ...]:
    built = kind.build(_bound(kind.format, division))
    pieces = (built,) if isinstance(built, Piece) else tuple(built)
    return tuple(
        piece.named(f"{division}-{number}-{piece.name}") for number, piece in enumerate(pieces, start=1)
    )


def _bound(format_name: str, division: str) -> Sample:
    from tests.badinput.camt import Camt
    from tests.badinput.mt940 import Mt940

    if format_name == "camt.053/1":
        return Camt(division)
    if format_name == "mt940/1":
        return Mt940(division)
    return Sample(BY_NAME[format_name], division)
