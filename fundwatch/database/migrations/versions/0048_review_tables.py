"""Drop the tables of the arrival review that no model makes any more: each held the month built last."""

from alembic import op

revision = "0048_review_tables"
down_revision = "0047_bases_of_division"

GONE = ("review_contributions", "review_sums", "review_vouchers", "review_movements")


def upgrade() -> None:
    """A warehouse in which nothing was built yet has none of them."""
    for table in GONE:
        op.execute(f"drop table if exists reconciliation.{table}")
