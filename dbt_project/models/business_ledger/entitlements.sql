-- Grain: one row per entitlement (AC60), the version current in this batch.
with entitlements as (
    select * from {{ current_versions('ac60') }} as entitlements
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

persons as (
    select person_id from {{ current_versions('ac01') }} as persons
    {{ when_narrowed("where row_key in (select person_id from entitlements)") }}
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
