-- Grain: one row per employer (AB01), the version current in this batch.
with employers as (
    select * from {{ versions_in_scope('ab01') }} as versions
),

final as (
    select
        employers.employer_id,
        employers.employer_name,
        employers.tax_number,
        employers.employer_type,
        employers.economic_type,
        employers.industry,
        employers.risk_class,
        employers.handled_on,
        employers.division,
        case when employers.division is null then 'unknown_division' end as orphan_reason,
        {{ origin_columns('employers') }}
    from employers
)

select * from final
