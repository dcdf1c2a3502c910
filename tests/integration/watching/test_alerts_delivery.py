"""Alerts reach mail and webhook at least once, in digests, and never twice for nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from aiosmtpd.smtp import AuthResult

from alerts import delivery, open_alerts, scan, send, undelivered
from alerts.digests import MOST_ATTEMPTS, revive
from alerts.webhook import signature
from fundwatch.errors import SettingInvalid
from tests.integration.watching.alert_receivers import (
    Hook,
    Mailbox,
    certified,
    free_port,
    mail_server,
    silent_server,
    webhook_server,
)
from tests.integration.watching.watched_site import COUNTY, OTHER_COUNTY, VERSION, VOUCHERS, Watched
from tests.support import run_fundwatch

NOW = datetime(2024, 7, 11, 9, tzinfo=UTC)
SIGNED_WITH = "what both ends know"
LATER = timedelta(hours=7)
MAIL = {"alert_mail_from": "fundwatch@example.org", "alert_mail_to": "one@example.org, two@example.org"}


@pytest.fixture
def watched(warehouse):
    """A warehouse with two overdue files and one rejected, and their alerts."""
    with warehouse.connect(autocommit=True) as connection:
        watched = Watched(connection)
        watched.site(senders=[("tax", VOUCHERS, COUNTY), ("tax", VOUCHERS, OTHER_COUNTY)])
        watched.run("ingest", "2024-06", feeds=["tax"])
        watched.file("a", state="rejected", reason="TRUNCATED")
        look(warehouse)
        yield watched


def look(warehouse) -> None:
    scan(warehouse, site_version=VERSION, on=date(2024, 7, 11), timezone="Asia/Shanghai")


@pytest.fixture
def by_mail(settings):
    """Return settings that mail to a port."""
    return lambda port, options="": replace(
        settings, **(MAIL | {"alert_smtp_url": f"smtp://127.0.0.1:{port}{options}"})
    )


@pytest.fixture
def by_webhook(settings):
    """Return settings that post to a URL."""
    return lambda url: replace(settings, alert_webhook_url=url, alert_webhook_secret=SIGNED_WITH)


def test_alerts_are_in_status_alone_when_nothing_is_configured(watched, warehouse, settings):
    sent = send(warehouse, settings, now=NOW)
    assert sent.counts()["channels"] == "none configured"
    assert len(open_alerts(watched.connection)) == 3
    assert undelivered(watched.connection) == []


def test_mail_tells_all_new_alerts_at_once_in_both_languages(watched, warehouse, by_mail):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        sent = send(warehouse, by_mail(port), now=NOW)
        again = send(warehouse, by_mail(port), now=NOW + LATER)
    assert (sent.alerts, sent.delivered, again.alerts, again.delivered) == (3, 1, 0, 0)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Fundwatch: 告警 3 条 / 3 alerts"
    assert mail["To"] == "one@example.org, two@example.org"
    text = mail.get_content()
    assert text.count(COUNTY) == 4
    assert "同心县" in text
    assert "Tongxin County" in text
    assert text.index("尚未收到") < text.index("has not been received")


def test_mail_tells_what_is_new_since_the_last(watched, warehouse, by_mail):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send(warehouse, by_mail(port), now=NOW)
        watched.run("build", "2024-06", outcome="failed")
        look(warehouse)
        send(warehouse, by_mail(port), now=NOW + LATER)
    assert [mail["Subject"][-8:] for mail in mailbox.mails] == ["3 alerts", " 1 alert"]


def test_headers_of_a_mail_hold_nothing_from_outside(watched, warehouse, by_mail):
    watched.connection.execute("delete from ops.alert_deliveries; delete from ops.alerts")
    watched.connection.execute("update site.divisions set name_en = E'Yan\\r\\nBcc: all@example.org\\u202e'")
    watched.file("x\r\nBcc: b@example.org", state="rejected", reason="TRUNCATED", layout="a\r\nCc: c@d.org")
    look(warehouse)
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send(warehouse, by_mail(port), now=NOW)
    (mail,) = mailbox.mails
    assert set(mail.keys()) >= {"Subject", "From", "To", "Message-ID"}
    assert not {"Bcc", "Cc"} & set(mail.keys())
    lines = [line for line in mail.get_content().splitlines() if line]
    assert len(lines) == 2 * len(open_alerts(watched.connection)) + 2
    assert "\u202e" not in mail.get_content()


def test_mail_is_tried_again_when_its_time_has_come_and_arrives_once(watched, warehouse, by_mail):
    assert send(warehouse, by_mail(free_port()), now=NOW).failed == 1
    (waits,) = undelivered(watched.connection)
    assert (waits.alerts, waits.attempts, waits.last_error) == (3, 1, "ConnectionRefusedError")
    assert waits.next_attempt_at == NOW + timedelta(minutes=5)
    mailbox = Mailbox(answers=["451 try later 李四"])
    with mail_server(mailbox) as port:
        settings = by_mail(port)
        early = send(warehouse, settings, now=NOW + timedelta(minutes=4))
        refused = send(warehouse, settings, now=NOW + timedelta(minutes=5))
        assert undelivered(watched.connection)[0].last_error == "SMTP 451"
        assert undelivered(watched.connection)[0].next_attempt_at == NOW + timedelta(minutes=15)
        taken = send(warehouse, settings, now=NOW + timedelta(minutes=15))
        send(warehouse, settings, now=NOW + LATER)
    assert (early.failed, early.delivered, refused.failed, taken.delivered) == (0, 0, 1, 1)
    assert len(mailbox.mails) == 1


def test_mail_times_out_at_a_server_that_says_nothing(watched, warehouse, by_mail):
    with silent_server() as port:
        assert send(warehouse, by_mail(port), now=NOW, patience_seconds=0.2).failed == 1
    assert undelivered(watched.connection)[0].last_error == "SMTPServerDisconnected"


def test_mail_is_delivered_when_one_recipient_is_refused(watched, warehouse, by_mail):
    mailbox = Mailbox(refused={"two@example.org"})
    with mail_server(mailbox) as port:
        assert send(warehouse, by_mail(port), now=NOW).delivered == 1
    note = watched.connection.execute("select last_error from ops.alert_digests").fetchone()[0]
    assert note == "1 of 2 recipients were refused"


@pytest.mark.parametrize(
    "url", ["smtp://me:open-sesame@127.0.0.1:{}", "smtp://127.0.0.1:{}?starttls=required"]
)
def test_mail_is_not_sent_in_the_open_when_it_must_be_secret(watched, warehouse, settings, url):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        chosen = replace(settings, **(MAIL | {"alert_smtp_url": url.format(port)}))
        assert send(warehouse, chosen, now=NOW).failed == 1
    assert undelivered(watched.connection)[0].last_error == "the server offers no STARTTLS"
    assert mailbox.mails == []
    assert "open-sesame" not in repr(chosen)


def test_webhook_is_signed_and_keeps_its_key_until_it_is_taken(watched, warehouse, by_webhook):
    elsewhere = Hook()
    with webhook_server(elsewhere) as other:
        hook = Hook(answers=[(500, ""), (307, other), (404, "")])
        with webhook_server(hook) as url:
            sent = [send(warehouse, by_webhook(url), now=NOW + turn * LATER) for turn in range(5)]
    assert [summary.failed for summary in sent] == [1, 1, 1, 0, 0]
    assert [summary.delivered for summary in sent] == [0, 0, 0, 1, 0]
    assert elsewhere.requests == []
    assert len(hook.requests) == 4
    assert len({headers["idempotency-key"] for headers, _ in hook.requests}) == 1
    assert len({body for _, body in hook.requests}) == 1
    for headers, body in hook.requests:
        timestamp = headers["x-fundwatch-timestamp"]
        assert headers["x-fundwatch-signature"] == signature(SIGNED_WITH, timestamp=timestamp, body=body)
    document = json.loads(hook.requests[0][1])
    assert document["digest_id"] == hook.requests[0][0]["idempotency-key"]
    assert [alert["kind"] for alert in document["alerts"]] == [
        "feed_overdue",
        "feed_overdue",
        "file_rejected",
    ]


def test_webhook_times_out_at_a_server_that_says_nothing(watched, warehouse, by_webhook):
    with silent_server() as port:
        settings = by_webhook(f"http://127.0.0.1:{port}/")
        assert send(warehouse, settings, now=NOW, patience_seconds=0.2).failed == 1
    assert undelivered(watched.connection)[0].last_error == "TimeoutError"


def test_two_senders_at_once_deliver_once(watched, warehouse, by_webhook):
    hook = Hook(may_answer=Event())
    with webhook_server(hook) as url, ThreadPoolExecutor(1) as worker:
        first = worker.submit(send, warehouse, by_webhook(url), now=NOW)
        assert hook.arrived.wait(30)
        second = send(warehouse, by_webhook(url), now=NOW)
        hook.may_answer.set()
        assert (first.result().delivered, second.delivered, second.failed) == (1, 0, 0)
    assert len(hook.requests) == 1


def test_digest_is_sent_again_under_its_key_when_its_sender_died(watched, warehouse, by_webhook, monkeypatch):
    hook = Hook()
    with webhook_server(hook) as url:
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "enter_delivered", _die)
            with pytest.raises(KeyboardInterrupt):
                send(warehouse, by_webhook(url), now=NOW)
        assert send(warehouse, by_webhook(url), now=NOW).delivered == 1
    keys = [headers["idempotency-key"] for headers, _ in hook.requests]
    assert keys == [keys[0]] * 2


def _die(*_arguments, **_options) -> None:
    raise KeyboardInterrupt


def test_one_channel_that_fails_keeps_nothing_from_the_other(watched, warehouse, settings):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        both = replace(settings, **(MAIL | {
            "alert_smtp_url": f"smtp://127.0.0.1:{port}", "alert_webhook_secret": SIGNED_WITH,
            "alert_webhook_url": f"http://127.0.0.1:{free_port()}/",
        }))  # fmt: skip
        sent = send(warehouse, both, now=NOW)
    assert (sent.channels, sent.delivered, sent.failed) == (("mail", "webhook"), 1, 1)


def test_digest_is_given_up_after_many_attempts_and_can_be_tried_anew(watched, warehouse, by_webhook):
    nobody, now = by_webhook(f"http://127.0.0.1:{free_port()}/"), NOW
    for _ in range(MOST_ATTEMPTS + 1):
        sent = send(warehouse, nobody, now=now)
        now += LATER
    (given_up,) = undelivered(watched.connection)
    assert (given_up.state, given_up.attempts, sent.failed) == ("given_up", MOST_ATTEMPTS, 0)
    hook = Hook()
    with webhook_server(hook) as url:
        assert send(warehouse, by_webhook(url), now=now).delivered == 0
        assert revive(warehouse, now=now) == 1
        assert send(warehouse, by_webhook(url), now=now).delivered == 1


@pytest.mark.parametrize(
    ("update", "name"),
    [
        ({"alert_smtp_url": "http://mail"}, "ALERT_SMTP_URL"),
        ({"alert_smtp_url": "smtp://mail:port"}, "ALERT_SMTP_URL"),
        ({"alert_smtp_url": "smtp://mail?starttls=maybe"}, "ALERT_SMTP_URL"),
        ({"alert_smtp_url": "smtp://mail", "alert_mail_from": "a@b\r\nBcc: c@d"}, "ALERT_MAIL_FROM"),
        ({"alert_smtp_url": "smtp://mail", "alert_mail_from": "a@b.org"}, "ALERT_MAIL_TO"),
        ({"alert_webhook_url": "ftp://host/"}, "ALERT_WEBHOOK_URL"),
        ({"alert_webhook_url": "https://me:pass@host/"}, "ALERT_WEBHOOK_URL"),
        ({"alert_webhook_url": "https://host/\r\nX: y"}, "ALERT_WEBHOOK_URL"),
        ({"alert_webhook_url": "https://host/"}, "ALERT_WEBHOOK_SECRET"),
    ],
)
def test_setting_that_cannot_be_used_is_named(warehouse, settings, update, name):
    with pytest.raises(SettingInvalid, match=f"FUNDWATCH_{name} "):
        send(warehouse, replace(settings, **update), now=NOW)


def test_command_lists_and_delivers(watched, settings):
    hook = Hook()
    with webhook_server(hook) as url:
        env = {"FUNDWATCH_ALERT_WEBHOOK_URL": url, "FUNDWATCH_ALERT_WEBHOOK_SECRET": SIGNED_WITH}
        sent = json.loads(run_fundwatch("alerts", "send", "--json", settings=settings, env=env).stdout)
    assert (sent["channels"], sent["delivered"]) == ("webhook", 1)
    listed = json.loads(run_fundwatch("alerts", "list", "--json", settings=settings).stdout)
    assert {alert["alert_id"] for alert in listed} == {
        alert["alert_id"] for alert in json.loads(hook.requests[0][1])["alerts"]
    }


def test_mail_is_encrypted_and_signed_in_when_the_server_offers_it(
    watched, warehouse, by_mail, tmp_path, monkeypatch
):
    certificate, context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox, seen = Mailbox(), []

    def knows(_server, session, _envelope, _mechanism, credentials) -> AuthResult:
        seen.append((credentials.login, credentials.password, session.ssl is not None))
        return AuthResult(success=True)

    options = {"tls_context": context, "authenticator": knows, "auth_require_tls": True}
    with mail_server(mailbox, **options) as port:
        settings = by_mail(port)
        url = settings.alert_smtp_url.replace("//", "//me:open%20sesame@")
        assert send(warehouse, replace(settings, alert_smtp_url=url), now=NOW).delivered == 1
    assert seen == [(b"me", b"open sesame", True)]
    assert len(mailbox.mails) == 1


def test_mail_is_not_sent_to_a_server_nobody_vouches_for(watched, warehouse, by_mail, tmp_path):
    _, context = certified(tmp_path)
    mailbox = Mailbox()
    with mail_server(mailbox, tls_context=context) as port:
        assert send(warehouse, by_mail(port), now=NOW).failed == 1
    assert undelivered(watched.connection)[0].last_error == "SSLCertVerificationError"
    assert mailbox.mails == []
