"""Codes by their names: both languages, none missing that people act on, advice as at the command line."""

from __future__ import annotations

import pytest

from fundwatch import audit
from fundwatch.acts.case_steps import DECISIONS, FINDINGS, OUTCOMES, STATES
from fundwatch.acts.declarations import ANSWERS
from fundwatch.feeds import FEEDS
from ingestion.files import reasons as reason_codes
from ingestion.files.operations import advice as command_line
from portal.names import KINDS, named
from portal.names import advice as pages

HAN = range(0x4E00, 0x9FFF)


def _every() -> list[tuple[str, str, str, str]]:
    return [(kind, code, *pair) for kind, names in KINDS.items() for code, pair in names.items()]


def test_names_have_no_chinese_in_english() -> None:
    every = _every()
    assert every
    assert [name for name in every if any(ord(letter) in HAN for letter in name[3])] == []


def test_names_are_never_empty_but_of_a_flag() -> None:
    assert [code for kind, code, chinese, english in _every() if not (chinese and english)] == ["flag"]


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("case_state", STATES),
        ("finding", FINDINGS),
        ("decision", DECISIONS),
        ("outcome", OUTCOMES),
        ("answer", ANSWERS),
        ("feed", FEEDS),
        ("stream", audit.STREAMS),
        ("file_reason", reason_codes.FILE_REASONS),
    ],
)
def test_names_cover_every_code_people_meet(kind: str, codes: tuple[str, ...]) -> None:
    assert [code for code in codes if code not in KINDS[kind]] == []


def test_named_shows_an_unknown_code_as_it_is() -> None:
    assert named("<b>", "scheme", "en") == "<b>"


def test_advice_says_in_english_what_the_command_line_says() -> None:
    for code, advice in command_line.REASONS.items():
        assert pages.reasons()[code].meaning[1] == advice.meaning
        assert pages.reasons()[code].next_step[1] == advice.next_step
    for code, advice in command_line.STATES.items():
        assert pages.states()[code].meaning[1] == advice.meaning
        assert pages.states()[code].next_step[1] == advice.next_step


def test_advice_knows_every_state_and_reason_the_command_line_knows() -> None:
    assert set(command_line.STATES) == set(pages.states())
    assert set(command_line.REASONS) | {"TABLE_EMPTIED"} == set(pages.reasons())


def test_advice_has_both_languages() -> None:
    texts = [
        text
        for advice in (*pages.states().values(), *pages.reasons().values())
        for text in (advice.meaning, advice.next_step)
    ]
    assert texts
    assert all(len(text) == 2 and all(text) for text in texts)
