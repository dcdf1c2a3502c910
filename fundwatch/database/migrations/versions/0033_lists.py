"""What lists of the portal need beside the views: places of rows, comments, declarations; public figures."""

from alembic import op

revision = "0033_lists"
down_revision = "0032_division_names"

# A row's place in the order of the export, which goes by values that a reader may not compare.
PLACES = """
alter table ops.publication_issues add column place bigint;
alter table ops.publication_cases add column place bigint;
drop index ops.publication_issues_in_order;
create index publication_issues_in_order on ops.publication_issues (number, place);
create index publication_cases_in_order on ops.publication_cases (number, place);

create or replace view published.issues with (security_invoker = true) as
    select p.number as publication, p.month, x.issue_id, x.division, x.table_name as "table", x.rule_id,
        x.masked_key as key, x.source_file_id, x.source_row, x.first_seen, x.due_on, x.state, x.corrected_on,
        x.reason, x.place
    from ops.publication_issues as x
    inner join portal.current_publications() as p on p.number = x.number;
create or replace view published.draft_issues with (security_invoker = true) as
    select p.number as publication, p.month, x.issue_id, x.division, x.table_name as "table", x.rule_id,
        x.masked_key as key, x.source_file_id, x.source_row, x.first_seen, x.due_on, x.state, x.corrected_on,
        x.reason, x.place
    from ops.publication_issues as x
    inner join portal.draft_publications() as p on p.number = x.number;
create or replace view published.cases with (security_invoker = true) as
    select p.number as publication, p.month, x.case_id, x.rule_id, x.division, x.scheme,
        x.masked_person_id as person_id, x.masked_other_person_id as other_person_id, x.match_class, x.score,
        x.first_month, x.last_month, x.months, x.amount, x.state, x.outcome, x.masked_evidence as evidence,
        x.place
    from ops.publication_cases as x
    inner join portal.current_publications() as p on p.number = x.number;
"""

LIVE = """
create function portal.comments_read(
    out comment_id bigint, out about text, out division text, out author text, out text text,
    out at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.comment_id, c.about, c.division, c.author, c.text, c.at
    from portal.comments as c
    where case split_part(c.about, '/', 1)
        when 'cases' then exists (
            select from ops.publication_cases as p where p.case_id = substr(c.about, 7)
        )
        when 'issues' then exists (
            select from ops.publication_issues as p
            where p.issue_id = substr(c.about, 8) and p.number = any(portal.current_numbers())
        )
    end
$$;

-- The last answer to each item of a month's checklist.
create function portal.declarations_read(
    out month text, out item text, out answer text, out note text, out actor text, out entered_at timestamptz
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct on (d.month, d.item) d.month, d.item, d.answer, d.note, d.actor, d.entered_at
    from ops.declarations as d
    where (select portal.may('declarations', null))
    order by d.month, d.item, d.declaration_id desc
$$;
"""

# What the public pages are made from, before small cells are suppressed: these figures, of what is published,
# and no other. Nobody reads it with a session, so nobody's scope is asked; the role that lists are read as
# may not call it.
OPEN = """
create function ops.open_months(out month text, out publication integer, out approved_at timestamptz)
returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.month, p.number, p.approved_at from ops.publications as p where p.is_current
$$;

create function ops.open_figures(
    of_month text,
    out publication integer, out division text, out name_zh text, out name_en text, out level text,
    out parent text, out scheme text, out indicator text, out value numeric, out unit text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct on (c.division, c.scheme, c.indicator)
        p.number, c.division, d.name_zh, d.name_en, d.level, d.parent, c.scheme, c.indicator, c.value, c.unit
    from ops.publications as p
    inner join ops.publication_cells as c on c.number = p.number
    inner join site.divisions as d on d._site_version = p.site_version and d.division = c.division
    where p.is_current
        and p.month = of_month
        and c.form in ('R1', 'R2', 'R3')
        and c.breakdown = ''
        and c.indicator in (
            'insured_persons', 'insured_retirees', 'beneficiaries_paid', 'contributions_received',
            'benefits_paid', 'payment_rate'
        )
    order by c.division, c.scheme, c.indicator, c.form, length(c.cell), c.cell, d._row
$$;

create function portal.open_months(out month text, out publication integer, out approved_at timestamptz)
returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.month, m.publication, m.approved_at from ops.open_months() as m
$$;

create function portal.open_figures(
    of_month text,
    out publication integer, out division text, out name_zh text, out name_en text, out level text,
    out parent text, out scheme text, out indicator text, out value numeric, out unit text
) returns setof record
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.publication, f.division, f.name_zh, f.name_en, f.level, f.parent, f.scheme, f.indicator, f.value,
        f.unit
    from ops.open_figures(of_month) as f
$$;
"""

KEPT_PRIVATE = "revoke all on all functions in schema portal from public"


def upgrade() -> None:
    """Publications prepared before have no places: their rows come in the order of their ids."""
    op.execute(PLACES)
    op.execute(LIVE)
    op.execute(OPEN)
    op.execute(KEPT_PRIVATE)
