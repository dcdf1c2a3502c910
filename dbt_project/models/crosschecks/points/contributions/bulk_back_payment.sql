-- Grain: one row per pair of person ids (one id with itself) and scheme, of a human who paid for 36
-- months or more back in one month and was entitled to a pension soon after.
with back_payments as (
    select * from {{ checked_ledger('contributions') }} as current_rows
    where
        kind = '31'
        and has_arrived
        and enrolment_id is not null
        and for_month <= {{ this_month() }}
        and booked_month <= {{ this_month() }}
),

bulks as (
    select
        person_id,
        scheme,
        booked_month
    from back_payments
    group by person_id, scheme, booked_month
    having count(distinct for_month) >= 36
),

entitlements as (
    select * from {{ checked_ledger('entitlements') }} as current_rows
    where
        kind in ('01', '02', '03')
        and scheme in ('110', '120', '170')
        and first_month <= {{ this_month() }}
),

of_humans as (
    select * from {{ per_human('bulks') }} as expanded
),

-- Of two ids one paid back and the other was entitled.
claims as (
    select
        of_humans.scheme,
        of_humans.case_person_id,
        of_humans.case_other_id,
        of_humans.match_class,
        of_humans.person_id as payer_id,
        of_humans.booked_month,
        entitlements.first_month,
        entitlements.entitlement_id,
        entitlements.division,
        entitlements.source_file_id,
        entitlements.source_row
    from of_humans
    inner join entitlements
        on
            case
                when of_humans.person_id = of_humans.case_person_id then of_humans.case_other_id
                else of_humans.case_person_id
            end = entitlements.person_id
            and of_humans.scheme = entitlements.scheme
    where
        {{ month_number('entitlements.first_month') }}
        - {{ month_number('of_humans.booked_month') }} between 0 and 24
),

latest as (
    select
        scheme,
        case_person_id,
        case_other_id,
        max(case when place = 1 then division end) as division
    from (
        select
            *,
            row_number() over (
                partition by scheme, case_person_id, case_other_id
                order by first_month desc, {{ by_code_point('entitlement_id') }} desc
            ) as place
        from claims
    ) as ordered
    group by scheme, case_person_id, case_other_id
),

claimed_bulks as (
    select
        scheme,
        case_person_id,
        case_other_id,
        match_class,
        payer_id,
        booked_month
    from claims
    group by scheme, case_person_id, case_other_id, match_class, payer_id, booked_month
),

paid as (
    select
        claimed_bulks.scheme,
        claimed_bulks.case_person_id,
        claimed_bulks.case_other_id,
        claimed_bulks.match_class,
        back_payments.for_month,
        back_payments.received_amount,
        back_payments.row_key,
        back_payments.source_file_id,
        back_payments.source_row
    from claimed_bulks
    inner join back_payments
        on
            claimed_bulks.payer_id = back_payments.person_id
            and claimed_bulks.scheme = back_payments.scheme
            and claimed_bulks.booked_month = back_payments.booked_month
),

wrong_months as (
    select
        paid.scheme,
        paid.case_person_id as person_id,
        paid.case_other_id as other_person_id,
        paid.match_class,
        paid.for_month,
        latest.division,
        sum(paid.received_amount) as amount
    from paid
    inner join latest
        on
            paid.scheme = latest.scheme
            and paid.case_person_id = latest.case_person_id
            and paid.case_other_id = latest.case_other_id
    group by
        paid.scheme,
        paid.case_person_id,
        paid.case_other_id,
        paid.match_class,
        paid.for_month,
        latest.division
),

{{ wrongs_of('wrong_months', keys=pair_keys()) }},

evidence_rows as (
    select
        scheme,
        case_person_id as person_id,
        case_other_id as other_person_id,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row
    from paid
    union all
    select
        scheme,
        case_person_id as person_id,
        case_other_id as other_person_id,
        'AC60' as landed_table,
        entitlement_id as row_key,
        source_file_id,
        source_row
    from claims
    union all
    {{ identity_evidence() }}
),

{{ points('bulk_back_payment', keys=pair_keys()) }}

select * from final
