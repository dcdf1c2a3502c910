-- Grain: one row per line of the forms (city or county, scheme); a city stands above its counties.
with lines as (
    select
        division,
        scheme
    from {{ ref('indicators') }}
    where
        month = {{ this_month() }}
        and breakdown = ''
    group by division, scheme
),

schemes as (
    select
        code as scheme,
        label_zh,
        upper(substring(label_en, 1, 1)) || substring(label_en, 2) as label_en
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
    union all
    select
        'ALL' as scheme,
        '合计' as label_zh,
        'All schemes' as label_en
),

labelled as (
    select
        lines.division,
        lines.scheme,
        coalesce(divisions.name_zh, lines.division)
        || ' · ' || coalesce(schemes.label_zh, lines.scheme) as label_zh,
        coalesce(divisions.name_en, divisions.name_zh, lines.division)
        || ' · ' || coalesce(schemes.label_en, lines.scheme) as label_en,
        case
            when divisions.level = 'city' then divisions.division
            else coalesce(divisions.parent, divisions.division)
        end as city,
        case when divisions.level = 'city' then 1 else 2 end as level_order,
        case when lines.scheme = 'ALL' then 1 else 2 end as scheme_order
    from lines
    inner join {{ ref('stg_site__divisions') }} as divisions on lines.division = divisions.division
    left join schemes on lines.scheme = schemes.scheme
    where divisions.level in ('city', 'county')
),

final as (
    select
        division,
        scheme,
        label_zh,
        label_en,
        row_number() over (
            order by
                {{ by_code_point('city') }} asc,
                level_order asc,
                {{ by_code_point('division') }} asc,
                scheme_order asc,
                {{ by_code_point('scheme') }} asc
        ) as line_number
    from labelled
)

select * from final
