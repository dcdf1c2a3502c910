-- Grain: one row per person or unit and ended base year with a base changed since, and month; or
-- with an application made after the year, where no base changed.
with changed as (
    select
        division,
        scheme,
        wage_year,
        unit_key,
        person_key,
        for_month,
        {{ amount_text('former_amount') }} as expected,
        {{ amount_text('base_amount') }} as found,
        abs(
            {{ premium('base_amount', 'person_rate') }}
            - {{ premium('former_amount', 'person_rate') }}
            + {{ premium('base_amount', 'employer_rate') }}
            - {{ premium('former_amount', 'employer_rate') }}
        ) as amount,
        false as is_state
    from {{ ref('corrected_rows') }}
),

applied as (
    select
        applications.division,
        applications.scheme,
        applications.wage_year,
        applications.unit_key,
        applications.person_key,
        applications.effective_month as for_month,
        cast(null as {{ dbt.type_string() }}) as expected,
        {{ amount_text('applications.new_base_amount') }} as found,
        cast(0 as numeric) as amount,
        true as is_state
    from {{ ref('late_applications') }} as applications
    left join changed
        on
            applications.unit_key = changed.unit_key
            and applications.person_key = changed.person_key
            and applications.scheme = changed.scheme
            and applications.wage_year = changed.wage_year
    where changed.scheme is null
),

united as (
    select * from changed
    union all
    select * from applied
),

final as (
    select
        'late_correction' as exception,
        division,
        scheme,
        wage_year,
        nullif(unit_key, '') as unit_id,
        nullif(person_key, '') as person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        expected,
        found,
        amount,
        cast(null as date) as due_on,
        is_state
    from united
)

select * from final
