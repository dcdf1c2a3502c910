-- Grain: one row per person or unit, base year and provisional month whose base is none of those
-- allowed by more than a cent.
with final as (
    select
        'provisional_wrong' as exception,
        division,
        scheme,
        wage_year,
        nullif(unit_key, '') as unit_id,
        nullif(person_key, '') as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        {{ amount_text(
            'case when abs(base_amount - new_amount) < abs(base_amount - old_amount)'
            ~ ' then new_amount else old_amount end'
        ) }} as expected,
        {{ amount_text('base_amount') }} as found,
        cast(0 as numeric) as amount,
        cast(null as date) as due_on,
        false as is_state
    from {{ ref('allowed_bases') }}
    where
        abs(base_amount - old_amount) > 0.01
        and coalesce(abs(base_amount - new_amount) > 0.01, true)
)

select * from final
