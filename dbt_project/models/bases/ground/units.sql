-- Grain: one row per employer and scheme verified: where it belongs, its kind, its base method
-- (null: AB02 has a row that says neither).
with employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

methods as (
    select * from {{ current_ledger('employer_enrolments') }} as current_rows
),

-- Of several employers with one tax number the smallest id.
taxpayers as (
    select
        tax_number,
        min({{ by_code_point('employer_id') }}) as employer_id
    from employers
    where tax_number is not null
    group by tax_number
),

final as (
    select
        employers.employer_id as unit_id,
        schemes.scheme,
        employers.division,
        employers.employer_type as unit_kind,
        case when schemes.scheme = '410' then employers.risk_class end as risk_class,
        case
            when methods.employer_id is null or methods.base_method = '02' then 'single'
            when methods.base_method = '01' then 'dual'
        end as base_method,
        taxpayers.tax_number
    from employers
    cross join {{ ref('verified_schemes') }} as schemes
    left join methods
        on
            employers.employer_id = methods.employer_id
            and schemes.scheme = methods.scheme
    left join taxpayers on employers.employer_id = taxpayers.employer_id
    where employers.employer_id is not null
)

select * from final
