"""The rules of the cross-checks for pages: what they are called, and what became of their points in scope."""

from alembic import op

revision = "0034_case_rules"
down_revision = "0033_lists"

# Yields are those of ``fundwatch.case_yields``, of the divisions a session reads counts of. A case without a
# division, or of one that is no more, is the city's.
RULES = """
create function portal.case_rules(
    out rule_id text, out label_zh text, out label_en text, out meaning_zh text, out meaning_en text,
    out severity text, out closed bigint, out confirmed bigint, out amount_confirmed numeric,
    out amount_recovered numeric
) returns setof record
language plpgsql stable security definer rows 40 set search_path = pg_catalog, pg_temp as $$
declare
    covered text[] := portal.divisions_of('case_counts');
    known text[] := portal.known_divisions();
    whole boolean := portal.may('case_counts', null);
begin
    if cardinality(covered) = 0 or to_regclass('staging_site.crosscheck_rules') is null then
        return;
    end if;
    return query
        with acts as (
            select e.rule_id, e.state, e.amount, e.case_amount, decided.outcome,
                decided.amount as decided_amount
            from ops.case_events as e
            left join lateral (
                select d.outcome, d.amount
                from ops.case_events as d
                where d.case_id = e.case_id and d.state = 'decided' and d.number <= e.number
                    and d.number > (
                        select coalesce(max(first.number), 0) from ops.case_events as first
                        where first.case_id = e.case_id and first.state = 'dispatched'
                            and first.number <= e.number
                    )
                order by d.number desc
                limit 1
            ) as decided on true
            where not e.is_run
                and (e.division = any(covered) or whole and (e.division = any(known)) is not true)
        ),
        counted as (
            select
                a.rule_id,
                count(*) filter (where a.state = 'closed') as closed,
                count(*) filter (where a.state = 'closed' and a.outcome = any({confirmed})) as confirmed,
                sum(coalesce(a.decided_amount, a.case_amount, 0)) filter (
                    where a.state = 'approved' and a.outcome = any({confirmed})
                ) as amount_confirmed,
                sum(coalesce(a.amount, 0)) filter (
                    where a.state in ('recovering', 'closed')
                ) as amount_recovered
            from acts as a
            group by a.rule_id
        )
        select
            r.rule_id, r.label_zh, r.label_en, r.meaning_zh, r.meaning_en, r.severity,
            coalesce(counted.closed, 0), coalesce(counted.confirmed, 0),
            coalesce(counted.amount_confirmed, 0)::numeric(28, 2),
            coalesce(counted.amount_recovered, 0)::numeric(28, 2)
        from staging_site.crosscheck_rules as r
        left join counted on counted.rule_id = r.rule_id
        order by r.rule_id;
end $$;

create function portal.cases_raised(out rule_id text, out raised bigint) returns setof record
language plpgsql stable security definer rows 40 set search_path = pg_catalog, pg_temp as $$
declare
    covered text[] := portal.divisions_of('case_counts');
    known text[] := portal.known_divisions();
    whole boolean := portal.may('case_counts', null);
begin
    if cardinality(covered) = 0 or to_regclass('crosschecks.cases') is null then
        return;
    end if;
    return query
        select found.rule_id, count(*)
        from (
            select c.rule_id, c.case_id from crosschecks.cases as c
            where c.division = any(covered) or whole and (c.division = any(known)) is not true
            union
            select e.rule_id, e.case_id from ops.case_events as e
            where e.division = any(covered) or whole and (e.division = any(known)) is not true
        ) as found
        group by found.rule_id;
end $$;

revoke all on function portal.case_rules(), portal.cases_raised() from public;
"""
CONFIRMED = "'{under_payment, agency_error, late_report, fraud, referred}'::text[]"


def upgrade() -> None:
    """Make the functions; roles are given the right to call them when the warehouse is opened."""
    op.execute(RULES.format(confirmed=CONFIRMED))
