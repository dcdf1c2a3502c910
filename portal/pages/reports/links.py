"""Links from figures to their traces, for whoever may trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.presentation import address
from portal.visits import Visit

Linked = Callable[[Mapping[str, Any]], str]


def reads_traces(visit: Visit) -> bool:
    """Whether the user may trace a figure at all."""
    return visit.has("statistician") or visit.has("auditor")


def trace_of(visit: Visit, month: str) -> Linked | None:
    """Return what gives the address of the trace of a figure of a month; None where the user traces none."""
    if not reads_traces(visit):
        return None

    def linked(cell: Mapping[str, Any]) -> str:
        return address(
            "/trace", indicator=cell["indicator"], month=month, division=cell["division"],
            scheme=cell["scheme"], breakdown=cell["breakdown"],
        )  # fmt: skip

    return linked
