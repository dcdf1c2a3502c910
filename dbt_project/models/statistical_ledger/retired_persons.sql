-- Grain: one row per person, pension scheme and division in which the person draws a pension.
{% set ledgers = ['entitlements'] %}
{{ refresh_by_person(ledgers) }}

with entitlements as (
    select * from {{ current_ledger('entitlements') }} as entitlements
),

pension_schemes as (
    select scheme
    from {{ ref('retirement_schemes') }}
    where scheme = pension_scheme
),

final as (
    select
        entitlements.person_id,
        entitlements.scheme,
        entitlements.division
    from entitlements
    inner join pension_schemes on entitlements.scheme = pension_schemes.scheme
    where
        entitlements.kind in ('01', '02', '03') -- normal, special trade, sickness
        and entitlements.status in ('1', '2') -- in pay, paused
        and entitlements.first_month <= {{ this_month() }}
        and entitlements.division is not null
        {{ affected_persons_only(ledgers, column='entitlements.person_id') }}
    group by entitlements.person_id, entitlements.scheme, entitlements.division
)

select * from final
