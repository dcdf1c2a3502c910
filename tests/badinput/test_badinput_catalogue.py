"""The catalogue itself: wide enough, and every reason of the page is in it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ingestion.files import reasons
from tests.badinput.catalogue import TABLES, all_cases, cases_of, parameters_of
from tests.badinput.kinds_pairs import ORDER, PAIRS
from tests.badinput.model import Case, Piece

ROW_REASONS = {
    "MISSING_REQUIRED", "BAD_DATE", "BAD_MONTH", "BAD_AMOUNT", "BAD_CODE", "TOO_LONG", "WRONG_FIELD_COUNT",
    "BAD_RECORD_LENGTH", "DUPLICATE_IN_FILE",
}  # fmt: skip


def sampled(feed: str) -> list[Case]:
    return [parameters.values[0] for parameters in parameters_of(feed) if not parameters.marks]


def pieces(cases: list[Case]) -> list[Piece]:
    pieces_of_cases = [piece for case in cases for piece in case.pieces]
    assert pieces_of_cases
    return pieces_of_cases


@pytest.mark.parametrize("feed", TABLES)
def test_catalogue_has_more_than_sixty_kinds_of_the_feed_in_the_sample(feed):
    assert len({case.kind for case in sampled(feed)}) >= 60
    assert len({(case.kind, case.title) for case in cases_of(feed)}) >= 400


def test_catalogue_names_each_case_once():
    named = defaultdict(list)
    for case in all_cases():
        named[str(case)].append(case.division)
    assert {name: divisions for name, divisions in named.items() if len(divisions) > 1} == {}


def test_catalogue_has_every_reason_of_a_file_and_no_other():
    files = {reason for case in all_cases() for piece in case.pieces for reason in piece.expected.reasons}
    assert files - {"", "*"} == set(ORDER)


@pytest.mark.parametrize("feed", TABLES)
def test_sample_has_every_state_of_a_file(feed):
    states = {piece.expected.state for piece in pieces(sampled(feed))}
    assert states >= {"waiting", "loaded", "rejected", "held", "duplicate", "superseded"}


def test_sample_has_every_reason_of_a_row():
    in_sample = {
        reason
        for feed in TABLES
        for piece in pieces(sampled(feed))
        for row_reasons in piece.expected.refused.values()
        for reason in row_reasons
    }
    assert in_sample - {"*"} == ROW_REASONS == set(reasons.ROW_REASONS)


def test_pairs_have_each_reason_first_and_second():
    firsts = {min(pair, key=ORDER.index) for pair in PAIRS}
    seconds = {max(pair, key=ORDER.index) for pair in PAIRS}
    assert firsts | seconds == set(ORDER)
    assert set(ORDER[1:]) <= seconds
