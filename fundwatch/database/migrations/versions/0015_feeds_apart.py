"""Each feed's loaded files, and production's extracts, beside its landing tables: a layer reads no others."""

from alembic import op

revision = "0015_feeds_apart"
down_revision = "0014_forgotten_months"

FEEDS = ("tax", "bank", "civil_registry", "finance")

# A barrier, so that no condition of a reader sees the rows of other feeds.
FILES = """
create view landing.{feed}__files with (security_barrier = true) as
    select file_id, format, division, month, sequence
    from ops.files
    where feed = '{feed}' and state = 'loaded'
"""
EXTRACTS = """
create view landing.production__extracts as
    select month, sequence, table_name, file_id from ops.extracts
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    for feed in FEEDS:
        op.execute(FILES.format(feed=feed))
    op.execute(EXTRACTS)
