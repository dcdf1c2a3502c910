"""Thresholds of the linkage, and why they stand where they stand (docs/adr, docs/linkage.md)."""

from __future__ import annotations

from typing import Final

LINK: Final = 0.99
"""Probability from which a pair is linked: of a hundred linked pairs at most one may be two humans.

On the training register precision stays above 0.97 from about 0.9 on; the rest is a reserve for registers
whose names are less varied than the one trained on.
"""
REVIEW: Final = 0.5
"""Probability from which a pair is listed for review: it is more likely one human than two."""

MOST_NUMBERS: Final = 1
"""Valid numbers one kind of evidence may link a record to; of more, nobody can say which is its own."""

TWIN_POSITION: Final = 15
"""First position in which the numbers of twins differ: the order of registration and the check character."""
