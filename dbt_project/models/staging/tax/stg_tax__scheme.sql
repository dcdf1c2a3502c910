-- Grain: one row per way the tax bureau or the treasury may write a scheme in this month.
with standard_schemes as (
    select code
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

mapped as (
    select
        code_map.raw,
        code_map.standard,
        row_number() over (
            partition by code_map.raw
            order by
                case when code_map.source = 'tax' then 0 else 1 end asc,
                code_map.valid_from desc nulls last,
                code_map.site_row asc
        ) as place
    from {{ ref('stg_site__code_map') }} as code_map
    inner join standard_schemes on code_map.standard = standard_schemes.code
    left join standard_schemes as raw_standards on code_map.raw = raw_standards.code
    where
        code_map.class in ('AAE140', 'scheme')
        and coalesce(code_map.source, 'tax') = 'tax'
        and coalesce(code_map.valid_from, {{ this_month() }}) <= {{ this_month() }}
        and coalesce(code_map.valid_to, {{ this_month() }}) >= {{ this_month() }}
        and raw_standards.code is null
),

final as (
    select
        code as raw_scheme,
        code as scheme
    from standard_schemes
    union all
    select
        raw as raw_scheme,
        standard as scheme
    from mapped
    where place = 1
)

select * from final
