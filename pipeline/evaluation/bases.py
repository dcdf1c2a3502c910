"""Exceptions of contribution bases as listed in a month, against what a city of bases planted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection

from pipeline.evaluation.comparison import Evaluation, Key, compared, holds

# Before the names of exceptions: a cross-check has the name of one.
_PREFIX = "bases."
_EXCEPTIONS = (
    "select exception, unit_id, person_id, scheme, wage_year,"
    " case when exception = 'document_missing' then expected end"
    " from bases.base_exceptions where month = %s"
)
_KEY = ("unit_id", "person_id", "scheme", "wage_year", "document")


def is_told_of(truth: Path) -> bool:
    """Whether the truth tells of contribution bases."""
    return any(truth.glob(f"{_PREFIX}*.json"))


def month_of_bases(truth: Path) -> str | None:
    """Return the month of which the truth of a city of bases tells, its last; None of another city."""
    if not is_told_of(truth):
        return None
    return str(json.loads((truth / "city.json").read_text("utf-8"))["months"][-1])


def evaluate_bases(connection: Connection, *, truth: Path, month: str) -> Iterator[Evaluation]:
    """Yield the evaluation of every exception, as ``bases.<exception>``, where the truth tells of any."""
    if connection.execute("select to_regclass('bases.base_exceptions')").fetchone() == (None,):
        return  # no bases were verified yet
    planted = {path.stem: json.loads(path.read_text("utf-8")) for path in truth.glob(f"{_PREFIX}*.json")}
    if not planted:
        return
    listed: dict[str, set[Key]] = defaultdict(set)
    for exception, *key in connection.execute(_EXCEPTIONS, (month,)):
        listed[f"{_PREFIX}{exception}"].add(tuple(str(value or "") for value in key))
    for rule in sorted(planted.keys() | listed.keys()):
        wrongs, decoys = (
            {_key(item) for item in planted.get(rule, {}).get(part, ()) if holds(item, month)}
            for part in ("planted", "decoys")
        )
        yield compared(rule, listed[rule], wrongs, decoys)


def _key(item: Mapping[str, Any]) -> Key:
    return tuple(str(item[name]) for name in _KEY)
