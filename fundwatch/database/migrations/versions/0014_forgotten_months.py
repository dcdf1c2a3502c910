"""Months that were run by mistake: forgotten until they are run again; alerts of drafts that wait."""

from alembic import op

revision = "0014_forgotten_months"
down_revision = "0013_signed_editions"

MONTHS = """
create table ops.forgotten_months (
    month text primary key,
    actor text not null,
    reason text not null,
    forgotten_at timestamptz not null default now()
)
"""
# Which kinds there are stands in the code that raises them.
KINDS = "alter table ops.alerts drop constraint alerts_kind_check"


def upgrade() -> None:
    """Let a month be forgotten, and a draft that waits be told."""
    op.execute(MONTHS)
    op.execute(KINDS)
