"""The outbox, ops.alerts: one open alert for every condition, resolved when the condition is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from alerts.conditions import Condition, conditions
from alerts.texts import Names, texts_of
from fundwatch.database.warehouse import Warehouse
from fundwatch.queries import lock_key

_RAISE = """
    insert into ops.alerts (kind, feed, format, division, month, subject, text_zh, text_en)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (kind, feed, format, division, month, subject) where resolved_at is null do nothing
"""
_OPEN = """
    select alert_id::text, kind, feed, format, division, month, subject
    from ops.alerts
    where resolved_at is null
"""
# A failure that was reported is over when the step has been done for the month since.
_REPAIRED = """
    select alert.alert_id::text
    from ops.alerts as alert
    where alert.kind = 'step_failed' and alert.resolved_at is null and exists (
        select from ops.runs as run
        where run.outcome = 'done' and run.month = alert.month and run.ended_at > alert.raised_at
            and (run.step = alert.subject
                or (run.step = 'ingest' and alert.subject in (
                    select 'ingest ' || fed.feed
                    from jsonb_array_elements_text(run.detail -> 'feeds') as fed (feed)
                )))
    )
"""
_LISTED = """
    select alert_id::text, kind, feed, format, division, month, subject, text_zh, text_en, raised_at
    from ops.alerts
    where resolved_at is null
    order by raised_at, kind, feed, division, month, format, subject
"""


@dataclass(frozen=True)
class Scan:
    """Alerts a scan raised and resolved."""

    raised: int
    resolved: int


@dataclass(frozen=True)
class OpenAlert:
    """One alert whose condition lasts; ``month`` and the like are empty where they do not apply."""

    alert_id: str
    kind: str
    feed: str
    format: str
    division: str
    month: str
    subject: str
    text_zh: str
    text_en: str
    raised_at: datetime


def scan(warehouse: Warehouse, *, site_version: str, on: date, timezone: str) -> Scan:
    """Raise an alert for what is wrong as of day ``on``, and resolve those whose condition is over.

    Source: what the warehouse recorded (see ``conditions``).
    Again:  nothing is raised twice; scans at the same time wait for each other.
    Raises: WarehouseUnavailable.
    """
    with warehouse.connect() as connection:
        _one_at_a_time(connection)
        wrong = conditions(connection, site_version=site_version, on=on, timezone=timezone)
        open_ids = {tuple(key): alert_id for alert_id, *key in connection.execute(_OPEN)}
        keys = {condition.key for condition in wrong}
        over = [alert_id for key, alert_id in open_ids.items() if key not in keys and key[0] != "step_failed"]
        over += [alert_id for (alert_id,) in connection.execute(_REPAIRED)]
        _resolve(connection, over)
        # What is resolved just now may be wrong anew: a step that was done, and has failed since.
        is_open = {key for key, alert_id in open_ids.items() if alert_id not in set(over)}
        raised = [condition for condition in wrong if condition.is_due and condition.key not in is_open]
        _raise(connection, raised, site_version=site_version)
        return Scan(raised=len(raised), resolved=len(over))


def report_failure(warehouse: Warehouse, *, step: str, month: str) -> None:
    """Raise an alert that a step failed, for whoever starts steps and saw one die.

    Again: one alert for a step and month, until the step succeeds.
    """
    with warehouse.connect() as connection:
        _raise(connection, [Condition("step_failed", month=month, subject=step)], site_version="")


def open_alerts(connection: psycopg.Connection) -> list[OpenAlert]:
    """Return the alerts whose conditions last, the oldest first."""
    return [OpenAlert(*row) for row in connection.execute(_LISTED)]


def _raise(connection: psycopg.Connection, raised: Iterable[Condition], *, site_version: str) -> None:
    divisions = connection.execute(
        "select division, name_zh, name_en from site.divisions where _site_version = %s", (site_version,)
    )
    names = Names({code: (chinese or "", english or "") for code, chinese, english in divisions})
    with connection.cursor() as cursor:
        cursor.executemany(_RAISE, [(*condition.key, *texts_of(condition, names)) for condition in raised])


def _resolve(connection: psycopg.Connection, alert_ids: list[str]) -> None:
    connection.execute(
        "update ops.alerts set resolved_at = now() where alert_id = any(%s::uuid[])", (alert_ids,)
    )


def _one_at_a_time(connection: psycopg.Connection) -> None:
    """Hold the advisory lock of scans until the transaction ends."""
    connection.execute("select pg_advisory_xact_lock(%s)", (lock_key("alerts"),))
