"""Traces for users of the portal: the rows behind a figure, judged and masked by the database."""

from alembic import op

revision = "0040_traces"
down_revision = "0039_people"

# Written by publishing (reporting.tracing.statements); parameters are month, first month, month before,
# divisions, scheme, kind, breakdown.
STATEMENTS = """
create table ops.trace_statements (
    measure text not null,
    scheme text not null,
    breakdown text not null check (breakdown in ('none', 'kind', 'band')),
    counts_persons boolean not null,
    statement text not null,
    primary key (measure, scheme, breakdown)
);
"""

# As reporting.tracing.backward traces, in one statement, so that a transaction that only reads may.
TRACE = """
create function ops.divisions_inside(in_month text, outer_division text) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with site as (
        select d.division, d.parent from site.divisions as d
        where d._site_version = (
            select r.site_version from ops.runs as r
            where r.month = in_month and r.step = 'build' and r.outcome = 'done'
            order by r.run_id desc limit 1
        )
    )
    select array(
        select s.division from site as s
        left join site as p on p.division = s.parent
        where outer_division in (s.division, s.parent, p.parent)
        order by s.division
    )
$$;

create function ops.trace_figure(
    in_month text, in_division text, in_scheme text, of_indicator text, in_breakdown text,
    first_rows integer, after_rows bigint
) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $body$
declare
    catalogue record;
    figure numeric;
    is_there boolean;
    published record;
    numerators text[];
    denominators text[];
    rows_of text;
    first_month text;
    divisions text[];
    traced jsonb;
    above numeric;
    below numeric;
    recomputed numeric;
begin
    if to_regclass('statistical_ledger.indicators') is null then
        return null;
    end if;
    select c.kind, c.unit, c.measure, c.denominator, c.factor, c.is_pension_only, c.label_zh, c.label_en,
        c.formula_zh, c.formula_en
    into catalogue
    from statistical_ledger.indicator_catalogue as c
    where c.indicator = of_indicator;
    select i.value, true into figure, is_there
    from statistical_ledger.indicators as i
    where (i.month, i.division, i.scheme, i.breakdown, i.indicator)
        = (in_month, in_division, in_scheme, in_breakdown, of_indicator);
    if catalogue.kind is null or is_there is null then
        return null;
    end if;
    select c.number, c.value into published
    from ops.publication_cells as c
    inner join ops.publications as p on p.number = c.number and p.is_current
    where p.month = in_month and (c.division, c.scheme, c.breakdown, c.indicator)
        = (in_division, in_scheme, in_breakdown, of_indicator)
    order by c.form, c.cell
    limit 1;
    numerators := ops.parts_of_measure(catalogue.measure);
    denominators := array(
        select m from unnest(ops.parts_of_measure(catalogue.denominator)) as m
        where m <> all(numerators)
    );
    divisions := ops.divisions_inside(in_month, in_division);
    if cardinality(divisions) = 0 then
        return null;
    end if;
    first_month := case when catalogue.kind = 'ytd' then left(in_month, 4) || '-01' else in_month end;
    if figure is not null or catalogue.denominator is not null then
        select string_agg(s.statement, ' union all ') into rows_of
        from ops.trace_statements as s
        where s.measure = any(numerators || denominators)
            and s.scheme = case
                when in_scheme in (select t.scheme from ops.trace_statements as t) then in_scheme
                else 'other'
            end
            and s.breakdown = case
                when in_breakdown = '' then 'none' when starts_with(in_breakdown, 'kind=') then 'kind'
                else 'band'
            end;
    end if;
    if rows_of is not null then
        execute format($text$
            with traced as materialized (%s),
            totals as (
                select
                    t.measure, count(*) as rows, count(distinct t.person_id) as persons,
                    sum(t.amount) as amount
                from traced as t
                group by t.measure
            ),
            shown as (
                select t.*, f.name as file, f.month as file_month, f.sequence as file_sequence
                from (
                    select * from traced as t
                    order by t.measure, t.table_name, t.row_key collate "C", t.source_file_id, t.source_row
                    limit $8 offset $9
                ) as t
                left join ops.files as f on f.file_id = t.source_file_id
            )
            select jsonb_build_object(
                'totals', (select jsonb_object_agg(t.measure, to_jsonb(t)) from totals as t),
                'over_counties', (
                    select count(distinct (t.measure, t.division, t.person_id)) from traced as t
                    where t.division <> $10
                ),
                'rows', (
                    select jsonb_agg(
                        to_jsonb(t) || jsonb_build_object(
                            'row_key', portal.masked(t.row_key), 'person_id', portal.masked(t.person_id),
                            'amount', t.amount::text
                        )
                        order by t.measure, t.table_name, t.row_key collate "C", t.source_file_id,
                            t.source_row
                    )
                    from shown as t
                )
            )
        $text$, rows_of)
        into traced
        using
            in_month, first_month,
            to_char(to_date(in_month, 'YYYY-MM') - interval '1 month', 'YYYY-MM'), divisions, in_scheme,
            substr(in_breakdown, 6), in_breakdown, first_rows, after_rows, in_division;
        select sum(v.value) filter (where v.measure = any(numerators)),
            sum(v.value) filter (where v.measure = any(denominators))
        into above, below
        from (
            select s.measure, coalesce((traced -> 'totals' -> s.measure ->> case
                when s.counts_persons then 'persons' else 'amount'
            end)::numeric, 0) as value
            from (
                select distinct t.measure, t.counts_persons from ops.trace_statements as t
                where t.measure = any(numerators || denominators)
            ) as s
        ) as v;
        recomputed := case
            when of_indicator = 'cross_division_duplicates'
                then (traced ->> 'over_counties')::numeric - coalesce(above, 0)
            when catalogue.denominator is null then coalesce(above, 0)
            when coalesce(below, 0) = 0 then null
            when catalogue.is_pension_only and in_scheme not in ('110', '120', '170') then null
            else round(coalesce(above, 0) * catalogue.factor / below, 2)
        end;
    end if;
    return jsonb_build_object(
        'indicator', of_indicator, 'label_zh', catalogue.label_zh, 'label_en', catalogue.label_en,
        'formula_zh', catalogue.formula_zh, 'formula_en', catalogue.formula_en, 'month', in_month,
        'division', in_division, 'scheme', in_scheme, 'breakdown', in_breakdown, 'value', figure::text,
        'unit', catalogue.unit, 'kind', catalogue.kind, 'publication', published.number,
        'published_value', published.value::text, 'recomputed', recomputed::text,
        'parts', case when rows_of is null then '[]' else (
            select jsonb_agg(jsonb_build_object(
                'measure', m.measure,
                'role', case when m.measure = any(numerators) then 'numerator' else 'denominator' end,
                'rows', coalesce((traced -> 'totals' -> m.measure ->> 'rows')::bigint, 0),
                'persons', coalesce((traced -> 'totals' -> m.measure ->> 'persons')::bigint, 0),
                'amount', traced -> 'totals' -> m.measure ->> 'amount'
            ) order by m.place)
            from unnest(numerators || denominators) with ordinality as m (measure, place)
        ) end,
        'rows', coalesce(nullif(traced -> 'rows', 'null'), '[]'),
        'agrees', figure is not distinct from recomputed,
        'is_restated', published.number is not null and published.value is distinct from recomputed
    );
end $body$;

create function ops.parts_of_measure(of_measure text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return case
        when of_measure is null then '{}'
        else coalesce((
            select array_agg(s.part order by s.part) from statistical_ledger.indicator_sums as s
            where s.measure = case of_measure
                when 'cross_division_duplicates' then 'insured_persons' else of_measure end
        ), array[of_measure])
    end;
end $$;

create function portal.trace_figure(
    in_month text, in_division text, in_scheme text, of_indicator text, in_breakdown text,
    first_rows integer default 100, after_rows bigint default 0
) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not portal.may('traces', in_division) or in_division <> all(portal.known_divisions()) then
        return null;
    end if;
    return ops.trace_figure(
        in_month, in_division, in_scheme, of_indicator, coalesce(in_breakdown, ''),
        least(greatest(first_rows, 0), 1000), greatest(after_rows, 0)
    );
end $$;
"""


def upgrade() -> None:
    """Statements are kept with the next publication; until then a trace shows no rows."""
    op.execute(STATEMENTS)
    op.execute(TRACE)
    op.execute("revoke all on all functions in schema portal, ops from public")
