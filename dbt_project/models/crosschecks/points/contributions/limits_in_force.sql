-- Grain: one row per division, scheme, identity and month contributions are made for, that has
-- limits: floor and cap in force, the month their average wage was published in, last year's.
with contributions as (
    select * from {{ checked_ledger('contributions') }} as current_rows
    where
        enrolment_id is not null
        and scheme is not null
        and for_month <= {{ this_month() }}
),

enrolments as (
    select * from {{ checked_ledger('enrolments') }} as current_rows
),

used as (
    select
        division,
        scheme,
        coalesce(enrolment_identity, '') as identity,
        for_month,
        case when division is null then enrolment_id end as enrolment_id
    from contributions
    group by
        division,
        scheme,
        coalesce(enrolment_identity, ''),
        for_month,
        case when division is null then enrolment_id end
),

-- Orphans, too, are judged where their enrolment is.
in_use as (
    select
        coalesce(used.division, enrolments.division, '') as division,
        used.scheme,
        used.identity,
        used.for_month
    from used
    left join enrolments on used.enrolment_id = enrolments.enrolment_id
    group by
        coalesce(used.division, enrolments.division, ''),
        used.scheme,
        used.identity,
        used.for_month
),

{{ limits_of_months('in_use', places=ref('division_places')) }}

select
    division,
    scheme,
    identity,
    for_month,
    wage_year,
    published_month,
    is_published,
    floor_amount,
    cap_amount,
    last_floor_amount,
    last_cap_amount
from limits_of_months
