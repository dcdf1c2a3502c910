-- Grain: one row per true-up or back-payment that counts for a person's base year: kind 32 for a
-- provisional month, kind 31 for one that has a regular row too.
with provisional as (
    select
        person_id,
        unit_key,
        scheme,
        wage_year,
        for_month
    from {{ ref('person_months') }}
    where is_provisional
)

select
    years.person_id,
    years.unit_key,
    years.scheme,
    years.wage_year,
    booked.for_month,
    booked.due_employer_amount,
    booked.due_person_amount,
    booked.row_key,
    booked.source_file_id,
    booked.source_row
from {{ ref('booked_trueups') }} as booked
inner join {{ ref('person_years') }} as years
    on
        booked.person_id = years.person_id
        and booked.unit_key = years.unit_key
        and booked.scheme = years.scheme
        and booked.for_month >= years.first_month
        and booked.for_month <= years.last_month
        and (years.settling_month is null or booked.for_month < years.settling_month)
left join provisional
    on
        years.person_id = provisional.person_id
        and years.unit_key = provisional.unit_key
        and years.scheme = provisional.scheme
        and years.wage_year = provisional.wage_year
        and booked.for_month = provisional.for_month
where
    booked.kind = '32'
    or provisional.for_month is not null
