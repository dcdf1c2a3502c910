"""The bank's own code of an entry, digests of files of banks and books, results that speak of no payer."""

from alembic import op

revision = "0020_entry_codes"
down_revision = "0019_case_events"

FILES = """
create or replace view landing.{feed}__files with (security_barrier = true) as
    select file_id, format, division, month, sequence, sha256
    from ops.files
    where feed = '{feed}' and state = 'loaded'
"""

# Results of other checks than the arrival review have no payer, and no amount of a party that was not heard.
OPTIONAL = ("scheme", "subject", "for_month", "amount_a", "amount_b", "difference")


def upgrade() -> None:
    """Entries landed before have no code."""
    op.execute("alter table landing.bank__statement_entry add column entry_code text")
    for feed in ("bank", "finance"):
        op.execute(FILES.format(feed=feed))
    changes = ", ".join(f"alter column {column} drop not null" for column in OPTIONAL)
    op.execute(f"alter table if exists reconciliation.results {changes}")
