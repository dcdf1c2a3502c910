-- Grain: one row per month of a file and way the tax bureau or the treasury may write a scheme.
with months as (
    select file_month
    from {{ ref('stg_tax__file') }}
    group by file_month
),

standard_schemes as (
    select code
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

mapped as (
    select
        months.file_month,
        code_map.raw,
        code_map.standard,
        row_number() over (
            partition by months.file_month, code_map.raw
            order by
                case when code_map.source = 'tax' then 0 else 1 end asc,
                code_map.valid_from desc nulls last,
                code_map.site_row asc
        ) as place
    from {{ ref('stg_site__code_map') }} as code_map
    inner join months
        on
            coalesce(code_map.valid_from, months.file_month) <= months.file_month
            and coalesce(code_map.valid_to, months.file_month) >= months.file_month
    inner join standard_schemes on code_map.standard = standard_schemes.code
    left join standard_schemes as raw_standards on code_map.raw = raw_standards.code
    where
        upper(code_map.class) in ('AAE140', 'SCHEME')
        and coalesce(code_map.source, 'tax') = 'tax'
        and raw_standards.code is null
),

final as (
    select
        months.file_month,
        standard_schemes.code as raw_scheme,
        standard_schemes.code as scheme
    from standard_schemes
    cross join months
    union all
    select
        file_month,
        raw as raw_scheme,
        standard as scheme
    from mapped
    where place = 1
)

select * from final
