-- Grain: one row per person, scheme and division of an enrolment.
{% set ledgers = ['enrolments'] %}
{{ refresh_by_person(ledgers) }}

with enrolments as (
    select
        person_id,
        scheme,
        division,
        coalesce(status in ('1', '2'), false) as is_enrolled, -- active, suspended
        coalesce(status = '2', false) as is_suspended,
        coalesce(first_insured_month = {{ this_month() }}, false) as is_new,
        coalesce(
            first_insured_month between {{ first_month_of_year() }} and {{ this_month() }}, false
        ) as is_new_in_year
    from {{ current_ledger('enrolments') }} as enrolments
    where
        scheme is not null
        and division is not null
        {{ affected_persons_only(ledgers) }}
),

final as (
    select
        person_id,
        scheme,
        division,
        {{ dbt.bool_or('is_enrolled') }} as is_enrolled,
        {{ dbt.bool_or('is_suspended') }} as is_suspended,
        {{ dbt.bool_or('is_new') }} as is_new,
        {{ dbt.bool_or('is_new_in_year') }} as is_new_in_year
    from enrolments
    group by person_id, scheme, division
)

select * from final
