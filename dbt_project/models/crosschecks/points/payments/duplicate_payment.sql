-- Grain: one row per person and scheme paid the same amount twice for one entitlement and month.
{% set naming %}
    partition by entitlement_id, for_month, payment_amount
    order by
        case when person_id is null then 1 else 0 end,
        case when scheme = '' then 1 else 0 end,
        booked_month nulls first,
        {{ by_code_point('row_key') }}
{% endset %}

with sets as (
    select
        *,
        row_number() over (
            partition by entitlement_id, for_month, payment_amount
            order by booked_month nulls first, {{ by_code_point('row_key') }}
        ) as place,
        count(*) over (partition by entitlement_id, for_month, payment_amount) as payment_count,
        first_value(person_id) over ({{ naming }}) as named_person_id,
        first_value(scheme) over ({{ naming }}) as named_scheme
    from {{ ref('paid_payments') }}
    where
        entitlement_id is not null
        and payment_amount is not null
        and for_month <= {{ this_month() }}
),

-- A set stands at the person and scheme of the first payment that names both, else a person.
concerned as (
    select
        named_person_id as person_id,
        named_scheme as scheme,
        entitlement_id,
        for_month,
        payment_amount,
        division,
        place,
        row_key,
        source_file_id,
        source_row
    from sets
    where payment_count >= 2
),

-- All but one of each set.
wrongs as (
    select
        *,
        payment_amount as amount
    from concerned
    where place >= 2
),

evidence_rows as (
    {{ payment_evidence('concerned') }}
),

final as (
    select * from {{ points_of('duplicate_payment') }} as points
)

select * from final
