-- Grain: one row per flow measure, scheme, division and person counted in it since January.
with joined as (
    select
        'new_enrolments' as measure,
        scheme,
        division,
        person_id,
        first_insured_month as flow_month
    from {{ current_ledger('enrolments') }} as enrolments
    where
        first_insured_month between {{ first_month_of_year() }} and {{ this_month() }}
        and scheme is not null
        and division is not null
),

contributed as (
    select
        'contributing_persons' as measure,
        scheme,
        division,
        person_id,
        for_month as flow_month
    from {{ current_ledger('contributions') }} as contributions
    where
        has_arrived
        and kind = '10'
        and for_month between {{ first_month_of_year() }} and {{ this_month() }}
        and booked_month is not null
        and scheme is not null
        and division is not null
),

benefited as (
    select
        'beneficiaries_paid' as measure,
        scheme,
        division,
        person_id,
        booked_month as flow_month
    from {{ current_ledger('payments') }} as payments
    where
        is_paid
        and booked_month between {{ first_month_of_year() }} and {{ this_month() }}
        and for_month is not null
        and scheme is not null
        and division is not null
),

events as (
    {% for source in ['joined', 'contributed', 'benefited'] %}
    select
        measure,
        scheme,
        division,
        person_id,
        flow_month
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        measure,
        scheme,
        division,
        person_id,
        max(flow_month) = {{ this_month() }} as is_in_month
    from events
    group by measure, scheme, division, person_id
)

select * from final
