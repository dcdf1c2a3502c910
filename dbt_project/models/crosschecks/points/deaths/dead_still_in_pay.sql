-- Grain: one row per deceased person and scheme with an entitlement in pay, none of it paid for
-- later months yet.
with wrongs as (
    select
        entitlements.person_id,
        coalesce(entitlements.scheme, '') as scheme,            -- empty when it is no standard code
        entitlements.division,
        entitlements.entitlement_id,
        entitlements.first_month,
        entitlements.row_key,
        deceased.death_month as for_month,
        deceased.match_class,
        deceased.first_registered_on,
        0 as amount
    from {{ checked_ledger('entitlements') }} as entitlements
    inner join {{ ref('deceased_persons') }} as deceased
        on entitlements.person_id = deceased.person_id
    left join {{ ref('paid_after_death') }} as paid
        on
            entitlements.person_id = paid.person_id
            and coalesce(entitlements.scheme, '') = paid.scheme
    where
        entitlements.kind between '01' and '41'
        and deceased.death_month <= {{ this_month() }}
        and entitlements.status = '1'
        and (entitlements.last_month is null or entitlements.last_month >= {{ this_month() }})
        and paid.person_id is null
),

evidence_rows as (
    {{ ledger_evidence('AC60', 'entitlements', 'entitlement_id') }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
),

final as (
    select *
    from {{ points_of(
        'dead_still_in_pay',
        match_class='min(match_class)',
        known_on='min(first_registered_on)',
        months='0',
        latest='first_month',
    ) }} as points
)

select * from final
