-- Grain: one row per payment (AC82) of the batch of the month that came back: its own result says
-- so, or a return file of a bank does.
with payments as (
    select * from {{ checked_ledger('payments') }} as current_rows
),

bank_returns as (
    select * from {{ ref('bank_returns') }}
),

final as (
    select
        payments.row_key,
        payments.payment_id,
        payments.person_id,
        payments.entitlement_id,
        coalesce(payments.scheme, '') as scheme,                -- empty when it is no standard code
        payments.kind,
        payments.booked_month,
        payments.for_month,
        payments.account_no,
        payments.return_reason,
        case
            when payments.orphan_reason = 'unknown_person' then entitlements.division
            else payments.division
        end as division,
        payments.payment_amount,                                            -- yuan
        bank_returns.payment_id is not null as is_bank_returned,
        payments.source_file_id,
        payments.source_row
    from payments
    left join bank_returns on payments.payment_id = bank_returns.payment_id
    left join {{ checked_ledger('entitlements') }} as entitlements
        on
            payments.entitlement_id = entitlements.entitlement_id
            and payments.orphan_reason = 'unknown_person'
    where
        payments.result = '2'
        or bank_returns.payment_id is not null
)

select * from final
