"""What each rate was judged by: bounds, severity, months of grace; in the scorecard and in publications."""

from alembic import op

revision = "0017_pass_lines"
down_revision = "0016_publications_closed"

# months_outside counts the months in a row, this one included, that a rate was outside its bounds.
JUDGED_BY = """
alter table {}
    add column low numeric,
    add column high numeric,
    add column severity text,
    add column grace_months integer,
    add column months_outside integer
"""


def upgrade() -> None:
    """Months measured and published before have none: their pages show no pass line until measured again."""
    for table in ("quality.scorecard", "ops.publication_scorecard"):
        op.execute(JUDGED_BY.format(table))
