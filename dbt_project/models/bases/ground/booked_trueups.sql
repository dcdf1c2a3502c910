-- Grain: one row per true-up (AC43, kind 32) or back-payment (kind 31) booked up to the month.
select
    person_id,
    case when enrolment_identity = '11' then employer_id else '' end as unit_key,
    scheme,
    for_month,
    kind,
    coalesce(due_employer_amount, 0) as due_employer_amount,
    coalesce(due_person_amount, 0) as due_person_amount,
    row_key,
    source_file_id,
    source_row
from {{ current_ledger('contributions') }} as current_rows
where
    kind in ('31', '32')
    and enrolment_identity in ('11', '12')
    and (enrolment_identity = '12' or employer_id is not null)
    and division is not null
    and booked_month <= {{ this_month() }}
    and scheme in (select schemes.scheme from {{ ref('verified_schemes') }} as schemes)
