"""A digest as one mail: Chinese lines, then the same in English; plain text."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from alerts.channels import MailServer
from alerts.digests import Digest
from alerts.texts import plain


class DeliveryError(Exception):
    """A channel did not take a digest; the message holds a code or the name of an error, no secret."""


def message_of(digest: Digest, server: MailServer, *, now: datetime) -> EmailMessage:
    """Return the mail of a digest; its Message-ID is the same at every attempt."""
    message = EmailMessage()
    count = len(digest.alerts)
    message["Subject"] = f"Fundwatch: 告警 {count} 条 / {count} alert{'s' if count > 1 else ''}"
    message["From"] = server.sender
    message["To"] = ", ".join(server.recipients)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{digest.digest_id}@fundwatch>"
    message["Auto-Submitted"] = "auto-generated"
    chinese = [f"- {alert.text_zh}" for alert in digest.alerts]
    english = [f"- {alert.text_en}" for alert in digest.alerts]
    closing = ("现状：fundwatch status", "How things stand now: fundwatch status")
    message.set_content("\n".join([*chinese, "", *english, "", *closing, ""]))
    return message


def post(digest: Digest, server: MailServer, *, now: datetime, seconds: float) -> str:
    """Hand a digest to the mail server, and return a note on recipients it refused.

    Raises: DeliveryError.
    """
    message = message_of(digest, server, now=now)
    try:
        connection = _connected(server, seconds)
        try:
            refused = connection.send_message(message, server.sender, list(server.recipients))
        finally:
            _leave(connection)
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"SMTP {error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused:
        raise DeliveryError("all recipients were refused") from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(plain(type(error).__name__)) from None
    return f"{len(refused)} of {len(server.recipients)} recipients were refused" if refused else ""


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; how the server answers changes nothing about the mail it took."""
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


def _connected(server: MailServer, seconds: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.is_tls:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        _enter(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _enter(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    """Encrypt and sign in as configured; a password is never sent unencrypted unless configured so."""
    connection.ehlo()
    may_be_open = server.is_tls or server.starttls == "never"
    if not may_be_open and connection.has_extn("starttls"):
        connection.starttls(context=context)
    elif not may_be_open and (server.starttls == "required" or server.user):
        raise DeliveryError("the server offers no STARTTLS")
    if server.user:
        connection.login(server.user, server.password)
