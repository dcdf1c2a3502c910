-- Grain: one row per person and scheme with a normal retirement that began before the statutory
-- month, and not within the flexible window with the months paid.
with entitlements as (
    select
        entitlements.*,
        persons.sex,
        persons.personal_status as category,
        {{ month_of('persons.birth_on') }} as birth_month,
        persons.source_file_id as person_file_id,
        persons.source_row as person_row
    from {{ checked_ledger('entitlements') }} as entitlements
    inner join {{ checked_ledger('persons') }} as persons
        on entitlements.person_id = persons.person_id
    where
        entitlements.kind = '01'
        and entitlements.scheme is not null
        and entitlements.first_month <= {{ this_month() }}
        and persons.birth_on is not null
),

latest_enrolments as (
    select * from {{ latest_enrolments_of('entitlements') }} as latest
),

asked as (
    select
        entitlements.row_key as asked_key,
        entitlements.scheme,
        entitlements.sex,
        entitlements.category,
        latest_enrolments.enrolment_identity as identity,
        entitlements.birth_month,
        entitlements.first_month as at_month
    from entitlements
    left join latest_enrolments
        on
            entitlements.person_id = latest_enrolments.person_id
            and entitlements.scheme = latest_enrolments.scheme
),

{{ retirement_terms() }},

accounts as (
    select * from {{ checked_ledger('personal_accounts') }} as current_rows
),

aged as (
    select
        entitlements.*,
        terms.min_paid_months,
        {{ month_number('entitlements.first_month') }} as first_number,
        {{ month_number('entitlements.birth_month') }} + terms.statutory_months as statutory_number,
        {{ month_number('entitlements.birth_month') }} + terms.earliest_months as earliest_number
    from entitlements
    inner join terms on entitlements.row_key = terms.asked_key
),

-- A parameter that is missing and needed leaves the entitlement unchecked.
early as (
    select
        aged.*,
        accounts.row_key as account_key,
        accounts.source_file_id as account_file_id,
        accounts.source_row as account_row,
        row_number() over (
            partition by aged.person_id, aged.scheme
            order by aged.first_month desc, {{ by_code_point('aged.row_key') }} desc
        ) as place
    from aged
    left join accounts
        on
            aged.person_id = accounts.person_id
            and aged.scheme = accounts.scheme
    where
        aged.first_number < aged.statutory_number
        and (
            aged.first_number < aged.earliest_number
            or coalesce(accounts.paid_months_count, 0) < aged.min_paid_months
        )
),

payments as (
    select
        early.scheme,
        early.person_id,
        payments.for_month,
        payments.payment_amount,
        payments.row_key,
        payments.source_file_id,
        payments.source_row
    from early
    inner join {{ ref('paid_payments') }} as payments
        on early.entitlement_id = payments.entitlement_id
    where
        payments.for_month <= {{ this_month() }}
        and {{ month_number('payments.for_month') }} < early.statutory_number
),

paid as (
    select
        scheme,
        person_id,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(distinct for_month) as month_count,
        sum(payment_amount) as amount
    from payments
    group by scheme, person_id
),

wrongs as (
    select
        early.scheme,
        early.person_id,
        'A' as match_class,
        max(case when early.place = 1 then early.division end) as division,
        coalesce(max(paid.first_month), min(early.first_month)) as first_month,
        coalesce(max(paid.last_month), min(early.first_month)) as last_month,
        coalesce(max(paid.month_count), 0) as month_count,
        max(paid.amount) as amount
    from early
    left join paid
        on
            early.scheme = paid.scheme
            and early.person_id = paid.person_id
    group by early.scheme, early.person_id
),

evidence_rows as (
    select
        scheme,
        person_id,
        'AC60' as landed_table,
        row_key,
        source_file_id,
        source_row
    from early
    union all
    select
        scheme,
        person_id,
        'AC01' as landed_table,
        person_id as row_key,
        person_file_id as source_file_id,
        person_row as source_row
    from early
    union all
    select
        scheme,
        person_id,
        'AC50' as landed_table,
        account_key as row_key,
        account_file_id as source_file_id,
        account_row as source_row
    from early
    where account_key is not null
    union all
    select
        early.scheme,
        early.person_id,
        'AC02' as landed_table,
        latest_enrolments.row_key,
        latest_enrolments.source_file_id,
        latest_enrolments.source_row
    from early
    inner join latest_enrolments
        on
            early.person_id = latest_enrolments.person_id
            and early.scheme = latest_enrolments.scheme
    union all
    select
        scheme,
        person_id,
        'AC82' as landed_table,
        row_key,
        source_file_id,
        source_row
    from payments
),

{{ points('retired_early', keys=person_keys()) }}

select * from final
