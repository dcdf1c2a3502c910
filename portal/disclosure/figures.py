"""The figures of the public pages: where each stands, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

ALL = "ALL"
COUNTS = ("insured_persons", "insured_retirees", "beneficiaries_paid")
# Money -> the count of those it belongs to.
MONEY = {"contributions_received": "insured_persons", "benefits_paid": "beneficiaries_paid"}
# Rate -> the money it is of.
RATES = {"payment_rate": "benefits_paid"}
INDICATORS = (*COUNTS, *MONEY, *RATES)
# A part and the whole it is counted in.
PARTS = {"insured_retirees": "insured_persons"}


class Place(NamedTuple):
    """Where a figure stands: its division, its scheme (``ALL``: all of them together) and its indicator."""

    division: str
    scheme: str
    indicator: str


Values = Mapping[Place, Decimal | None]


@dataclass(frozen=True)
class City:
    """A city with its counties; the values of all of them by place, None for a rate of nothing."""

    division: str
    counties: tuple[str, ...]
    values: Values

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes that have figures, without all of them together."""
        return tuple(sorted({place.scheme for place in self.values} - {ALL}))
