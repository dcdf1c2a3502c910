"""What the kept relations of the quality measures were made from; rates against the months before."""

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

LONGITUDINAL = """
create table quality.longitudinal (
    month text not null,
    division text not null,
    table_name text not null,
    metric text not null,
    value numeric not null,
    months integer not null,
    mean numeric,
    change numeric,
    status text not null check (status in ('pass', 'fail', 'na')),
    primary key (month, division, table_name, metric)
)
"""


def upgrade() -> None:
    """Make both tables, empty: the next measurement prepares everything."""
    op.execute(STANDING)
    op.execute(LONGITUDINAL)
