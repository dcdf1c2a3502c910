"""A form that asks for an act: what is wrong with it, or why it was refused, is shown beside its fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import psycopg
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fundwatch.acts import comments
from fundwatch.errors import FundwatchError
from portal.lists.query import only
from portal.pages.fields import Fields, refused, text_faults
from portal.presentation import segment
from portal.problems import Problem
from portal.visits import Visit

Act = Callable[[psycopg.Connection[DictRow]], object]


def done_of(request: Request) -> str:
    """Return what the address of an object's page says has just been done; it may say nothing else.

    Raises: Problem (422).
    """
    return only(request.query_params.multi_items(), ("lang", "done")).get("done", "")


def acted(
    visit: Visit, act: Act, *, at: str, again: Callable[..., Response], to: str,
    errors: Sequence[tuple[str, str]] = (),
) -> Response:  # fmt: skip
    """Do what a form asks for and lead on to ``to``, or show the page with the form again.

    ``errors`` are what is wrong with the fields: then nothing is done. ``again`` takes errors and status; an
    act that was refused is told at the field ``at``.
    Raises: Problem, FundwatchError (what is no answer to the form: the object is not there, for one).
    """
    if errors:
        return again(errors=errors, status=422)
    try:
        with visit.acts() as connection:
            act(connection)
    except (FundwatchError, Problem) as error:
        status, refusals = refused(error, at=at)
        return again(errors=refusals, status=status)
    return RedirectResponse(to, status_code=303)


def commented(
    visit: Visit, kind: str, object_id: str, fields: Fields, *, again: Callable[..., Response]
) -> Response:
    """Enter a comment on an object of a kind (``cases``, ``issues``); lead on to the comments of its page."""
    return acted(
        visit,
        partial(comments.comment_in, about=f"{kind}/{object_id}", text=fields["text"]),
        errors=text_faults(fields, "text"),
        at="text",
        again=again,
        to=f"/{kind}/{segment(object_id)}?done=comment#comments",
    )
