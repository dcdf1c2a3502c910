"""Personal values shown, and cases found by a number: within the hour's limit, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from fundwatch.acts import reveals
from portal.visits import Visit


def reveal(request: Request, visit: Visit, *, about: str, reason: str) -> Mapping[str, Any]:
    """Show the values of ``cases/ID`` or ``issues/ID``; shape and errors as ``fundwatch.acts.reveals``."""
    shown = reveals.reveal(visit.acts, about=about, reason=reason, hourly=_hourly(request))
    count_reveal(request)
    return shown


def find_cases(request: Request, visit: Visit, *, identity_number: str) -> list[str]:
    """Return the ids of the cases of a number within the user's scope; errors as ``reveals.find_cases``."""
    case_ids = reveals.find_cases(visit.acts, identity_number=identity_number, hourly=_hourly(request))
    count_reveal(request)
    return case_ids


def count_reveal(request: Request) -> None:
    """Count an act that showed personal values."""
    request.app.state.metrics.reveals.inc()


def _hourly(request: Request) -> int:
    return int(request.app.state.settings.reveals_per_hour)
