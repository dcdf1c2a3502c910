"""List the issues written since the publication that readers see: what changed in it is found among them."""

from alembic import op

revision = "0051_written_issues"
down_revision = "0050_same_refusals"

# Whoever writes an error list adds a row for each issue, so that writers do not wait for each other. Rows go
# when a publication is compared. Every issue whose state differs from that publication's has one; a deletion
# leaves only rows that are equal, or were written.
WRITTEN = """
create table quality.written_issues (issue_id text collate "C" not null);

create table ops.compared_publication (
    is_one boolean primary key default true check (is_one),
    number integer
);
insert into ops.compared_publication default values;

create function ops.note_written_issues() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into quality.written_issues (issue_id) select distinct w.issue_id from written as w;
    return null;
end $$;

create trigger issues_inserted after insert on quality.rectification
    referencing new table as written for each statement execute function ops.note_written_issues();
create trigger issues_updated after update on quality.rectification
    referencing new table as written for each statement execute function ops.note_written_issues();
alter table quality.rectification
    enable always trigger issues_inserted, enable always trigger issues_updated;
"""

# One statement sees the rows of one moment: what is being written then adds rows that are not deleted here.
COMPARED = """
create function ops.compare_publication(of_number integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update ops.compared_publication set number = of_number;
    with differing as materialized (
        select distinct i.issue_id
        from ops.publications as p
        inner join ops.publication_issues as i on i.number = p.number
        inner join quality.rectification as r
            on r.issue_id = i.issue_id and r.month >= p.month and r.state <> i.state
        where p.number = of_number
    ),
    equal as (
        delete from quality.written_issues as w
        where not exists (select from differing as d where d.issue_id = w.issue_id)
    )
    insert into quality.written_issues (issue_id)
    select d.issue_id from differing as d
    where not exists (select from quality.written_issues as w where w.issue_id = d.issue_id);
end $$;

create function ops.compare_newest_publication() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    newest integer := (
        select p.number from ops.publications as p where p.is_current
        order by p.month collate "C" desc, p.number desc limit 1
    );
begin
    if newest is distinct from (select c.number from ops.compared_publication as c) then
        perform ops.compare_publication(newest);
    end if;
    return null;
end $$;
revoke all on function
    ops.note_written_issues(), ops.compare_publication(integer), ops.compare_newest_publication()
from public;

create constraint trigger newest_compared after insert or update of is_current on ops.publications
    deferrable initially deferred for each row execute function ops.compare_newest_publication();
alter table ops.publications enable always trigger newest_compared;

do $$ begin
    perform ops.compare_publication(p.number) from ops.publications as p where p.is_current
    order by p.month collate "C" desc, p.number desc limit 1;
end $$;
"""

# As before where another publication is asked for, or a month was written since.
CHANGED = """
create or replace function portal.issues_changed(
    of_publication integer, out issue_id text, out state_now text
) returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    few integer := 2000;
begin
    if of_publication = (select c.number from ops.compared_publication as c)
        and (select count(*) from (select from quality.written_issues limit few + 1) as w) <= few
    then
        return query
            select i.issue_id::text, last.state
            from (select distinct w.issue_id from quality.written_issues as w) as written
            cross join lateral (
                select p.month, i.issue_id, i.state
                from ops.publications as p
                inner join ops.publication_issues as i on i.number = p.number
                where p.number = of_publication and i.issue_id = written.issue_id
                offset 0
            ) as i
            cross join lateral (
                select r.month, r.state
                from quality.rectification as r
                where r.issue_id = i.issue_id
                order by r.month desc
                limit 1
            ) as last
            where last.month >= i.month and last.state <> i.state;
        return;
    end if;
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
"""

# A list of one state in its order, and its count by county, are read from this alone.
BY_STATE = """
create index publication_issues_by_state on ops.publication_issues (number, state, place)
    include (division, issue_id, due_on)
"""


def upgrade() -> None:
    """No issue is lost from what readers see: what is not compared is found as before."""
    op.execute(WRITTEN)
    op.execute(COMPARED)
    op.execute(CHANGED)
    op.execute(BY_STATE)
