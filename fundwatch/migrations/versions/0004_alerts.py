"""Feeds that are due and the outbox of alerts."""

revision = "0004_alerts"
down_revision = "0003_extraction"


def upgrade() -> None:
    """Bring the schemas to this revision."""
