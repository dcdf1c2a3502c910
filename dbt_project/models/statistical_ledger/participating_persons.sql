-- Grain: one row per stock measure, scheme, division and person counted in it at month end.
with insured_enrolments as (
    select
        person_id,
        scheme,
        division,
        max(case when status = '2' then 1 else 0 end) as is_suspended
    from {{ current_ledger('enrolments') }} as enrolments
    where
        status in ('1', '2') -- active, suspended
        and scheme is not null
        and division is not null
    group by person_id, scheme, division
),

contributors as (
    select
        person_id,
        scheme
    from {{ current_ledger('contributions') }} as contributions
    where
        has_arrived
        and for_month <= {{ this_month() }}
        and booked_month is not null
        and division is not null
    group by person_id, scheme
),

retired as (
    select * from {{ ref('retired_persons') }}
),

retired_by_scheme as (
    select
        retired.person_id,
        schemes.scheme
    from retired
    inner join {{ ref('retirement_schemes') }} as schemes
        on retired.scheme = schemes.pension_scheme
    group by retired.person_id, schemes.scheme
),

retired_anywhere as (
    select person_id
    from retired
    group by person_id
),

insured as (
    select
        enrolments.person_id,
        enrolments.scheme,
        enrolments.division,
        enrolments.is_suspended = 1 as is_suspended,
        contributors.person_id is not null as has_contributed,
        retired_by_scheme.person_id is not null as is_retired,
        retired_anywhere.person_id is not null as is_retired_anywhere,
        own_pension.scheme is not null as is_pension_scheme
    from insured_enrolments as enrolments
    left join contributors
        on
            enrolments.person_id = contributors.person_id
            and enrolments.scheme = contributors.scheme
    left join retired_by_scheme
        on
            enrolments.person_id = retired_by_scheme.person_id
            and enrolments.scheme = retired_by_scheme.scheme
    left join retired_anywhere on enrolments.person_id = retired_anywhere.person_id
    left join {{ ref('retirement_schemes') }} as own_pension
        on
            enrolments.scheme = own_pension.scheme
            and own_pension.scheme = own_pension.pension_scheme
),

final as (
    select
        'insured_workers' as measure,
        scheme,
        division,
        person_id,
        not is_retired_anywhere as is_in_all
    from insured
    where has_contributed and not is_retired
    union all
    -- Retirees of the medical schemes stay where they are enrolled.
    select
        'insured_retirees' as measure,
        scheme,
        division,
        person_id,
        true as is_in_all
    from insured
    where is_retired and not is_pension_scheme
    union all
    select
        'insured_retirees' as measure,
        scheme,
        division,
        person_id,
        true as is_in_all
    from retired
    union all
    select
        'suspended_persons' as measure,
        scheme,
        division,
        person_id,
        true as is_in_all
    from insured
    where is_suspended
)

select * from final
