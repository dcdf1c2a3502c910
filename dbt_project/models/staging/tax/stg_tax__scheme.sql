-- Grain: one row per way the tax bureau or the treasury may write a scheme, valid in the month being built.
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
                case when code_map.source = 'tax' then 0 else 1 end,
                code_map.valid_from desc nulls last,
                code_map.site_row
        ) as place
    from {{ ref('stg_site__code_map') }} as code_map
    inner join standard_schemes on code_map.standard = standard_schemes.code
    where
        code_map.class in ('AAE140', 'scheme')
        and coalesce(code_map.source, 'tax') = 'tax'
        and coalesce(code_map.valid_from, {{ this_month() }}) <= {{ this_month() }}
        and coalesce(code_map.valid_to, {{ this_month() }}) >= {{ this_month() }}
        and code_map.raw not in (select code from standard_schemes)
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
