"""Digests: the alerts a channel carries together, fixed before the first attempt, retried with patience."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from alerts.outbox import OpenAlert
from fundwatch.database.warehouse import Warehouse
from fundwatch.queries import lock_key, one_row

MOST_ALERTS = 200
MOST_ATTEMPTS = 12
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)

_UNBUNDLED = """
    select alert.alert_id
    from ops.alerts as alert
    where alert.resolved_at is null and not exists (
        select from ops.alert_deliveries as delivery
        where delivery.alert_id = alert.alert_id and delivery.channel = %(channel)s
    )
    order by alert.raised_at, alert.alert_id
    limit %(most)s
    for update of alert
"""
_CLAIM = """
    select digest_id::text, attempts
    from ops.alert_digests
    where channel = %(channel)s and state = 'pending' and next_attempt_at <= %(now)s
        and digest_id <> all(%(tried)s::uuid[])
    order by next_attempt_at, digest_id
    limit 1
    for update skip locked
"""
_ALERTS_OF = """
    select alert.alert_id::text, kind, feed, format, division, month, subject, text_zh, text_en, raised_at
    from ops.alerts as alert
    join ops.alert_deliveries as delivery on delivery.alert_id = alert.alert_id
    where delivery.digest_id = %s
    order by kind, month, feed, division, format, subject, raised_at
"""


@dataclass(frozen=True)
class Digest:
    """The alerts sent together; ``digest_id`` is the same at every attempt, for receivers to de-duplicate."""

    digest_id: str
    channel: str
    attempts: int
    alerts: tuple[OpenAlert, ...]


@dataclass(frozen=True)
class Undelivered:
    """A digest that has not got through; ``state`` is ``pending`` or ``given_up``."""

    channel: str
    state: str
    alerts: int
    attempts: int
    next_attempt_at: datetime
    last_error: str


def compose(warehouse: Warehouse, *, channel: str, now: datetime) -> int:
    """Bundle every open alert the channel has not delivered yet, and return how many there were.

    Again: an alert is bundled once for a channel; two at the same time wait for each other.
    """
    bundled = 0
    with warehouse.connect() as connection:
        # The lock is released with the transaction: what another sender bundled is seen, not bundled again.
        connection.execute("select pg_advisory_xact_lock(%s)", (lock_key("digests"),))
        while bundle := connection.execute(_UNBUNDLED, {"channel": channel, "most": MOST_ALERTS}).fetchall():
            bundled += len(bundle)
            (digest_id,) = one_row(
                connection.execute(
                    "insert into ops.alert_digests (channel, next_attempt_at) values (%s, %s)"
                    " returning digest_id",
                    (channel, now),
                )
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into ops.alert_deliveries (alert_id, channel, digest_id) values (%s, %s, %s)",
                    [(alert_id, channel, digest_id) for (alert_id,) in bundle],
                )
    return bundled


@contextmanager
def claimed(
    warehouse: Warehouse, *, channel: str, now: datetime, tried: list[str]
) -> Iterator[tuple[psycopg.Connection, Digest] | None]:
    """Hold the next digest whose time has come, or None; it is locked for other senders.

    ``tried`` digests are left out. When a sender dies its lock is released; the next one sends it again.
    """
    with warehouse.connect() as connection:
        values = {"channel": channel, "now": now, "tried": tried}
        row = connection.execute(_CLAIM, values).fetchone()
        if row is None:
            yield None
            return
        digest_id, attempts = row
        alerts = tuple(OpenAlert(*row) for row in connection.execute(_ALERTS_OF, (digest_id,)))
        yield connection, Digest(digest_id, channel, attempts, alerts)


def enter_delivered(connection: psycopg.Connection, digest: Digest, *, now: datetime, note: str) -> None:
    """Record that the channel accepted a digest; ``note`` names what it did not accept of it."""
    connection.execute(
        "update ops.alert_digests set state = 'delivered', attempts = attempts + 1, delivered_at = %s,"
        " last_error = %s where digest_id = %s",
        (now, note, digest.digest_id),
    )


def enter_failed(connection: psycopg.Connection, digest: Digest, *, now: datetime, error: str) -> bool:
    """Record that an attempt failed, wait twice as long as before, and return whether we gave up."""
    attempts = digest.attempts + 1
    is_over = attempts >= MOST_ATTEMPTS
    wait = min(_FIRST_WAIT * 2**digest.attempts, _LONGEST_WAIT)
    connection.execute(
        "update ops.alert_digests set state = %s, attempts = %s, next_attempt_at = %s, last_error = %s"
        " where digest_id = %s",
        ("given_up" if is_over else "pending", attempts, now + wait, error, digest.digest_id),
    )
    return is_over


def revive(warehouse: Warehouse, *, now: datetime) -> int:
    """Retry at once what was given up or waits, attempts counted anew; return how many digests."""
    with warehouse.connect() as connection:
        return connection.execute(
            "update ops.alert_digests set state = 'pending', attempts = 0, next_attempt_at = %s"
            " where state in ('given_up', 'pending')",
            (now,),
        ).rowcount


def undelivered(connection: psycopg.Connection) -> list[Undelivered]:
    """Return the digests that have not got through, given up ones first."""
    return [
        Undelivered(*row)
        for row in connection.execute(
            "select digest.channel, digest.state, count(*), digest.attempts, digest.next_attempt_at,"
            " digest.last_error from ops.alert_digests as digest"
            " join ops.alert_deliveries as delivery on delivery.digest_id = digest.digest_id"
            " where digest.state <> 'delivered' group by digest.digest_id"
            " order by digest.state, digest.next_attempt_at, digest.channel"
        )
    ]
