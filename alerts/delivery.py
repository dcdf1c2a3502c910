"""Deliver what is due to every configured channel: at least once, in digests, by one sender at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

import psycopg

from alerts import mail, webhook
from alerts.channels import mail_server
from alerts.channels import webhook as webhook_of
from alerts.digests import Digest, claimed, compose, enter_delivered, enter_failed
from alerts.mail import DeliveryError
from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings

Post = Callable[..., str]
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Sent:
    """Result of one round of delivery, in counts of alerts and digests."""

    channels: tuple[str, ...]
    alerts: int = 0
    delivered: int = 0
    failed: int = 0
    given_up: int = 0

    def counts(self) -> dict[str, int | str]:
        """Return the figures worth a line each."""
        return asdict(self) | {"channels": ", ".join(self.channels) or "none configured"}


def send(
    warehouse: Warehouse, settings: Settings, *, now: datetime, patience_seconds: float = PATIENCE_SECONDS
) -> Sent:
    """Bundle the new alerts for each configured channel, and post every digest whose time has come.

    Again:  what was accepted is not sent again; what failed is, once its wait is over. A receiver that
            accepted a digest and could not confirm gets it again under the same id.
    Raises: SettingInvalid, WarehouseUnavailable; a channel that fails is a result, not an error.
    """
    channels = _channels(settings, patience_seconds)
    sent = [_deliver(warehouse, channel, post, now=now) for channel, post in channels.items()]
    return Sent(
        channels=tuple(channels),
        alerts=sum(delivery.alerts for delivery in sent),
        delivered=sum(delivery.delivered for delivery in sent),
        failed=sum(delivery.failed for delivery in sent),
        given_up=sum(delivery.given_up for delivery in sent),
    )


def _channels(settings: Settings, seconds: float) -> dict[str, Post]:
    server, hook = mail_server(settings), webhook_of(settings)
    posts: dict[str, Post] = {}
    if server is not None:
        posts["mail"] = partial(mail.post, server=server, seconds=seconds)
    if hook is not None:
        posts["webhook"] = partial(webhook.post, hook=hook, seconds=seconds)
    return posts


def _deliver(warehouse: Warehouse, channel: str, post: Post, *, now: datetime) -> Sent:
    """Post the channel's digests one by one; each is tried once in a round."""
    alerts = compose(warehouse, channel=channel, now=now)
    outcomes: list[str] = []
    tried: list[str] = []
    while True:
        with claimed(warehouse, channel=channel, now=now, tried=tried) as work:
            if work is None:
                break
            connection, digest = work
            tried.append(digest.digest_id)
            outcomes.append(_attempt(connection, digest, post, now=now))
    return Sent(
        channels=(channel,),
        alerts=alerts,
        delivered=outcomes.count("delivered"),
        failed=outcomes.count("failed"),
        given_up=outcomes.count("given up"),
    )


def _attempt(connection: psycopg.Connection, digest: Digest, post: Post, *, now: datetime) -> str:
    try:
        note = post(digest, now=now)
    except DeliveryError as error:
        return "given up" if enter_failed(connection, digest, now=now, error=str(error)) else "failed"
    enter_delivered(connection, digest, now=now, note=note)
    return "delivered"
