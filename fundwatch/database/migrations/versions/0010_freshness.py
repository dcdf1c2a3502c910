"""What each run was made from, and what of the database a crash of the server empties."""

from alembic import op

revision = "0010_freshness"
down_revision = "0009_issues_of_failures"

# Text, not jsonb: the summary keeps its order.
STATE = "alter table ops.runs add column state json"

# Unlogged like staging and most statistics: a crash of the server empties all of them together.
VOLATILE = """
create unlogged table ops.volatile_state (
    name text primary key,
    state text not null
)
"""


def upgrade() -> None:
    """Runs recorded before have no state: their steps run again once."""
    op.execute(STATE)
    op.execute(VOLATILE)
