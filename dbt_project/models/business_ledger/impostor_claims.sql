-- Grain: one row per person, scheme and first month of an impostor's claim (YC01),
-- the version current in this batch.
with claims as (
    select * from {{ versions_in_scope('yc01') }} as versions
),

persons as (
    select * from {{ known_persons(of='claims') }} as known
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
