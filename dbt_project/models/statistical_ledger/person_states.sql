-- Grain: one row per person, scheme and division: what the person counts as there, at month end,
-- in the month and since January.
{{ refresh_by_person(state_ledgers(), follows=[
    'enrolled_persons', 'contributed_persons', 'retired_persons',
]) }}

{% set flags = state_flags() %}

with facts as (
    {% for source, given in state_sources().items() %}
    select
        person_id,
        scheme,
        division,
    {% for flag in flags %}
    {{ given.get(flag, 'false') }} as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref(source) }}
    {{ affected_persons_only(state_ledgers(), 'where') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

states as (
    select
        person_id,
        scheme,
        division,
    {% for flag in flags %}
    {{ dbt.bool_or(flag) }} as {{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from facts
    group by person_id, scheme, division
),

contributors as (
    select
        person_id,
        scheme
    from {{ ref('contributed_persons') }}
    where
        first_month <= {{ this_month() }}
        {{ affected_persons_only(state_ledgers()) }}
    group by person_id, scheme
),

retired_by_scheme as (
    select
        retired.person_id,
        schemes.scheme
    from {{ ref('retired_persons') }} as retired
    inner join {{ ref('retirement_schemes') }} as schemes on retired.scheme = schemes.pension_scheme
    {{ affected_persons_only(state_ledgers(), 'where', 'retired.person_id') }}
    group by retired.person_id, schemes.scheme
),

retired_anywhere as (
    select person_id
    from {{ ref('retired_persons') }}
    {{ affected_persons_only(state_ledgers(), 'where') }}
    group by person_id
),

pension_schemes as (
    select scheme
    from {{ ref('retirement_schemes') }}
    where scheme = pension_scheme
),

persons as (
    select
        person_id,
        sex,
        birth_on
    from {{ current_ledger('persons') }} as persons
    {{ affected_persons_only(state_ledgers(), 'where') }}
),

-- Many share a birthday: its band is found once.
birthdays as (
    select
        birth_on,
        {{ age_band('birth_on') }} as age_band
    from persons
    group by birth_on
),

banded as (
    select
        persons.person_id,
        {{ band_of_person('persons.sex', 'birthdays.age_band') }} as band
    from persons
    left join birthdays on persons.birth_on = birthdays.birth_on
),

judged as (
    select
        states.*,
        banded.band,
        states.is_enrolled
        and contributors.person_id is not null
        and retired_by_scheme.person_id is null as is_worker,
        retired_anywhere.person_id is not null as is_retired_anywhere,
        -- Retirees of the medical schemes stay where they are enrolled.
        states.draws_pension
        or (
            states.is_enrolled
            and retired_by_scheme.person_id is not null
            and pension_schemes.scheme is null
        ) as is_retiree
    from states
    left join banded on states.person_id = banded.person_id
    left join contributors
        on
            states.person_id = contributors.person_id
            and states.scheme = contributors.scheme
    left join retired_by_scheme
        on
            states.person_id = retired_by_scheme.person_id
            and states.scheme = retired_by_scheme.scheme
    left join retired_anywhere on states.person_id = retired_anywhere.person_id
    left join pension_schemes on states.scheme = pension_schemes.scheme
),

final as (
    select
        person_id,
        scheme,
        division,
        coalesce(band, 'sex=9;age=unknown') as band,
        is_worker,
        is_worker and not is_retired_anywhere as is_worker_in_all,
        is_retiree,
        is_suspended,
        is_new,
        is_new_in_year,
        is_contributing,
        is_contributing_in_year
    from judged
)

select * from final
