-- Grain: one row per person, scheme (110, 120) and calendar year with a base outside the limits, as
-- rule AC43-5 of quality judges it; true-ups (kind 32) are left out, and bases that an approved
-- application speaks for.
with contributions as (
    select *
    from {{ located_contributions(
        "contributions.scheme in ('110', '120')"
        " and contributions.for_month <= " ~ this_month()
        ~ " and coalesce(contributions.kind, '') <> '32'"
    ) }} as located
),

persons as (
    select * from {{ checked_ledger('persons') }} as current_rows
),

limits as (
    select * from {{ ref('limits_in_force') }}
    where
        floor_amount is not null
        and cap_amount is not null
),

judged as (
    select
        contributions.*,
        limits.identity,
        limits.floor_amount,
        limits.cap_amount
    from contributions
    inner join limits
        on
            contributions.limits_division = limits.division
            and contributions.scheme = limits.scheme
            and coalesce(contributions.enrolment_identity, '') = limits.identity
            and contributions.for_month = limits.for_month
    where
        (
            contributions.base_amount < limits.floor_amount - 0.01
            or contributions.base_amount > limits.cap_amount + 0.01
        )
        and (
            limits.is_published
            or (
                not limits.is_published
                and limits.last_floor_amount is not null
                and limits.last_cap_amount is not null
                and (
                    contributions.base_amount < limits.last_floor_amount - 0.01
                    or contributions.base_amount > limits.last_cap_amount + 0.01
                )
            )
        )
        and not exists (
            select 1
            from {{ ref('applied_bases') }} as applied
            where
                contributions.person_id = applied.person_id
                and contributions.employer_id = applied.unit_id
                and contributions.scheme = applied.scheme
                and cast(limits.wage_year as {{ dbt.type_string() }}) = applied.wage_year
                and contributions.for_month >= applied.effective_month
        )
),

rates_in_use as (
    select
        limits_division as division,
        scheme,
        identity,
        for_month
    from judged
    group by limits_division, scheme, identity, for_month
),

rates as (
    select *
    from (
        select
            asked.*,
            rates.employer_rate,
            rates.person_rate,
            {{ nearest_first(
                ['asked.division', 'asked.scheme', 'asked.identity', 'asked.for_month'],
                'rates', ['scheme', 'identity']
            ) }} as place
        from rates_in_use as asked
        inner join {{ ref('division_places') }} as places on asked.division = places.division
        inner join {{ ref('stg_site__contribution_rates') }} as rates
            on
                places.place = coalesce(rates.division, '')
                and asked.scheme = coalesce(rates.scheme, asked.scheme)
                and asked.identity = coalesce(rates.identity, asked.identity)
                and asked.for_month >= coalesce(rates.valid_from, asked.for_month)
                and asked.for_month <= coalesce(rates.valid_to, asked.for_month)
        where rates.risk_class is null
    ) as ranked
    where place = 1
),

-- The employer owes on single bases alone; without a row of AB02 the base is single.
charged as (
    select
        judged.*,
        case
            when judged.base_amount < judged.floor_amount then judged.floor_amount
            else judged.cap_amount
        end as nearest_limit,
        case
            when methods.employer_id is null or methods.base_method = '02' then rates.employer_rate
            else 0
        end as employer_rate,
        rates.person_rate
    from judged
    left join {{ current_ledger('employer_enrolments') }} as methods
        on
            judged.employer_id = methods.employer_id
            and judged.scheme = methods.scheme
    left join rates
        on
            judged.limits_division = rates.division
            and judged.scheme = rates.scheme
            and judged.identity = rates.identity
            and judged.for_month = rates.for_month
),

wrong_months as (
    select
        charged.scheme,
        charged.person_id,
        substring(charged.for_month, 1, 4) as case_year,
        'A' as match_class,
        charged.for_month,
        persons.division,
        sum(abs(
            round(charged.nearest_limit * coalesce(charged.employer_rate, 0), 2)
            + round(charged.nearest_limit * coalesce(charged.person_rate, 0), 2)
            - round(charged.base_amount * coalesce(charged.employer_rate, 0), 2)
            - round(charged.base_amount * coalesce(charged.person_rate, 0), 2)
        )) as amount
    from charged
    left join persons on charged.person_id = persons.person_id
    group by charged.scheme, charged.person_id, charged.for_month, persons.division
),

{{ wrongs_of('wrong_months', keys=yearly_keys()) }},

evidence_rows as (
    select
        scheme,
        person_id,
        substring(for_month, 1, 4) as case_year,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row
    from judged
),

{{ points('base_outside_limits', keys=yearly_keys()) }}

select * from final
