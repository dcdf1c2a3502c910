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
    """Return a name as it is kept: full-width letters folded, spaces single, what is not seen left out."""
    folded = unicodedata.normalize("NFKC", name)
    seen = (letter for letter in folded if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join("".join(seen).split())


def is_same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's, whatever their case, width and spaces."""
    one, other = (plain_name(name).replace(" ", "").casefold() for name in (one, other))
    return one == other
