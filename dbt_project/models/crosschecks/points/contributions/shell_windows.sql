-- Grain: one row per employer, scheme (110, 120), first of three months and enrolment that began in
-- them, where five persons or more began and two or more of them soon claimed a benefit.
with enrolments as (
    select
        employer_id,
        scheme,
        person_id,
        enrolment_id,
        {{ month_of('enrolled_on') }} as began_month,
        source_file_id,
        source_row
    from {{ checked_ledger('enrolments') }} as current_rows
    where scheme in ('110', '120')
),

entitlements as (
    select
        person_id,
        first_month
    from {{ checked_ledger('entitlements') }} as current_rows
    where first_month <= {{ this_month() }}
),

claims as (
    {{ claims_soon_after_enrolment() }}
),

suspects as (
    select
        employer_id,
        scheme
    from claims
    group by employer_id, scheme
    having count(*) >= 2
),

began as (
    select
        enrolments.*,
        claims.enrolment_id is not null as has_claimed,
        {{ month_number('enrolments.began_month') }} as began_number
    from enrolments
    inner join suspects
        on
            enrolments.employer_id = suspects.employer_id
            and enrolments.scheme = suspects.scheme
    left join claims on enrolments.enrolment_id = claims.enrolment_id
    where enrolments.began_month <= {{ this_month() }}
),

-- Three months begin with one in which somebody began.
first_months as (
    select
        employer_id,
        scheme,
        began_number
    from began
    group by employer_id, scheme, began_number
),

windows as (
    select
        began.*,
        first_months.began_number as first_number
    from began
    inner join first_months
        on
            began.employer_id = first_months.employer_id
            and began.scheme = first_months.scheme
            and began.began_number - first_months.began_number between 0 and 2
),

qualified as (
    select
        employer_id,
        scheme,
        first_number
    from windows
    group by employer_id, scheme, first_number
    having
        count(distinct person_id) >= 5
        and count(distinct case when has_claimed then person_id end) >= 2
),

final as (
    select
        windows.employer_id,
        windows.scheme,
        {{ month_of_number('windows.first_number') }} as window_from,
        {{ month_of_number('(windows.first_number + 2)') }} as window_to,
        windows.person_id,
        windows.began_month,
        windows.has_claimed,
        windows.enrolment_id,
        windows.source_file_id,
        windows.source_row
    from windows
    inner join qualified
        on
            windows.employer_id = qualified.employer_id
            and windows.scheme = qualified.scheme
            and windows.first_number = qualified.first_number
)

select * from final
