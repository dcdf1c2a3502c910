-- Grain: one row per person, scheme (ALL included) and division, of those in several divisions.
-- They are few, and counted once in each area by name.
{{ refresh_by_person(state_ledgers(), follows=['person_states', 'counted_persons']) }}

{% set flags = person_flags() %}

with in_several as (
    select
        person_id,
        scheme
    from {{ ref('counted_persons') }}
    where
        division is null
        {{ affected_persons_only(state_ledgers()) }}
),

their_states as (
    select
        states.person_id,
        states.scheme,
        states.division,
        states.band,
    {% for flag in flags %}
    states.{{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('person_states') }} as states
    inner join in_several
        on
            states.person_id = in_several.person_id
            and states.scheme = in_several.scheme
            {{ affected_persons_only(state_ledgers(), column='states.person_id') }}
    union all
    select
        states.person_id,
        'ALL' as scheme,
        states.division,
        states.band,
    {% for flag in flags %}
    states.{{ flag_in_all(flag) }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('person_states') }} as states
    inner join in_several
        on
            states.person_id = in_several.person_id
            and in_several.scheme = 'ALL'
            {{ affected_persons_only(state_ledgers(), column='states.person_id') }}
),

final as (
    select
        person_id,
        scheme,
        division,
        max(band) as band,
    {% for flag in flags %}
    {{ dbt.bool_or(flag) }} as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from their_states
    group by person_id, scheme, division
)

select * from final
