-- Grain: one row per person, unit, scheme, base year and month with a regular contribution.
with final as (
    select
        years.person_id,
        years.unit_key,
        years.scheme,
        years.wage_year,
        contributions.for_month,
        contributions.base_amount,
        contributions.declared_wage_amount,
        contributions.due_employer_amount,
        years.settling_month is null
        or contributions.for_month < years.settling_month as is_provisional,
        case when years.is_published then limits.floor_amount end as floor_amount,
        case when years.is_published then limits.cap_amount end as cap_amount,
        limits.last_floor_amount,
        limits.last_cap_amount,
        rates.person_rate,
        case when years.base_method = 'single' then rates.employer_rate else 0 end as employer_rate,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row
    from {{ ref('person_years') }} as years
    inner join {{ ref('regular_contributions') }} as contributions
        on
            years.person_id = contributions.person_id
            and years.unit_key = contributions.unit_key
            and years.scheme = contributions.scheme
            and years.first_month <= contributions.for_month
            and years.last_month >= contributions.for_month
    left join {{ ref('month_limits') }} as limits
        on
            years.division = limits.division
            and years.scheme = limits.scheme
            and years.identity = limits.identity
            and contributions.for_month = limits.for_month
    left join {{ ref('month_rates') }} as rates
        on
            years.division = rates.division
            and years.scheme = rates.scheme
            and years.identity = rates.identity
            and years.risk_class = rates.risk_class
            and contributions.for_month = rates.for_month
)

select * from final
