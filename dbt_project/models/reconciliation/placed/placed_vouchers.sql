-- Grain: one row per voucher in the month's tax files, where its money pools: at the fiscal
-- division of its row in the arrival review; none where the division or the account is missing.
with vouchers as (
    select
        *,
        -- Several vouchers of a number nobody has: their row stands at the smallest division.
        min(payer_division) over (
            partition by
                is_unknown_payer, is_late_fee, is_refund_without_original, subject, scheme,
                for_month
        ) as row_division
    from {{ ref('review_voucher_payers') }}
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
            when vouchers.is_unknown_payer and vouchers.is_refund_without_original
                then vouchers.payer_division
            when vouchers.is_unknown_payer then vouchers.row_division
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
        located.is_late_fee,
        located.is_refund_without_original,
        fiscal_divisions.fund,
        fiscal_divisions.fiscal_division,
        fiscal_divisions.account_no
    from located
    left join {{ ref('fiscal_divisions') }} as fiscal_divisions
        on
            located.division = fiscal_divisions.division
            and located.scheme = fiscal_divisions.scheme
)

select * from final
