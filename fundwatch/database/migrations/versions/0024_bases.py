"""The schema of contribution bases; dbt creates its tables."""

from alembic import op

revision = "0024_bases"
down_revision = "0023_hand_matches"


def upgrade() -> None:
    """No month built before has bases: its reconciliation is due anew."""
    op.execute("create schema if not exists bases")
