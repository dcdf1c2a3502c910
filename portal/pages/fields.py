"""The fields of a form that was sent, and what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends

from fundwatch.acts.notes import holds_identity_number
from portal.bodies import form
from portal.lists.values import is_plain
from portal.problems import KINDS, WHOLE, Problem, problem_of

Fields = Mapping[str, str]
TextFields = Annotated[dict[str, str], Depends(form("text"))]
ReasonFields = Annotated[dict[str, str], Depends(form("reason"))]
NoteFields = Annotated[dict[str, str], Depends(form("note"))]
MOST_LETTERS = 2000

EMPTY = "请填写说明"
TOO_LONG = "说明最多 2000 字"
NOT_ONE_LINE = "说明须写成一行，不换行，不含控制字符"
PERSONAL = KINDS["personal-data-in-note"].detail
NO_DAY = "日期应写作 2024-06-30 或 2024-06"
NO_AMOUNT = "金额应写作 1234.56，不小于 0"
NO_CHOICE = "请选择一项"


def text_faults(fields: Fields, name: str, *, required: bool = True) -> list[tuple[str, str]]:
    """Return what is wrong with a text a person wrote: nothing in it, too much, or what may not be kept."""
    text = fields.get(name, "").strip()
    what = ""
    if required and not text:
        what = EMPTY
    elif len(text) > MOST_LETTERS:
        what = TOO_LONG
    elif not is_plain(text):
        what = NOT_ONE_LINE
    elif holds_identity_number(text):
        what = PERSONAL
    return [(name, what)] if what else []


def refused(error: Exception, *, at: str) -> tuple[int, list[tuple[str, str]]]:
    """Return the status of an act that was refused, and why, at a field of the form it came from.

    Raises: the error itself where it is no answer to what was filled in.
    """
    problem = problem_of(error)
    # What has headers says when to come again.
    if problem is None or problem.headers or problem.slug in ("not-found", "unauthenticated", "csrf"):
        raise error
    return problem.status, _told(problem, at)


def _told(problem: Problem, at: str) -> list[tuple[str, str]]:
    if problem.errors:
        return [
            (where, what) if where != WHOLE else (at, problem.detail("zh")) for where, what in problem.errors
        ]
    return [(at, problem.detail("zh"))]
