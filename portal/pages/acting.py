"""A form that asks for an act: what is wrong with it, or why it was refused, is shown beside its fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg
from psycopg.rows import DictRow
from starlette.responses import RedirectResponse, Response

from fundwatch.errors import FundwatchError
from portal.pages.fields import refused
from portal.problems import Problem
from portal.visits import Visit

Act = Callable[[psycopg.Connection[DictRow]], object]


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
        status, told = refused(error, at=at)
        return again(errors=told, status=status)
    return RedirectResponse(to, status_code=303)
