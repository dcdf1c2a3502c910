"""What is on file about the players of a scene, row by row; money in cents, months as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from simulator.history import Scalar


@dataclass(frozen=True)
class Player:
    """A person of a scene; ``birth`` is ``yyyymmdd``, ``county`` an index, ``index`` its place among all."""

    index: int
    id: str
    male: bool
    cadre: bool
    birth: int
    county: int
    name: str
    number: str


@dataclass(frozen=True)
class Firm:
    """An employer that only players work for; ``index`` its place among all."""

    index: int
    id: str
    county: int
    tax_number: str


@dataclass(frozen=True)
class Enrolled:
    """An enrolment of a player; months as in ``Enrolments``."""

    player: Player
    scheme: int
    employer: int
    identity: int
    county: int
    begun: int
    until: int
    place: int


@dataclass(frozen=True)
class Paid:
    """A contribution of a player, in cents."""

    enrolled: Enrolled
    booked: int
    for_month: int
    covers: tuple[int, int]
    kind: int
    base: int
    due_employer: int
    due_person: int
    arrived: bool


@dataclass(frozen=True)
class Right:
    """An entitlement of a player: items (code, cents), AAE211 ``last`` known since month ``ended_in``."""

    player: Player
    scheme: int
    kind: int
    first: int
    items: tuple[tuple[int, int], ...]
    last: int
    ended_in: int
    place: int


@dataclass(frozen=True)
class Payment:
    """A payment of an entitlement; amounts by place of the entitlement's items."""

    right: Right
    booked: int
    for_month: int
    amounts: tuple[int, ...]
    channel: int
    result: int
    reason: str | None
    place: int


class Fields(TypedDict, total=False):
    """Fields of a death event that differ from what is on file."""

    number: str
    name: str
    birth: int
    category: str


@dataclass(frozen=True)
class Report:
    """A death event to be sent; ``died`` may be cut to a month or a year; ``then`` what follows it."""

    player: Player
    source: str
    died: str
    registered_on: int
    fields: Fields
    then: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """Cells of one row that differ from month ``since`` on; ``place`` counts the stage's own rows."""

    since: int
    place: int
    columns: Mapping[str, Scalar]
