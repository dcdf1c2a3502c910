-- Grain: one row per person, scheme and first month of an impostor's claim (YC01),
-- the version current in this batch.
with claims as (
    select * from {{ ref('stg_production__yc01') }}
),

persons as (
    select * from {{ ref('stg_production__ac01') }}
),

final as (
    select
        claims.person_id,
        claims.scheme,
        claims.from_month,
        claims.to_month,
        claims.claim_amount,
        claims.recovered_amount,
        persons.division,
        case
            when persons.person_id is null then 'unknown_person'
            when persons.division is null then 'unknown_division'
        end as orphan_reason,
        {{ origin_columns('claims') }}
    from claims
    left join persons on claims.person_id = persons.person_id
)

select * from final
