"""Tax: every kind of bad or odd input has its outcome."""

from __future__ import annotations

import pytest

from tests.badinput.catalogue import parameters_of
from tests.badinput.checking import complaints
from tests.badinput.invariants import WholeFeed

FEED = "tax"


@pytest.mark.parametrize("case", parameters_of(FEED))
def test_kind_has_its_outcome(case, land_catalogue):
    outcomes = land_catalogue(FEED).outcomes
    wrong = {piece.name: complaints(piece, outcomes.get(piece.name)) for piece in case.pieces}
    assert {name: complaint for name, complaint in wrong.items() if complaint} == {}


class TestTax(WholeFeed):
    feed = FEED
