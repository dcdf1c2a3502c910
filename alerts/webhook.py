"""A digest as one signed POST of JSON; redirects are not followed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from datetime import datetime

from alerts.channels import Webhook
from alerts.digests import Digest
from alerts.mail import DeliveryError
from alerts.texts import plain


def body_of(digest: Digest) -> bytes:
    """Return the JSON document of a digest, the same at every attempt."""
    alerts = [
        {
            "alert_id": alert.alert_id,
            "kind": alert.kind,
            "feed": plain(alert.feed),
            "format": plain(alert.format),
            "division": plain(alert.division),
            "month": plain(alert.month),
            "subject": plain(alert.subject),
            "text_zh": alert.text_zh,
            "text_en": alert.text_en,
            "raised_at": alert.raised_at.isoformat(),
        }
        for alert in digest.alerts
    ]
    return json.dumps({"digest_id": digest.digest_id, "alerts": alerts}, ensure_ascii=False).encode()


def signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Return ``sha256=`` and the HMAC-SHA256 of ``timestamp.body``: an old request cannot be sent anew."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def post(digest: Digest, hook: Webhook, *, now: datetime, seconds: float) -> str:
    """Post a digest; only an answer of 2xx counts as taken. Returns an empty note.

    Raises: DeliveryError.
    """
    body, timestamp = body_of(digest), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": digest.digest_id,
        "X-Fundwatch-Timestamp": timestamp,
        "X-Fundwatch-Signature": signature(hook.secret, timestamp=timestamp, body=body),
        "User-Agent": "fundwatch",
        "Connection": "close",
    }
    connection = _connection(hook, seconds)
    try:
        connection.request("POST", hook.target, body=body, headers=headers)
        status = connection.getresponse().status
    except (http.client.HTTPException, OSError) as error:
        raise DeliveryError(plain(type(error).__name__)) from None
    finally:
        connection.close()
    if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
        raise DeliveryError(f"HTTP {status}")
    return ""


def _connection(hook: Webhook, seconds: float) -> http.client.HTTPConnection:
    if not hook.is_tls:
        return http.client.HTTPConnection(hook.host, hook.port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(hook.host, hook.port, timeout=seconds, context=context)
