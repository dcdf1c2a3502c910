"""Cleaning of texts, as docs/feeds/fields.md has it: what is trimmed, what nobody sees, what is missing."""

from __future__ import annotations

import re
import string

MISSING = frozenset({"", "NULL", "N/A"})
# ASCII white space, the no-break spaces and the ideographic space.
SPACES = " \t\n\v\f\r\u00a0\u2007\u202f\u3000"
# As parts of a regular expression's set: soft hyphen, direction marks, zero-width signs, variation selectors.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)
NARROW = string.digits + string.ascii_letters
WIDE = "".join(chr(ord(narrow) + 0xFEE0) for narrow in NARROW)

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_NARROW = str.maketrans(WIDE, NARROW)


def trim(text: str) -> str:
    """Return ``text`` without the ASCII, no-break and ideographic spaces around it."""
    return text.strip(SPACES)


def clean(text: str) -> str:
    """Return a name or free text without the characters that nobody sees, trimmed."""
    return trim(text if text.isascii() else _INVISIBLE.sub("", text))


def code(text: str) -> str:
    """Return a code or id as ``clean``, full-width letters and digits as ASCII."""
    return clean(text).translate(_NARROW)
