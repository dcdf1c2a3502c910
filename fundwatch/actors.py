"""Actors: the current user of this machine, and names of people as they are typed."""

from __future__ import annotations

import getpass
import os
import unicodedata
from itertools import chain

from fundwatch.errors import SignOffRefused

# Code points of Unicode's Default_Ignorable_Code_Point that are assigned letters, marks or spaces, and so
# are not of a category of invisible characters; and the blank pattern of Braille, which looks like none.
_BLANK = frozenset(
    chain(
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
)


def current_user() -> str:
    """Return the user this process runs as; falls back to the numeric uid."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def plain_name(name: str) -> str:
    """Return a name as it is stored: full-width letters folded, single spaces, no invisible characters."""
    folded = unicodedata.normalize("NFKC", name)
    visible = "".join(letter for letter in folded if letter.isspace() or not _is_invisible(letter))
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def name_of_signer(name: str, *, act: str) -> str:
    """Return the name of who signs for ``act``, as it is stored.

    Raises: SignOffRefused when there is no letter in it.
    """
    plain = plain_name(name)
    if not any(letter.isalpha() for letter in plain):
        raise SignOffRefused(
            f"{act} is somebody's, and the name given has no letter in it", next_step="Name who with --as"
        )
    return plain


def is_same_person(name: str, other: str) -> bool:
    """Return whether two names are one person's, whatever their case, width and spaces."""
    return _key(name) == _key(other)


def _key(name: str) -> str:
    return plain_name(plain_name(name).casefold()).replace(" ", "")


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "C" or ord(letter) in _BLANK
