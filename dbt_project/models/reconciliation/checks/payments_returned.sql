-- Grain: one row per return record in the month's files, and per payment by bank booked in the
-- month that no loaded file speaks of. None before a return file of the month arrived.
with records as (
    select
        *,
        file_month = {{ this_month() }} as is_of_month
    from {{ ref('stg_bank__payment_return') }}
),

files as (
    select count(*) as file_count
    from {{ ref('stg_bank__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'payment-return-csv/1'
),

payments as (
    select * from {{ current_ledger('payments') }} as current_rows
),

reported as (
    select payment_id
    from records
    group by payment_id
),

of_records as (
    select
        payments.payment_id is not null as is_known,
        records.payment_id,
        payments.person_id,
        coalesce(payments.division, files_of.file_division) as division,
        payments.scheme,
        payments.for_month,
        records.amount as bank_amount,
        coalesce(payments.payment_amount, 0) as agency_amount,
        records.result as bank_result,
        payments.result as agency_result,
        coalesce(records.reason, records.result) as item_kind,
        records.amount as item_amount,
        records.value_on as item_on
    from records
    inner join {{ ref('stg_bank__file') }} as files_of
        on records.source_file_id = files_of.file_id
    left join payments on records.payment_id = payments.payment_id
    where records.is_of_month
),

unconfirmed as (
    select
        true as is_known,
        payments.payment_id,
        payments.person_id,
        payments.division,
        payments.scheme,
        payments.for_month,
        0 as bank_amount,
        coalesce(payments.payment_amount, 0) as agency_amount,
        'unconfirmed' as bank_result,
        payments.result as agency_result,
        'unconfirmed' as item_kind,
        coalesce(payments.payment_amount, 0) as item_amount,
        cast(null as date) as item_on
    from payments
    cross join files
    left join reported on payments.payment_id = reported.payment_id
    where
        payments.is_paid
        and payments.channel = '1'
        and payments.booked_month = {{ this_month() }}
        and reported.payment_id is null
        and files.file_count > 0
),

movements as (
    {% for part in ['of_records', 'unconfirmed'] %}
    select
        is_known,
        payment_id,
        person_id,
        division,
        scheme,
        for_month,
        bank_amount,
        agency_amount,
        bank_result,
        agency_result,
        item_kind,
        item_amount,
        item_on,
        payment_id as item_reference,
        {{ as_of_day() }} - item_on as item_age
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        *,
        case
            when bank_result = 'unconfirmed' then 'unconfirmed'
            when not is_known then 'confirmed_unknown'
            when bank_amount <> agency_amount then 'amount_differs'
            when bank_result = 'paid' and agency_result = '1' then 'paid_confirmed'
            when bank_result = 'paid' and agency_result = '0' then 'paid_not_booked'
            when bank_result = 'paid' and agency_result = '2' then 'paid_reversed'
            when bank_result = 'returned' and agency_result = '2' then 'returned_reversed'
            else 'returned_open'
        end as status
    from movements
),

final as (
    select
        'payments_returned' as check_name,
        division,
        scheme,
        coalesce(person_id, payment_id) as subject,
        for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        'bank' as party_a,
        'agency' as party_b,
        cast(bank_amount as numeric(28, 2)) as amount_a,
        cast(agency_amount as numeric(28, 2)) as amount_b,
        cast(bank_amount - agency_amount as numeric(28, 2)) as difference,
        status,
        case when status = 'paid_confirmed' then '[]' else {{ single_item() }} end as items
    from judged
)

select * from final
