"""The outbox of alerts, and the digests they are delivered in."""

from alembic import op

revision = "0004_alerts"
down_revision = "0003_extraction"

ALERTS = """
create table ops.alerts (
    alert_id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in
        ('feed_overdue', 'file_rejected', 'file_held', 'production_lacks', 'step_failed')),
    feed text not null default '',
    format text not null default '',
    division text not null default '',
    month text not null default '',
    subject text not null default '',
    text_zh text not null,
    text_en text not null,
    raised_at timestamptz not null default now(),
    resolved_at timestamptz
);
-- A condition alerts once, for as long as it lasts.
create unique index alerts_one_open on ops.alerts (kind, feed, format, division, month, subject)
    where resolved_at is null;

create table ops.alert_digests (
    digest_id uuid primary key default gen_random_uuid(),
    channel text not null check (channel in ('mail', 'webhook')),
    state text not null default 'pending' check (state in ('pending', 'delivered', 'given_up')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    last_error text not null default '',
    delivered_at timestamptz
);
create index alert_digests_pending on ops.alert_digests (channel, next_attempt_at) where state = 'pending';

-- An alert is in one digest of each channel, for good: a retry sends what the first attempt sent.
create table ops.alert_deliveries (
    alert_id uuid not null references ops.alerts (alert_id),
    channel text not null,
    digest_id uuid not null references ops.alert_digests (digest_id),
    primary key (alert_id, channel)
);
create index alert_deliveries_by_digest on ops.alert_deliveries (digest_id);
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute(ALERTS)
