"""Failing rows carry their issue; landed rows are found by the month in which they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0009_issues_of_failures"
down_revision = "0008_scorecard_pages"

# What was measured before is identified as the next measurement would.
ISSUES = """
alter table quality.failures add column issue_id text collate "C";
update quality.failures as failing set issue_id = numbered.issue_id
from (
    select
        place,
        left(encode(sha256(convert_to(
            json_build_array(table_name, rule_id, key, occurrence)::text, 'UTF8'
        )), 'hex'), 20) as issue_id
    from (
        select
            ctid as place, table_name, rule_id, key,
            row_number() over (
                partition by month, rule_id, key
                order by division collate "C", source_file_id collate "C", source_row
            ) as occurrence
        from quality.failures
    ) as counted
) as numbered
where failing.ctid = numbered.place;
alter table quality.failures alter column issue_id set not null;
"""

# A month's list is written in the order of its issues: one index by them, and a small one by month.
RECTIFICATION = """
drop index quality.rectification_by_issue;
alter table quality.rectification drop constraint rectification_pkey;
alter table quality.rectification add primary key (issue_id, month);
create index rectification_by_month on quality.rectification (month);
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute("delete from quality.standing")  # the next measurement prepares everything, with its indexes
    op.execute(ISSUES)
    op.execute(RECTIFICATION)
    production = "schemaname = 'landing' and starts_with(tablename, 'production__')"
    tables = op.get_bind().execute(sa.text(f"select tablename from pg_tables where {production}"))
    for (table,) in tables.fetchall():
        op.execute(f"create index on landing.{table} (_valid_to) where _valid_to is not null")
        op.execute(f"create index on landing.{table} using brin (_file_id)")
