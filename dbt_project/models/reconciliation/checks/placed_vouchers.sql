-- Grain: one row per voucher in the month's tax files, where its money pools: at the fiscal
-- division of its row in the arrival review.
with vouchers as (
    select * from {{ ref('review_voucher_payers') }}
    where
        scheme is not null
        and amount is not null
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

located as (
    select
        vouchers.*,
        case
            when vouchers.is_unknown_payer then vouchers.payer_division
            when vouchers.payer_kind = 'employer' then employers.division
            else persons.division
        end as division
    from vouchers
    left join employers
        on
            vouchers.payer_kind = 'employer'
            and vouchers.payer_id = employers.employer_id
    left join persons
        on
            vouchers.payer_kind = 'person'
            and vouchers.payer_id = persons.person_id
),

final as (
    select
        located.voucher_no,
        located.scheme,
        located.amount,                                         -- yuan
        located.collected_on,
        located.is_refund_without_original,
        fiscal_divisions.fund,
        fiscal_divisions.fiscal_division
    from located
    inner join {{ ref('fiscal_divisions') }} as fiscal_divisions
        on
            located.division = fiscal_divisions.division
            and located.scheme = fiscal_divisions.scheme
)

select * from final
