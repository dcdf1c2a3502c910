"""What people write beside an act: short, on one line, and without anybody's identity number."""

from __future__ import annotations

import re
import unicodedata

from fundwatch.errors import UsageWrong
from fundwatch.numbers import identity

_LONGEST_NOTE = 2000
_SEPARATORS = re.compile(r"(?<=[0-9])[\s\-‐‑–—_.,·/]+(?=[0-9Xx])")
_NUMBER = re.compile(r"(?=([0-9]{17}[0-9Xx]))|(?<![0-9])([0-9]{15})(?![0-9Xx])")


def checked_note(note: str) -> str:
    """Return a note without blanks around it.

    Raises: UsageWrong (too long, control characters, or a valid identity number in it).
    """
    text = note.strip()
    if len(text) > _LONGEST_NOTE or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise UsageWrong(
            f"a note has at most {_LONGEST_NOTE} characters, on one line",
            next_step="Shorten it, and leave out line ends and tabs",
        )
    if holds_identity_number(text):
        raise UsageWrong(
            "the note holds an identity number",
            next_step="Leave it out: the case names its persons, and a note is read by more people",
        )
    return text


def holds_identity_number(text: str) -> bool:
    """Whether a valid identity number stands in a text, however it is spaced or dashed."""
    folded = unicodedata.normalize("NFKC", text)
    plain = "".join(letter for letter in folded if unicodedata.category(letter)[0] != "C")
    joined = _SEPARATORS.sub("", plain)
    return any(
        identity.is_valid(number)
        for candidate in (plain, joined)
        for pair in _NUMBER.findall(candidate)
        for number in pair
        if number
    )
