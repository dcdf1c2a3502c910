-- Grain: one row per person or unit, base year and month after the verified one whose base is not
-- the one that stands.
with final as (
    select
        case
            when person_key = '' then 'unit_base_changed' else 'base_changed_in_year'
        end as exception,
        division,
        scheme,
        wage_year,
        unit_key as unit_id,
        nullif(person_key, '') as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        {{ amount_text('standing_amount') }} as expected,
        {{ amount_text('base_amount') }} as found,
        abs(
            {{ premium('standing_amount', 'person_rate') }}
            - {{ premium('base_amount', 'person_rate') }}
            + {{ premium('standing_amount', 'employer_rate') }}
            - {{ premium('base_amount', 'employer_rate') }}
        ) as amount,
        cast(null as date) as due_on,
        false as is_state
    from {{ ref('standing_bases') }}
    where
        base_amount <> standing_amount
        and for_month > verified_month
)

select * from final
