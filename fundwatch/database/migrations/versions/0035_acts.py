"""Acts of people as functions of the database: signatures, declarations and comments."""

from alembic import op

revision = "0035_acts"
down_revision = "0035_03_case_events"

SIGN_OFF = """
create function ops.refuse_signature(number integer, why text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % cannot be signed: %', number, why
        using errcode = 'FW40S',
            hint = 'Run fundwatch review or approve with another name, or publish the month anew';
end $$;

create function ops.refuse_same_signer(number integer, why text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % cannot be signed: %', number, why
        using errcode = 'FW40P',
            hint = 'Run fundwatch review or approve with another name, or publish the month anew';
end $$;

create function ops.refuse_for_statements(number integer, faults text[], consequence text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'publication % rests on balance statements that are not in order, so %: %', number,
        consequence,
        concat(array_to_string(faults[1:5], ', '), case when cardinality(faults) > 5 then ', …' end)
        using errcode = 'FW40S',
            hint = 'Correct the journals or statement_register.csv, then run the month and publish it anew';
end $$;

create function ops.enter_signature(who text, number integer, action text, note text, operator text)
returns void
language sql set search_path = pg_catalog, pg_temp as $$
    select ops.enter(
        'publications', who, enter_signature.action, 'publication ' || p.number,
        jsonb_build_object(
            'month', p.month, 'sha256', p.sha256, 'note', enter_signature.note,
            'operator', enter_signature.operator,
            'signed_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00',
            'heads', (
                select coalesce(jsonb_object_agg(h.stream, concat(h.sequence, ':', h.hash)), '{{}}')
                from ops.audit_heads as h
                where h.stream <> 'publications'
            )
        )::text
    )
    from ops.publications as p
    where p.number = enter_signature.number
$$;

create function ops.review_publication(
    who text, about_number integer, said text, why text, operator text, out is_new boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    p ops.publications;
    remark text := concat_ws(' / ', nullif(said, ''), nullif(btrim(why), ''));
begin
    select * into p from ops.publications as held where held.number = about_number for update;
    if not found then
        raise exception 'there is no publication %', about_number using errcode = 'FW404',
            hint = 'Run fundwatch publish --month YYYY-MM, which prints the number';
    end if;
    if p.state = 'reviewed' and ops.is_same_person(who, p.reviewer) then
        is_new := false;
        return;
    end if;
    if p.state <> 'draft' then
        perform ops.refuse_signature(about_number, format('it is %s already', p.state));
    end if;
    if ops.is_same_person(who, p.preparer) then
        perform ops.refuse_same_signer(about_number, 'its preparer may not review it');
    end if;
    if exists (select from ops.forgotten_months as f where f.month = p.month) then
        perform ops.refuse_signature(about_number, 'its month was forgotten, as run by mistake');
    end if;
    if cardinality(p.statement_faults) > 0 and btrim(why) = '' then
        perform ops.refuse_for_statements(
            about_number, p.statement_faults, 'it is reviewed only with --reason'
        );
    end if;
    update ops.publications as held
    set state = 'reviewed', reviewer = who, reviewed_at = now(), note = remark
    where held.number = about_number;
    perform ops.enter_signature(who, about_number, 'publication reviewed', remark, operator);
    is_new := true;
end $$;

create function ops.approve_publication(
    who text, about_number integer, said text, operator text, out is_new boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    p ops.publications;
    current_one integer;
begin
    select * into p from ops.publications as held where held.number = about_number for update;
    if not found then
        raise exception 'there is no publication %', about_number using errcode = 'FW404',
            hint = 'Run fundwatch publish --month YYYY-MM, which prints the number';
    end if;
    if p.state = 'approved' and ops.is_same_person(who, p.approver) then
        is_new := false;
        return;
    end if;
    select held.number into current_one from ops.publications as held
    where held.month = p.month and held.is_current
    for update;
    if p.state <> 'reviewed' then
        perform ops.refuse_signature(about_number, format('it is %s, not reviewed', p.state));
    end if;
    if ops.is_same_person(who, p.preparer) or ops.is_same_person(who, p.reviewer) then
        perform ops.refuse_same_signer(
            about_number, 'preparer, reviewer and approver must be three different people'
        );
    end if;
    if current_one > about_number then
        perform ops.refuse_signature(
            about_number, format('the newer publication %s is the month''s current one', current_one)
        );
    end if;
    if current_one is distinct from p.replaces then
        perform ops.refuse_signature(about_number, format(
            'publication %s was approved since, whose cells it does not compare',
            coalesce(current_one::text, 'None')
        ));
    end if;
    if cardinality(p.statement_faults) > 0 then
        perform ops.refuse_for_statements(about_number, p.statement_faults, 'it cannot be approved');
    end if;
    if cardinality(p.not_usable) > 0 and btrim(said) = '' then
        perform ops.refuse_signature(about_number, 'it rests on tables graded F and no reason is given');
    end if;
    update ops.publications as held set is_current = false where held.month = p.month and held.is_current;
    update ops.publications as held
    set
        state = 'approved', approver = who, approved_at = now(), is_current = true,
        note = concat_ws(' / ', nullif(held.note, ''), nullif(said, ''))
    where held.number = about_number;
    perform ops.enter_signature(who, about_number, 'publication approved', said, operator);
    is_new := true;
end $$;

create function portal.review_publication(about_number integer, said text, why text, out is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.require_act('{{statistician}}', 'publications', null, true);
begin
    is_new := r.is_new from ops.review_publication(who, about_number, said, why, 'portal') as r;
end $$;

create function portal.approve_publication(about_number integer, said text, out is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text := portal.require_act('{{supervisor}}', 'publications', null, true);
begin
    is_new := r.is_new from ops.approve_publication(who, about_number, said, 'portal') as r;
end $$;
"""

DECLARATIONS = """
create function ops.declare_item(who text, in_month text, about_item text, answered text, said text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into ops.declarations (month, item, answer, note, actor)
    values (in_month, about_item, answered, said, who);
    perform ops.enter(
        'declarations', who, 'checklist item declared', concat(about_item, ' ', in_month),
        jsonb_build_object('answer', answered, 'note', said)::text
    );
end $$;

create function portal.declare_item(in_month text, about_item text, answered text, said text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform ops.declare_item(
        portal.require_act('{{supervisor}}', 'declarations', null, true), in_month, about_item, answered, said
    );
end $$;
"""

COMMENTS = """
create function portal.division_of_object(about text, out relation text, out division text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if starts_with(about, 'cases/') then
        select 'cases', s.division into relation, division_of_object.division
        from ops.case_standing(split_part(about, '/', 2)) as s;
    elsif starts_with(about, 'issues/') then
        select 'issues', i.division into relation, division_of_object.division
        from ops.issue_now(split_part(about, '/', 2)) as i;
    end if;
    if relation is null then
        raise exception 'there is no such thing' using errcode = 'FW404', hint = 'Take the id from a list';
    end if;
end $$;

create function portal.comment(about text, said text, out comment_id bigint, out at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    object record;
    who text := portal.acting();
begin
    select o.* into object from portal.division_of_object(comment.about) as o;
    who := portal.require_act('{{supervisor,statistician,auditor}}', object.relation, object.division, false);
    if length(said) > 2000 then
        raise exception 'a comment is too long' using errcode = 'FW422', hint = 'Shorten it';
    end if;
    insert into portal.comments as c (about, division, author, text)
    values (comment.about, coalesce(object.division, portal.city()), who, said)
    returning c.comment_id, c.at into comment.comment_id, comment.at;
    perform ops.enter(
        'comments', who, 'commented', comment.about,
        jsonb_build_object('comment', comment.comment_id)::text
    );
end $$;
"""

# A constraint trigger fires at the commit, as whoever commits.
TRIGGERS = """
alter function ops.refuse_case_event_without_entry() security definer;
alter function ops.refuse_case_event_without_entry() set search_path = pg_catalog, pg_temp;
alter function ops.refuse_signature_without_entry() security definer;
alter function ops.refuse_signature_without_entry() set search_path = pg_catalog, pg_temp
"""


def upgrade() -> None:
    """Nothing that was recorded changes."""
    for text in (SIGN_OFF.format(), DECLARATIONS.format(), COMMENTS.format(), TRIGGERS):
        op.execute(text)
    op.execute("revoke all on all functions in schema portal, ops from public")
