"""Say which events of a case are void and why, and show it with the case's events at the portal."""

from alembic import op

revision = "0054_void_events"
down_revision = "0053_forgotten_events"

# As last_event of fundwatch.acts.case_standing leaves them out: what a run said of a month is void once the
# month was forgotten, or the point holds in it after all. What people recorded stands.
VOID = """
create function ops.void_case_events(of_case text, out number integer, out void_because text)
returns setof record
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    return query
        select e.number, 'month_forgotten'
        from ops.case_events as e
        where e.case_id = of_case and e.is_run
            and e.from_month in (select f.month from ops.forgotten_months as f);
    if to_regclass('crosschecks.cases') is not null then
        return query
            select e.number, 'point_holds'
            from ops.case_events as e
            where e.case_id = of_case and e.is_run
                and exists (
                    select from crosschecks.cases as held
                    where (held.month, held.case_id) = (e.from_month, e.case_id)
                )
                and not exists (select from ops.forgotten_months as f where f.month = e.from_month);
    end if;
end $$;
revoke all on function ops.void_case_events(text) from public;
"""

SHOWN = """
drop function portal.case_events(text);
create function portal.case_events(
    of_case text,
    out case_id text, out number integer, out state text, out finding text, out decision text,
    out outcome text, out amount numeric, out until_on date, out note text, out actor text,
    out from_month text, out recorded_at timestamptz, out is_run boolean, out void_because text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        e.case_id, e.number, e.state, e.finding, e.decision, e.outcome, e.amount, e.until_on, e.note,
        e.actor, e.from_month, e.recorded_at, e.is_run, void.void_because
    from ops.case_events as e
    left join ops.void_case_events(of_case) as void on void.number = e.number
    where e.case_id = of_case
        and exists (select from ops.publication_cases as c where c.case_id = of_case)
    order by e.number
$$;
revoke all on function portal.case_events(text) from public;
"""


def upgrade() -> None:
    """The events shown are the same as before; who may ask for them is given its right anew afterwards."""
    op.execute(VOID)
    op.execute(SHOWN)
