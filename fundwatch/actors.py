"""Actors: the current user of this machine, and names of people as they are typed."""

from __future__ import annotations

import getpass
import os
import unicodedata


def current_user() -> str:
    """Return the user this process runs as; falls back to the numeric uid."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def plain_name(name: str) -> str:
    """Return a name as it is stored: full-width letters folded, single spaces, no invisible characters."""
    folded = unicodedata.normalize("NFKC", name)
    visible = (letter for letter in folded if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join("".join(visible).split())


def is_same_person(name: str, other: str) -> bool:
    """Return whether two names are one person's, whatever their case, width and spaces."""
    return _key(name) == _key(other)


def _key(name: str) -> str:
    return plain_name(name).replace(" ", "").casefold()
