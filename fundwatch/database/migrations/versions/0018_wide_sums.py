"""Sums of amounts hold 26 digits before the point: two amounts of 16 digits add up to more than one holds."""

from alembic import op

revision = "0018_wide_sums"
down_revision = "0017_pass_lines"

# Tables that keep months side by side; the others are made anew by the next build. Nothing is rewritten: only
# the precision grows.
WIDER = {
    "business_ledger.contributions": ("due_amount", "received_amount"),
    "reconciliation.results": ("amount_a", "amount_b", "difference"),
    "crosschecks.cases": ("amount",),
}


def upgrade() -> None:
    """A warehouse in which nothing was built yet has none of them."""
    for table, columns in WIDER.items():
        changes = ", ".join(f"alter column {column} type numeric(28, 2)" for column in columns)
        op.execute(f"alter table if exists {table} {changes}")
