-- Grain: one row per scheme in use and breakdown that occurs in it in the site; '' is the total.
with breakdowns as (
    select
        '' as dimension,
        scheme,
        '' as breakdown
    from {{ ref('schemes_in_use') }}
    union all
    select
        case when breakdown like 'kind=%' then 'kind' else 'sex;age' end as dimension,
        scheme,
        breakdown
    from {{ ref('measures') }}
    where breakdown <> ''
    group by scheme, breakdown
),

final as (
    select
        dimension,
        scheme,
        breakdown
    from breakdowns
)

select * from final
