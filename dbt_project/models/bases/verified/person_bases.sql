-- Grain: one row per person, unit, scheme and base year: wage, expected and applied base, true-up.
-- The month it is judged by is the verified one, or while that is open the last with a row.
with months as (
    select
        *,
        min(case when not is_provisional then for_month end) over subject_year as verified_month,
        max(for_month) over subject_year as last_row_month,
        min(for_month) over subject_year as first_row_month,
        max(case when is_provisional then for_month end) over subject_year
            as last_provisional_month
    from {{ ref('person_months') }}
    window subject_year as (partition by person_id, unit_key, scheme, wage_year)
),

summed as (
    select
        person_id,
        unit_key,
        scheme,
        wage_year,
        max(verified_month) as verified_month,
        max(coalesce(verified_month, last_row_month)) as judged_month,
        max(
            case when for_month = coalesce(verified_month, last_row_month) then base_amount end
        ) as judged_base_amount,
        max(
            case when for_month = coalesce(verified_month, last_row_month) then floor_amount end
        ) as floor_amount,
        max(
            case when for_month = coalesce(verified_month, last_row_month) then cap_amount end
        ) as cap_amount,
        max(
            case when for_month = last_provisional_month then base_amount end
        ) as provisional_base_amount,
        max(
            case when for_month = first_row_month then declared_wage_amount end
        ) as first_declared_wage_amount,
        max(
            case when person_rate is null or employer_rate is null then 1 else 0 end
        ) as rates_missing
    from months
    group by person_id, unit_key, scheme, wage_year
),

applied_for as (
    select *
    from {{ applications_in_force(
        ['person_id', 'unit_key', 'scheme', 'wage_year'], unit='unit_key', person='summed.person_id'
    ) }} as in_force
),

waged as (
    select
        years.*,
        summed.verified_month,
        summed.judged_month,
        summed.judged_base_amount,
        summed.floor_amount,
        summed.cap_amount,
        summed.provisional_base_amount,
        summed.rates_missing = 0 as has_rates,
        applied_for.new_base_amount,
        case
            when years.identity = '12' then 'chosen'
            when declared.wage_total_amount is not null then 'declared'
            when declared.person_id is not null then 'average'
            when
                summed.first_declared_wage_amount is not null
                and {{ month_of('years.enrolled_on') }} >= years.first_month
                and {{ month_of('years.enrolled_on') }} <= years.last_month
                then 'joined'
            else 'none'
        end as wage_source,
        round(declared.wage_total_amount / declared.month_count, 2) as declared_amount,
        summed.first_declared_wage_amount
    from {{ ref('person_years') }} as years
    inner join summed
        on
            {{ same_person_year('years', 'summed') }}
    left join applied_for
        on
            {{ same_person_year('years', 'applied_for') }}
    left join {{ ref('declared_persons') }} as declared
        on
            years.person_id = declared.person_id
            and years.unit_key = declared.unit_id
            and years.wage_year = declared.wage_year
),

based as (
    select
        *,
        case wage_source
            when 'declared' then declared_amount
            when 'average' then case when is_published then average_wage_amount end
            when 'joined' then first_declared_wage_amount
        end as wage_amount
    from waged
),

held as (
    select
        *,
        case
            when not is_published or not has_rule then null
            when new_base_amount is not null then new_base_amount
            when floor_amount is null or cap_amount is null then null
            when
                wage_source = 'chosen'
                and judged_base_amount >= floor_amount
                and judged_base_amount <= cap_amount
                then judged_base_amount
            when wage_source = 'none' then null
            else
                {{ rounded_to(
                    'least(greatest('
                    ~ 'case when wage_source = \'chosen\' then judged_base_amount else wage_amount end'
                    ~ ', floor_amount), cap_amount)',
                    'rounding'
                ) }}
        end as expected_amount
    from based
),

due as (
    select
        months.person_id,
        months.unit_key,
        months.scheme,
        months.wage_year,
        sum(
            {{ premium('held.expected_amount', 'months.person_rate') }}
            - {{ premium('months.base_amount', 'months.person_rate') }}
            + {{ premium('held.expected_amount', 'months.employer_rate') }}
            - {{ premium('months.base_amount', 'months.employer_rate') }}
        ) as due_amount
    from months
    inner join held
        on
            {{ same_person_year('months', 'held') }}
    where
        months.is_provisional
        and held.has_rates
    group by months.person_id, months.unit_key, months.scheme, months.wage_year
),

booked as (
    select
        held.person_id,
        held.unit_key,
        held.scheme,
        held.wage_year,
        sum(
            trueups.due_person_amount
            + case when held.base_method = 'single' then trueups.due_employer_amount else 0 end
        ) as booked_amount
    from held
    inner join {{ ref('person_trueups') }} as trueups
        on
            {{ same_person_year('held', 'trueups') }}
    group by held.person_id, held.unit_key, held.scheme, held.wage_year
),

final as (
    select
        held.person_id,
        held.unit_key,
        held.scheme,
        held.wage_year,
        held.division,
        held.identity,
        held.enrolled_on,
        held.risk_class,
        held.base_method,
        held.first_month,
        held.last_month,
        held.before_first_month,
        held.before_last_month,
        held.wage_kind,
        held.has_wage_row,
        held.is_published,
        held.average_wage_amount,
        held.published_month,
        held.settling_month,
        held.provisional,
        held.rounding,
        held.has_rule,
        held.verified_month,
        held.judged_month,
        held.judged_base_amount,
        held.floor_amount,
        held.cap_amount,
        held.provisional_base_amount,
        held.has_rates,
        held.new_base_amount,
        held.wage_source,
        held.declared_amount,
        held.first_declared_wage_amount,
        held.wage_amount,
        held.expected_amount,
        case
            when held.expected_amount is not null and held.has_rates
                then coalesce(due.due_amount, 0)
        end as trueup_due_amount,
        case
            when held.expected_amount is not null and held.has_rates
                then coalesce(booked.booked_amount, 0)
        end as trueup_booked_amount,
        case
            when not held.has_rule or not held.has_rates then 'no_rule'
            when held.is_published and (held.floor_amount is null or held.cap_amount is null)
                then 'no_rule'
            when held.verified_month is null or not held.is_published then 'provisional'
            when held.wage_source = 'none' then 'not_declared'
            when abs(held.judged_base_amount - held.expected_amount) > 0.01 then 'differs'
            else 'ok'
        end as status
    from held
    left join due
        on
            {{ same_person_year('held', 'due') }}
    left join booked
        on
            {{ same_person_year('held', 'booked') }}
)

select * from final
