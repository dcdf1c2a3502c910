"""Bank: every kind of bad or odd input has its outcome."""

from __future__ import annotations

import pytest

from tests.badinput.catalogue import cases_of
from tests.badinput.checking import complaints

FEED = "bank"


@pytest.mark.parametrize("case", cases_of(FEED), ids=str)
def test_kind_has_its_outcome(case, land_catalogue):
    found = land_catalogue(FEED).outcomes
    assert {
        piece.name: wrong for piece in case.pieces if (wrong := complaints(piece, found.get(piece.name)))
    } == {}
