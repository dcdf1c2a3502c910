-- Grain: one row per person, scheme and division with a contribution that arrived.
{% set ledgers = ['contributions'] %}
{{ refresh_by_person(ledgers) }}

with contributions as (
    select
        person_id,
        scheme,
        division,
        for_month,
        kind = '10' and for_month = {{ this_month() }} as is_in_month,
        kind = '10'
        and for_month between {{ first_month_of_year() }} and {{ this_month() }} as is_in_year
    from {{ current_ledger('contributions') }} as contributions
    where
        has_arrived
        and booked_month is not null
        and for_month is not null
        and scheme is not null
        and division is not null
        {{ affected_persons_only(ledgers) }}
),

final as (
    select
        person_id,
        scheme,
        division,
        min(for_month) as first_month,
        coalesce({{ dbt.bool_or('is_in_month') }}, false) as is_in_month,
        coalesce({{ dbt.bool_or('is_in_year') }}, false) as is_in_year
    from contributions
    group by person_id, scheme, division
)

select * from final
