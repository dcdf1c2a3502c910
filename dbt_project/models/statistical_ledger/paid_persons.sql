-- Grain: one row per person, scheme, division and kind of benefit paid since January.
{% set ledgers = ['payments'] %}
{{ refresh_by_person(ledgers) }}

with final as (
    select
        person_id,
        scheme,
        division,
        {{ benefit_kind('kind') }} as kind,
        max(booked_month) = {{ this_month() }} as is_in_month
    from {{ current_ledger('payments') }} as payments
    where
        is_paid
        and booked_month between {{ first_month_of_year() }} and {{ this_month() }}
        and for_month is not null
        and scheme is not null
        and division is not null
        {{ affected_persons_only(ledgers) }}
    group by person_id, scheme, division, {{ benefit_kind('kind') }}
)

select * from final
