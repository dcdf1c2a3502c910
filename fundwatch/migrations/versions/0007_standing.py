"""What the kept relations of the quality measures were made from."""

from alembic import op

revision = "0007_standing"
down_revision = "0006_rectification"

# Unlogged like the relations it speaks of: a crash of the server empties both.
STANDING = """
create unlogged table quality.standing (
    month text not null,
    extracts jsonb not null,
    fingerprint text not null,
    is_judged boolean not null,
    tallies jsonb not null
)
"""


def upgrade() -> None:
    """Make the table, empty: the next measurement prepares everything."""
    op.execute(STANDING)
