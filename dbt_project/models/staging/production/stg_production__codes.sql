-- Grain: one row per code class and value, with the standard code it means in the month being
-- built.
with standard as (
    select
        class,
        code as raw,
        code,
        'standard' as origin,
        1 as precedence,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as valid_from,
        cast(0 as bigint) as site_row
    from {{ ref('standard_codes') }}
),

mapped as (
    select
        upper(class) as class,
        raw,
        standard as code,
        'site map' as origin,
        2 as precedence,
        source,
        valid_from,
        site_row
    from {{ ref('stg_site__code_map') }}
    where
        (source is null or source = 'production')
        and (valid_from is null or valid_from <= {{ this_month() }})
        and (valid_to is null or valid_to >= {{ this_month() }})
),

listed as (
    select
        upper({{ clean_code('aaa100') }}) as class,
        {{ clean_code('aaa102') }} as raw,
        {{ clean_code('aaa102') }} as code,
        'code table' as origin,
        3 as precedence,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as valid_from,
        _row as site_row
    from {{ source('production', 'aa10') }}
    where {{ is_current('_valid_from', '_valid_to') }}
),

candidates as (
    select
        class,
        raw,
        code,
        origin,
        precedence,
        source,
        valid_from,
        site_row
    from standard
    union all
    select
        class,
        raw,
        code,
        origin,
        precedence,
        source,
        valid_from,
        site_row
    from mapped
    union all
    select
        class,
        raw,
        code,
        origin,
        precedence,
        source,
        valid_from,
        site_row
    from listed
),

ranked as (
    select
        class,
        raw,
        code,
        origin,
        row_number() over (
            partition by class, raw
            order by
                precedence asc,
                source asc nulls last,
                valid_from desc nulls last,
                site_row asc
        ) as place
    from candidates
    where class is not null and raw is not null and code is not null
),

final as (
    select
        class,
        raw,
        code,
        origin
    from ranked
    where place = 1
)

select * from final
