-- Grain: one row per entitlement (AC60), the version current in this batch.
with entitlements as (
    select * from {{ versions_in_scope('ac60') }} as versions
),

persons as (
    select * from {{ known_persons(of='entitlements') }} as known
),

placed as (
    select
        entitlements.*,
        case
            when persons.person_id is null then 'unknown_person'
            when entitlements.division is null then 'unknown_division'
        end as orphan_reason
    from entitlements
    left join persons on entitlements.person_id = persons.person_id
),

final as (
    select
        placed.entitlement_id,
        placed.person_id,
        placed.scheme,
        placed.kind,
        placed.entitled_on,
        placed.first_month,
        placed.last_month,
        placed.status,
        placed.is_dependant,
        placed.account_holder,
        placed.account_no,
        placed.handled_on,
        case when placed.orphan_reason is null then placed.division end as division,
        placed.orphan_reason,
        {{ origin_columns('placed') }}
    from placed
)

select * from final
