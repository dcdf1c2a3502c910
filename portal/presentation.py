"""How pages show values: codes by their names, rates and money as reports write them, states with a tone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from fundwatch.labels import figures
from portal.language import Language
from portal.names import named, options

# What a state says about the work: nothing is left to do, somebody has to look, something is wrong.
_TONES: Mapping[str, frozenset[str]] = {
    "good": frozenset((
        "A", "pass", "loaded", "done", "approved", "corrected", "closed", "matched", "agrees", "explained",
        "balanced", "holds", "paid_confirmed", "returned_reversed", "yes",
    )),
    "fair": frozenset((
        "B", "C", "waiting", "held", "open", "draft", "reviewed", "running", "waived", "dispatched",
        "verified", "decided", "recovering", "partly", "warning", "within", "grace",
        "medium", "old_items", "not_received",
    )),
    "poor": frozenset((
        "D", "F", "fail", "rejected", "failed", "overdue", "critical", "high", "differs", "unbalanced",
        "amount_differs", "unexplained", "stopped", "no",
    )),
}  # fmt: skip
_FLAGS: Mapping[Language, tuple[str, str]] = {
    "zh": ("相符", "▲ 不符"),
    "en": ("agrees", "▲ differs"),
}


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """Return the filters of templates that show values in a language."""
    return {
        "named": lambda code, kind: named(code, kind, language),
        "percent": _percent,
        "share": _share,
        "rate": figures.percent,
        "points": figures.signed,
        "counted": figures.counted,
        "figure": figures.figure,
        "yuan": lambda value: figures.figure(_decimal(value), "yuan"),
        "written": lambda cell: _written(cell, language),
        "plain": _plain,
        "tone": tone,
        "segment": segment,
    }


def functions(language: Language) -> dict[str, Callable[..., Any]]:
    """Return the functions of templates: the options of a choice, the address of a query."""
    return {"options": lambda kind: options(kind, language), "address": address}


def tone(state: object) -> str:
    """Return good, fair or poor for a state or grade; empty for one that says neither."""
    return next((tone for tone, states in _TONES.items() if str(state) in states), "")


def segment(value: object) -> str:
    """Return a value as one segment of an address."""
    return quote(str(value), safe="")


def address(path: str, **parameters: object) -> str:
    """Return a path with those parameters that are not empty."""
    given = [(name, value) for name, value in parameters.items() if value not in (None, "")]
    return f"{path}?{urlencode(given)}" if given else path


def _percent(rate: Decimal | None, places: int = figures.PLACES) -> str:
    return figures.percent(_decimal(rate), places)


def _written(cell: Mapping[str, Any], language: Language) -> str:
    """Return a figure of a form: a flag in words, points with their sign."""
    value, unit = cell["value"], cell["unit"]
    if value is None:
        return figures.NOTHING
    if unit == "flag":
        return _FLAGS[language][int(value)]
    sign = "+" if unit == "points" and value > 0 else ""
    return sign + figures.figure(value, unit)


def _plain(details: str) -> list[tuple[str, str]]:
    """Return the plain details of an entry of the audit log; heads of other chains and lists stay out."""
    values = json.loads(details)
    return [
        (name, str(value))
        for name, value in values.items()
        if not isinstance(value, dict | list) and value not in ("", None)
    ]


def _share(part: int, whole: int) -> str:
    return figures.percent(Fraction(part, whole) if whole else None)


def _decimal(value: Decimal | str | None) -> Decimal | None:
    return None if value is None or value == "" else Decimal(value)
