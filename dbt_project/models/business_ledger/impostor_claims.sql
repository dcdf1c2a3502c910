-- Grain: one row per person, scheme and first month of an impostor's claim (YC01),
-- the version current in this batch.
with claims as (
    select * from {{ current_versions('yc01') }} as claims
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

persons as (
    select * from {{ current_versions('ac01') }} as persons
    {{ when_narrowed("where row_key in (select person_id from claims)") }}
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
