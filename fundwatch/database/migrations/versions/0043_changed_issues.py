"""Tell the issues of a publication whose state changed since: a list need not look up each of them."""

from alembic import op

revision = "0043_changed_issues"
down_revision = "0042_shown_objects"

# What ``issue_states`` says of the issues of a publication, where it is not the state published. It reads
# the error lists of the publication's month and later, whatever came before.
CHANGED = """
create function portal.issues_changed(of_publication integer, out issue_id text, out state_now text)
returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
        with differing as materialized (
            select r.issue_id, r.month, r.state
            from ops.publications as p
            inner join ops.publication_issues as i on i.number = p.number
            inner join quality.rectification as r
                on r.issue_id = i.issue_id and r.month >= p.month and r.state <> i.state
            where p.number = of_publication
        )
        select d.issue_id::text, d.state
        from differing as d
        where not exists (
            select from quality.rectification as later
            where later.issue_id = d.issue_id and later.month > d.month
        );
end $$;
revoke all on function portal.issues_changed(integer) from public;
"""


def upgrade() -> None:
    """Make the function; roles are given the right to call it when the warehouse is opened."""
    op.execute(CHANGED)
