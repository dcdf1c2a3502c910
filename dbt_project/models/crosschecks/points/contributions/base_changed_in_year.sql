-- Grain: one row per person, scheme and calendar year in which the base at an employer changed; the
-- months before the wage year's average was published and those from then on are judged apart, and
-- where an approved application made it another one, that stands from there.
with changed as (
    select * from {{ ref('changed_base_years') }}
),

-- Orphans have no division themselves and are judged where their enrolment is.
contributions as (
    select
        contributions.person_id,
        contributions.employer_id,
        contributions.scheme,
        contributions.for_month,
        contributions.booked_month,
        contributions.base_amount,
        contributions.enrolment_identity,
        coalesce(contributions.division, enrolments.division, '') as limits_division,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row,
        changed.case_year
    from {{ checked_ledger('contributions') }} as contributions
    inner join changed
        on
            contributions.enrolment_id = changed.enrolment_id
            and substring(contributions.for_month, 1, 4) = changed.case_year
    left join {{ checked_ledger('enrolments') }} as enrolments
        on
            contributions.division is null
            and contributions.enrolment_id = enrolments.enrolment_id
    where
        contributions.kind = '10'
        and contributions.base_amount is not null
        and contributions.employer_id is not null
        and contributions.for_month <= {{ this_month() }}
),

limits as (
    select * from {{ ref('limits_in_force') }}
    where published_month is not null               -- else not checked
),

-- A row for a month before publication, booked in or after it, is a true-up.
parts as (
    select
        contributions.*,
        limits.wage_year,
        dense_rank() over (
            order by
                contributions.person_id,
                contributions.employer_id,
                contributions.scheme,
                contributions.case_year,
                limits.wage_year,
                limits.is_published
        ) as part_number,
        row_number() over (
            partition by
                contributions.person_id,
                contributions.employer_id,
                contributions.scheme,
                contributions.for_month
            order by
                contributions.booked_month desc nulls last,
                {{ by_code_point('contributions.row_key') }} desc
        ) as booked_rank
    from contributions
    inner join limits
        on
            contributions.limits_division = limits.division
            and contributions.scheme = limits.scheme
            and coalesce(contributions.enrolment_identity, '') = limits.identity
            and contributions.for_month = limits.for_month
    where
        limits.is_published
        or contributions.booked_month is null
        or contributions.booked_month < limits.published_month
),

-- Of several rows for a month the last booked alone counts.
begun as (
    select
        parts.*,
        applied.application_no is not null
        or row_number() over (
            partition by parts.part_number
            order by parts.for_month
        ) = 1 as is_begun
    from parts
    left join {{ ref('applied_bases') }} as applied
        on
            parts.person_id = applied.person_id
            and parts.employer_id = applied.unit_id
            and parts.scheme = applied.scheme
            and cast(parts.wage_year as {{ dbt.type_string() }}) = applied.wage_year
            and parts.for_month = applied.effective_month
            and coalesce(applied.new_base_amount, parts.base_amount) = parts.base_amount
    where parts.booked_rank = 1
),

numbered as (
    select
        *,
        sum(case when is_begun then 1 else 0 end) over (
            partition by part_number
            order by for_month
        ) as standing_number
    from begun
),

compared as (
    select
        *,
        first_value(base_amount) over (
            partition by part_number, standing_number
            order by for_month
        ) as standing_base_amount
    from numbered
),

differing as (
    select * from compared
    where base_amount <> standing_base_amount
),

wrong_months as (
    select
        differing.scheme,
        differing.person_id,
        differing.case_year,
        'A' as match_class,
        differing.for_month,
        persons.division,
        0 as amount
    from differing
    left join {{ checked_ledger('persons') }} as persons on differing.person_id = persons.person_id
    group by
        differing.scheme,
        differing.person_id,
        differing.case_year,
        differing.for_month,
        persons.division
),

{{ wrongs_of('wrong_months', keys=yearly_keys()) }},

-- The months whose base is the standing one speak against the others.
evidence_rows as (
    select
        compared.scheme,
        compared.person_id,
        compared.case_year,
        'AC43' as landed_table,
        compared.row_key,
        compared.source_file_id,
        compared.source_row
    from compared
    inner join differing on compared.part_number = differing.part_number
),

{{ points('base_changed_in_year', keys=yearly_keys()) }}

select * from final
