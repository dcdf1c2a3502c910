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
    select
        *,
        coalesce(identity_number_18, identity_number) as identity_key
    from {{ current_ledger('persons') }} as current_rows
),

vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

wanted as (
    select item_reference as reference
    from {{ ref('treasury_items') }}
    where item_reference is not null
    union
    select voucher_no as reference
    from {{ ref('placed_vouchers') }}
    where is_refund_without_original
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
        'employer' as payer_kind,
        employers.employer_id as payer_id,
        employers.employer_name as payer_name,
        case when employers.division = vouchers.division then 0 else 1 end as preference
    from of_vouchers
    inner join vouchers on of_vouchers.voucher_no = vouchers.voucher_no
    inner join employers on vouchers.taxpayer_no = employers.tax_number
    union all
    select
        of_vouchers.reference,
        'person' as payer_kind,
        persons.person_id as payer_id,
        persons.person_name as payer_name,
        2 as preference
    from of_vouchers
    inner join vouchers on of_vouchers.voucher_no = vouchers.voucher_no
    inner join persons on vouchers.identity_key = persons.identity_key
    union all
    select
        of_vouchers.reference,
        'unknown' as payer_kind,
        coalesce(vouchers.taxpayer_no, vouchers.person_id_number) as payer_id,
        cast(null as {{ dbt.type_string() }}) as payer_name,
        3 as preference
    from of_vouchers
    inner join vouchers on of_vouchers.voucher_no = vouchers.voucher_no
    union all
    select
        review.subject || '/' || review.for_month as reference,
        review.payer_kind,
        review.subject as payer_id,
        case
            when review.payer_kind = 'employer' then employers.employer_name
            when review.payer_kind = 'person' then persons.person_name
        end as payer_name,
        0 as preference
    from {{ ref('arrival_review') }} as review
    left join employers on review.subject = employers.employer_id
    left join persons on review.subject = persons.person_id
    where review.status <> 'matched'
),

ranked as (
    select
        *,
        row_number() over (
            partition by reference
            order by preference, {{ by_code_point('payer_id') }}, payer_kind
        ) as place
    from payers
),

final as (
    select
        {{ this_month() }} as month,
        reference,
        payer_kind,
        payer_id,
        payer_name
    from ranked
    where place = 1
)

select * from final
