-- Grain: one row per person or unit (person_key empty), scheme and base year with an application
-- approved that was made after the year: the one decided last.
with bases as (
    select
        division,
        person_id as person_key,
        unit_key,
        scheme,
        wage_year,
        last_month
    from {{ ref('person_bases') }}
    where status <> 'no_rule'
    union all
    select
        division,
        '' as person_key,
        unit_id as unit_key,
        scheme,
        wage_year,
        last_month
    from {{ ref('unit_bases') }}
    where status <> 'no_rule'
),

ranked as (
    select
        bases.division,
        bases.person_key,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        applications.effective_month,
        applications.new_base_amount,
        applications.application_no,
        applications.source_file_id,
        applications.source_row,
        row_number() over (
            partition by bases.person_key, bases.unit_key, bases.scheme, bases.wage_year
            order by
                applications.decided_on desc nulls last,
                {{ by_code_point('applications.application_no') }} desc
        ) as place
    from bases
    inner join {{ ref('approved_applications') }} as applications
        on
            bases.unit_key = applications.unit_id
            and bases.person_key = applications.person_key
            and bases.scheme = applications.scheme
            and bases.wage_year = applications.wage_year
    where {{ month_of('applications.applied_on') }} > bases.last_month
)

select
    division,
    person_key,
    unit_key,
    scheme,
    wage_year,
    effective_month,
    new_base_amount,
    application_no,
    source_file_id,
    source_row
from ranked
where place = 1
