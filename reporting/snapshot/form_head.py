"""The head and foot lines of the forms, as the site states them for a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg


@dataclass(frozen=True)
class HeadLine:
    """One line of the forms' head or foot; ``form`` is empty where it stands on every form."""

    form: str
    line: str
    text_zh: str
    text_en: str


def head_of(connection: psycopg.Connection, *, month: str, site_version: str) -> tuple[HeadLine, ...]:
    """Return the lines of the site that are in force in a month, in the order of its file."""
    rows = connection.execute(
        "select coalesce(form, ''), line, coalesce(text_zh, text_en), coalesce(text_en, text_zh)"
        " from site.form_head where _site_version = %(site)s and line is not null"
        " and coalesce(text_zh, text_en) is not null"
        " and (valid_from is null or valid_from <= %(month)s) and (valid_to is null or valid_to >= %(month)s)"
        " order by _row",
        {"site": site_version, "month": month},
    )
    return tuple(HeadLine(*row) for row in rows)


def lines_of(head: Iterable[HeadLine], form: str, language: str) -> dict[str, str]:
    """Return line -> its text on a form; one of this form counts before one of all forms, a later last."""
    chosen = sorted((line for line in head if line.form in ("", form)), key=lambda line: line.form != "")
    return {line.line: line.text_zh if language == "zh" else line.text_en for line in chosen}
