-- Grain: one row per form (R1 to R3) and line of it (city or county, scheme, breakdown).
with indicators as (
    select * from {{ ref('indicators') }}
    where month = {{ this_month() }}
),

lines as (
    select
        form_columns.form,
        indicators.division,
        indicators.scheme,
        indicators.breakdown,
        max(breakdowns.broken_down_by) as broken_down_by
    from indicators
    inner join {{ ref('report_columns') }} as form_columns
        on indicators.indicator = form_columns.indicator
    left join {{ ref('report_breakdowns') }} as breakdowns
        on form_columns.form = breakdowns.form
    where
        indicators.breakdown = ''
        or (
            indicators.breakdown like breakdowns.broken_down_by || '=%'
            and indicators.breakdown not like '%;%'
        )
    group by
        form_columns.form,
        indicators.division,
        indicators.scheme,
        indicators.breakdown
),

kinds as (
    select
        'kind=' || code as breakdown,
        label_zh,
        upper(substring(label_en, 1, 1)) || substring(label_en, 2) as label_en
    from {{ ref('standard_codes') }}
    where class = 'AIC161'
    union all
    select
        '' as breakdown,
        '小计' as label_zh,
        'All kinds' as label_en
    union all
    select
        'kind=unknown' as breakdown,
        '类别待核' as label_zh,
        'Kind unknown' as label_en
),

labelled as (
    select
        lines.form,
        lines.division,
        lines.scheme,
        lines.breakdown,
        divisions.division_order,
        coalesce(schemes.scheme_order, 2) as scheme_order,
        divisions.label_zh || ' · ' || coalesce(schemes.label_zh, lines.scheme)
        || case
            when lines.broken_down_by is null then ''
            else ' · ' || coalesce(kinds.label_zh, lines.breakdown)
        end as label_zh,
        divisions.label_en || ' · ' || coalesce(schemes.label_en, lines.scheme)
        || case
            when lines.broken_down_by is null then ''
            else ' · ' || coalesce(kinds.label_en, lines.breakdown)
        end as label_en
    from lines
    inner join {{ ref('form_divisions') }} as divisions on lines.division = divisions.division
    left join {{ ref('form_schemes') }} as schemes on lines.scheme = schemes.scheme
    left join kinds on lines.breakdown = kinds.breakdown
    where divisions.level in ('city', 'county')
),

final as (
    select
        form,
        division,
        scheme,
        breakdown,
        label_zh,
        label_en,
        row_number() over (
            partition by form
            order by
                division_order asc,
                scheme_order asc,
                {{ by_code_point('scheme') }} asc,
                {{ by_code_point('breakdown') }} asc
        ) as line_number
    from labelled
)

select * from final
