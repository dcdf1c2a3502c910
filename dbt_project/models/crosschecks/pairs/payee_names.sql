-- Grain: one row per row of a bank's return file that says a payment was paid, to a payee whose
-- name is not spelled as its entitlement's account holder (AAE009); missing names included.
with bank as (
    select * from {{ ref('stg_bank__payment_return') }}
    where result = 'paid'
),

payments as (
    select * from {{ current_ledger('payments') }} as current_rows
),

entitlements as (
    select * from {{ current_ledger('entitlements') }} as current_rows
),

final as (
    select
        payments.row_key,
        payments.payment_id,
        payments.person_id,
        payments.entitlement_id,
        coalesce(payments.scheme, '') as scheme,                -- empty when it is no standard code
        payments.for_month,
        entitlements.division,
        entitlements.account_holder,
        bank.payee_name,
        bank.amount,                                                        -- yuan
        payments.source_file_id,
        payments.source_row,
        bank.source_file_id as bank_file_id,
        bank.source_row as bank_row
    from bank
    inner join payments on bank.payment_id = payments.payment_id
    inner join entitlements on payments.entitlement_id = entitlements.entitlement_id
    where
        bank.payee_name is null
        or entitlements.account_holder is null
        or bank.payee_name <> entitlements.account_holder
)

select * from final
