"""Who operates Fundwatch, as far as the machine and the command line say."""

from __future__ import annotations

import getpass
import os
import unicodedata


def current_operator() -> str:
    """Return the user this process runs as; one without a name is told by its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def plain_name(name: str) -> str:
    """Return a name as it is kept: full-width letters folded, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def is_same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's, whatever their case, width, spaces and what is not seen."""
    return _written(one) == _written(other)


def _written(name: str) -> str:
    """Return the letters and marks of a name; in Unicode, Z are spaces and C what is not seen."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] not in "CZ")
