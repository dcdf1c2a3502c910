"""A case may be a state without months: one human under two ids has neither a first nor a last one."""

from alembic import op

revision = "0021_cases_without_months"
down_revision = "0020_entry_codes"

# The table is dbt's: it is there once a month was checked.
LOOSEN = """
do $$
begin
    if to_regclass('crosschecks.cases') is not null then
        alter table crosschecks.cases
            alter column first_month drop not null,
            alter column last_month drop not null;
    end if;
end
$$
"""


def upgrade() -> None:
    """Nothing is written anew; the columns only allow what they refused."""
    op.execute(LOOSEN)
