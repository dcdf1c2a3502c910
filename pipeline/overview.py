"""How far each month is: its steps as fresh, stale, running or failed, and its latest publication."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.conditions import watched_months
from fundwatch.database.warehouse import Warehouse
from fundwatch.feeds import FEEDS
from fundwatch.queries import lock_key, one_row
from fundwatch.settings import Settings
from pipeline.freshness import Records, Run, freshness, read_records, scope_of
from pipeline.inputs import STEP_OF

if TYPE_CHECKING:
    import psycopg

_MONTHS_RUN = """
    select distinct month from ops.runs
    where month <> '' and month not in (select month from ops.forgotten_months)
"""
# The run under way is the one that holds the lock of builds; others that did not end were killed.
_BUILDING = """
    select max(run_id) from ops.runs
    where outcome = 'running' and step = any(%s) and exists (
        select from pg_locks
        where locktype = 'advisory' and granted and objsubid = 1
            and (classid::bigint << 32) | objid::bigint = %s
            and database = (select oid from pg_database where datname = current_database())
    )
"""
_LANDING = """
    select distinct on (feeds) outcome, ended_at is null and started_at > now() - interval '1 hour'
    from ops.runs cross join lateral (select detail -> 'feeds') as landed (feeds)
    where step = 'ingest' and month = %s
    order by feeds, run_id desc
"""
_PUBLICATION = "select number, state from ops.publications where month = %s order by number desc limit 1"


class State(StrEnum):
    """State of a step of a month; ``waiting``: an input was not built or landed yet."""

    FRESH = "fresh"
    STALE = "stale"
    RUNNING = "running"
    FAILED = "failed"
    WAITING = "waiting"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class StepState:
    """A step's state, and why: what changed, or what it waits for."""

    state: State
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class MonthState:
    """A month: step -> state, in the order they run, and its latest publication, if any."""

    month: str
    steps: dict[str, StepState]
    publication: int | None
    publication_state: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing of the month is stale, failed or under way."""
        return all(step.state is State.FRESH for step in self.steps.values())


def months(warehouse: Warehouse, settings: Settings, *, site_version: str, last: int) -> list[MonthState]:
    """Return the state of the ``last`` months that were run or are watched, in order.

    Source: ops.runs and what ``pipeline.freshness`` decides.
    """
    with warehouse.connect(autocommit=True) as connection:
        run = {month for (month,) in connection.execute(_MONTHS_RUN)}
        shown = sorted(run | set(watched_months(connection)))[-last:]
        steps = list(STEP_OF.values())
        (building,) = one_row(connection.execute(_BUILDING, (steps, lock_key("build"))))
        return [_month(connection, settings, month, site_version, building) for month in shown]


def _month(
    connection: psycopg.Connection, settings: Settings, month: str, site_version: str, building: int | None
) -> MonthState:
    scope = scope_of(settings, month=month, site_version=site_version)
    records = read_records(connection, scope, home=settings.home)
    published = connection.execute(_PUBLICATION, (month,)).fetchone() or (None, "")
    return MonthState(
        month,
        {"ingest": _landed(connection, month, records)}
        | {step: _step(product, records, building) for product, step in STEP_OF.items()},
        *published,
    )


def _landed(connection: psycopg.Connection, month: str, records: Records) -> StepState:
    outcomes = connection.execute(_LANDING, (month,)).fetchall()
    missing = tuple(feed for feed in FEEDS if feed not in records.landed)
    if any(is_under_way for _, is_under_way in outcomes):
        return StepState(State.RUNNING)
    if missing and any(outcome != "done" for outcome, _ in outcomes):
        return StepState(State.FAILED, missing)
    if len(missing) == len(FEEDS):
        return StepState(State.NOT_RUN)
    return StepState(State.WAITING, missing) if missing else StepState(State.FRESH)


def _step(product: str, records: Records, building: int | None) -> StepState:
    run, known = records.runs.get(product), freshness(product, records)
    if run is not None and not run.is_done:
        return StepState(State.RUNNING if _is_building(run, building) else State.FAILED)
    if run is None:
        return StepState(State.WAITING if known.waits_for else State.NOT_RUN, known.waits_for)
    if known.is_fresh:
        return StepState(State.FRESH)
    return StepState(State.STALE, known.reasons or known.waits_for)


def _is_building(run: Run, building: int | None) -> bool:
    return run.ended_at is None and run.run_id == building
