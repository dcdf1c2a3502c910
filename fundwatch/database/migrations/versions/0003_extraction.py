"""What incremental extraction remembers of each table's last extract."""

from alembic import op

revision = "0003_extraction"
down_revision = "0002_vault"

# Extracts of an older version remember nothing, so that the next one compares everything.
REMEMBERED = """
alter table ops.extracts
    add column compared text not null default 'everything'
        check (compared in ('everything', 'changes', 'checksum')),
    add column read_as text,
    add column watermark text,
    add column checksums jsonb,
    add column repeated_keys text[]
"""


def upgrade() -> None:
    """Let an extract say how it compared, and keep what the next one needs to take only what changed."""
    op.execute(REMEMBERED)
