-- Grain: one row per division of the site, with its names and its place on the forms.
with divisions as (
    select
        division,
        coalesce(name_zh, division) as label_zh,
        coalesce(name_en, name_zh, division) as label_en,
        level,
        case
            when level = 'county' then coalesce(parent, division)
            else division
        end as city
    from {{ ref('stg_site__divisions') }}
),

final as (
    select
        division,
        label_zh,
        label_en,
        level,
        row_number() over (
            order by
                case level when 'province' then 1 else 2 end asc,
                {{ by_code_point('city') }} asc,
                case level when 'city' then 1 else 2 end asc,
                {{ by_code_point('division') }} asc
        ) as division_order
    from divisions
)

select * from final
