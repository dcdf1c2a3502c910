"""Texts in Chinese and English: the Chinese is the key, its English stands in the catalogues beside it.

``*.po`` are read when the portal starts; there is no compiled catalogue to forget.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DEFAULT: Language = "zh"
_FOLDER = Path(__file__).parent


class Catalogue(gettext.NullTranslations):
    """The English of every Chinese text, as Jinja's extension for translations asks for it."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the texts: Chinese -> English, or English of one and of many."""
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        """Return the English of a text; the text itself where there is none."""
        return self._texts.get(message, (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the English of a text for one or many; Chinese has one form for both."""
        return self._texts.get(msgid1, (msgid1 if n == 1 else msgid2,))[0 if n == 1 else -1]


@cache
def english() -> Catalogue:
    """Return the English of all catalogues.

    Raises: ValueError when two catalogues translate a text differently.
    """
    texts: dict[str, tuple[str, ...]] = {}
    for path in sorted(_FOLDER.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="en")
        for message in catalogue:
            if not message.id:
                continue
            key, text = _all(message.id)[0], _all(message.string or "")
            if texts.setdefault(key, text) != text:
                raise ValueError(f"{path.name} translates a text otherwise than another catalogue")
    return Catalogue(texts)


def translated(text: str, language: Language) -> str:
    """Return a Chinese text in a language; where the catalogues have no English, the text itself."""
    return text if language == "zh" else english().gettext(text)


def accepted(header: str) -> Language:
    """Return which of our languages a header ``Accept-Language`` prefers; Chinese where it names neither."""
    best, weight = DEFAULT, 0.0
    for part in header.split(",")[:16]:
        name, _, parameters = part.strip().partition(";")
        tag = name.strip().lower().partition("-")[0]
        quality = _quality(parameters)
        if tag in LANGUAGES and quality > weight:
            best, weight = ("zh" if tag == "zh" else "en"), quality
    return best


def _all(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the forms of a text: the one, or those of one and of many."""
    return (text,) if isinstance(text, str) else tuple(text)


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
