-- Grain: one row per month and reference of an item between the four parties: who paid.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

vouchers as (
    select
        voucher_no,
        payer_kind,
        subject
    from {{ ref('placed_vouchers') }}
    union all
    select
        voucher_no,
        payer_kind,
        subject
    from {{ ref('earlier_vouchers') }}
),

wanted as (
    select item_reference as reference
    from {{ ref('treasury_items') }}
    where item_reference is not null
    union
    select voucher_no as reference
    from {{ ref('placed_vouchers') }}
    where
        is_refund_without_original
        and scheme is not null
        and amount is not null
),

-- A reference is a voucher's number, or that of a receipt whose voucher is known.
of_vouchers as (
    select
        wanted.reference,
        vouchers.voucher_no
    from wanted
    inner join vouchers on wanted.reference = vouchers.voucher_no
    union
    select
        wanted.reference,
        receipts.voucher_no
    from wanted
    inner join {{ ref('placed_receipts') }} as receipts on wanted.reference = receipts.receipt_no
    where receipts.voucher_no is not null
),

payers as (
    select
        of_vouchers.reference,
        vouchers.payer_kind,
        vouchers.subject as payer_id
    from of_vouchers
    inner join vouchers on of_vouchers.voucher_no = vouchers.voucher_no
    union
    select
        subject || '/' || for_month as reference,
        payer_kind,
        subject as payer_id
    from {{ ref('arrival_review') }}
    where status <> 'matched'
),

-- A reference that means several: an employer before a person before a number nobody has.
ranked as (
    select
        *,
        row_number() over (
            partition by reference
            order by payer_kind, {{ by_code_point('payer_id') }}
        ) as place
    from payers
),

final as (
    select
        {{ this_month() }} as month,
        ranked.reference,
        ranked.payer_kind,
        ranked.payer_id,
        coalesce(employers.employer_name, persons.person_name) as payer_name
    from ranked
    left join employers
        on
            ranked.payer_kind = 'employer'
            and ranked.payer_id = employers.employer_id
    left join persons
        on
            ranked.payer_kind = 'person'
            and ranked.payer_id = persons.person_id
    where ranked.place = 1
)

select * from final
