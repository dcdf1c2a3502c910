"""Unified social credit codes (GB 32100): the 18 characters that are an employer's tax number."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_BODY_LENGTH = 17


def check_character(body: str) -> str:
    """Return the 18th character that belongs to 17; raise ``ValueError`` outside the alphabet."""
    if len(body) != _BODY_LENGTH or any(character not in _VALUES for character in body):
        raise ValueError("the body of a credit code is 17 characters of the GB 32100 alphabet")
    total = sum(weight * _VALUES[character] for weight, character in zip(WEIGHTS, body, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def is_valid(text: str | None) -> bool:
    """Whether ``text`` is 18 characters of the alphabet, upper case, with the right last one."""
    if text is None or len(text) != _BODY_LENGTH + 1:
        return False
    if any(character not in _VALUES for character in text):
        return False
    return check_character(text[:_BODY_LENGTH]) == text[_BODY_LENGTH]
