"""Decide whether a product of a month waits for an input, is due, or is up to date.

This is the one place that decides it, for the command line and for Airflow. A run records the id of
everything it was built from (``pipeline.inputs``); a product is due when any of these ids is another one now,
when a table or file of it is gone, or when the last run of its step did not succeed. No time is compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundwatch.feeds import FEEDS
from fundwatch.months import last_day
from pipeline.inputs import (
    PRODUCT_OF,
    STEP_OF,
    UPSTREAM,
    Scope,
    differing_files,
    hash_files,
    read_inputs,
    read_publications,
    read_tables,
)

if TYPE_CHECKING:
    import psycopg

    from fundwatch.settings import Settings

_LAST_RUNS = """
    select distinct on (step) step, run_id, outcome = 'done', ended_at, state
    from ops.runs
    where month = %s and step = any(%s)
    order by step, run_id desc
"""
_LANDED = """
    select distinct feed
    from ops.runs cross join lateral jsonb_array_elements_text(detail -> 'feeds') as landed (feed)
    where step = 'ingest' and outcome = 'done' and month = %s
"""
_MONTHS_BUILT = """
    select distinct month from ops.runs
    where outcome = 'done' and step = any(%s)
    order by month
"""


@dataclass(frozen=True)
class Run:
    """The last run of a step for a month.

    ``inputs``: input -> id; ``tables`` and ``files``: what it wrote. All are empty for a run that failed, was
    killed, or was recorded by a version that did not know of them.
    """

    run_id: int
    is_done: bool
    ended_at: datetime | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Records:
    """What the warehouse records of a month.

    ``landed``: the feeds that were landed for it, whatever they brought. ``runs``: product -> its last run.
    ``inputs``: product -> input -> its id now. ``lost``: product -> the tables or files that are gone.
    """

    landed: frozenset[str]
    runs: Mapping[str, Run]
    inputs: Mapping[str, Mapping[str, str]]
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Freshness:
    """The state of one product: inputs it ``waits_for``, and the ``reasons`` why it is due."""

    waits_for: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether the product must be built."""
        return bool(self.reasons)

    @property
    def is_fresh(self) -> bool:
        """Whether the product was built from what there is now, and its inputs are not about to change."""
        return not self.waits_for and not self.is_due


def freshness(product: str, records: Records) -> Freshness:
    """Return whether a product waits for an input, is due, or is up to date.

    A feed is ready once it was landed for the month, whatever it brought. An upstream product is ready when
    it was built, and no event of what it is built from is on its way to it: a publication is never built from
    cases and rates of different ledgers.
    """
    waits_for = tuple(name for name in UPSTREAM[product] if not is_ready(name, records))
    run = records.runs.get(product)
    if run is None or not run.is_done or not run.inputs:
        return Freshness(waits_for, ("it was not built to the end before" if run else "it was never built",))
    now = records.inputs[product]
    changed = [name for name in now if run.inputs.get(name) != now[name]]
    return Freshness(waits_for, (*changed, *records.lost.get(product, ())))


def is_ready(name: str, records: Records) -> bool:
    """Return whether a feed or product is there, and no event is on its way that would change it."""
    if name in FEEDS:
        return name in records.landed
    run = records.runs.get(name)
    if run is None or not run.is_done:
        return False
    state = freshness(name, records)
    # Code, site and other inputs that nothing announces do not block what follows: nothing would wake it.
    return not state.waits_for and not (run.inputs and set(UPSTREAM[name]) & set(state.reasons))


def downstream(name: str) -> tuple[str, ...]:
    """Return the products built from a feed or product, directly or through others."""
    direct = [product for product, inputs in UPSTREAM.items() if name in inputs]
    further = [product for name_below in direct for product in downstream(name_below)]
    return tuple(dict.fromkeys([*direct, *further]))


def is_work_left(name: str, records: Records) -> bool:
    """Return whether anything downstream of a feed or product is due, for whatever reason.

    Approving a publication that is not the latest makes another draft due, and wakes nobody.
    """
    return any(set(freshness(product, records).reasons) - {"publications"} for product in downstream(name))


def is_settled(records: Records) -> bool:
    """Return whether the month is built from what was landed, and nothing of it is due."""
    return is_ready("publication", records) and not any(is_work_left(feed, records) for feed in FEEDS)


def scope_of(settings: Settings, *, month: str, site_version: str) -> Scope:
    """Return what a step works on when nothing but the month is given."""
    return Scope(month, last_day(month), site_version, settings.timezone)


def read_records(connection: psycopg.Connection, scope: Scope, *, home: Path | None) -> Records:
    """Read what the warehouse records of a month; the connection must be in autocommit mode.

    ``home``: where the files of the products are; None looks at no files.
    """
    runs = {}
    for step, run_id, is_done, ended_at, state in connection.execute(
        _LAST_RUNS, (scope.month, list(STEP_OF.values()))
    ).fetchall():
        recorded = state if is_done and state else {}
        runs[PRODUCT_OF[step]] = Run(run_id, is_done, ended_at, **recorded)
    landed = frozenset(feed for (feed,) in connection.execute(_LANDED, (scope.month,)))
    lost = {product: _lost(connection, product, run, home) for product, run in runs.items()}
    return Records(landed, runs, read_inputs(connection, scope), lost)


def _lost(connection: psycopg.Connection, product: str, run: Run, home: Path | None) -> tuple[str, ...]:
    tables = read_tables(connection, product)
    gone = [name for name, table in run.tables.items() if tables.get(name) != table]
    return (*gone, *(differing_files(home, run.files) if home else ()))


def recorded_state(
    connection: psycopg.Connection,
    product: str,
    scope: Scope,
    *,
    inputs: Mapping[str, str],
    home: Path,
    folders: tuple[Path, ...],
    summary: Mapping[str, Any],
) -> str:
    """Return the JSON a successful run records: what it was built from and what it wrote.

    ``inputs`` are those read before it began. A publication changes the month's publications itself: their id
    is read afterwards.
    """
    known = dict(inputs)
    if product == "publication":
        known["publications"] = read_publications(connection, scope.month)
    state = {
        "inputs": known,
        "tables": read_tables(connection, product),
        "files": hash_files(home, folders),
        "summary": summary,
    }
    return json.dumps(state, ensure_ascii=False, default=str)


def record_edition(
    connection: psycopg.Connection,
    *,
    month: str,
    home: Path,
    folder: Path,
    summary: Mapping[str, Any],
) -> None:
    """Record that signing wrote a publication's files, as if the run that drafted them had.

    ``folder``: the publication's. Nothing is recorded when the month's last run wrote files elsewhere: those
    of another publication. ``summary``: what is shown instead of the draft's while nothing changes.
    """
    rows = connection.execute(_LAST_RUNS, (month, [STEP_OF["publication"]])).fetchall()
    for _, run_id, is_done, _, state in rows:
        if is_done and state and any((home / name).is_relative_to(folder) for name in state["files"]):
            signed = state | {"files": hash_files(home, (folder,)), "summary": summary}
            connection.execute(
                "update ops.runs set state = %s where run_id = %s",
                (json.dumps(signed, ensure_ascii=False, default=str), run_id),
            )


def months_to_announce(
    connection: psycopg.Connection, feed: str, *, month: str, settings: Settings, site_version: str
) -> list[str]:
    """Return the months that must be built after a landing of ``feed``.

    The month itself when anything downstream of the feed is due; another month when a product that reads the
    feed was built from other batches of it.
    """
    followers = [product for product, inputs in UPSTREAM.items() if feed in inputs]
    steps = [STEP_OF[product] for product in followers]
    months = {built for (built,) in connection.execute(_MONTHS_BUILT, (steps,)).fetchall()}
    announced = []
    for at in sorted(months | {month}):
        scope = scope_of(settings, month=at, site_version=site_version)
        records = read_records(connection, scope, home=settings.home if at == month else None)
        if at == month:
            has_work = is_work_left(feed, records)
        else:
            has_work = any(_has_news(product, feed, records) for product in followers)
        if has_work:
            announced.append(at)
    return announced


def _has_news(product: str, feed: str, records: Records) -> bool:
    run = records.runs.get(product)
    return run is not None and run.inputs.get(feed) != records.inputs[product][feed]
