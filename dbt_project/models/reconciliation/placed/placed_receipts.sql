-- Grain: one row per receipt of the treasury, with the voucher it belongs to and where its money
-- pools: where its voucher's does, else at its own division.
with receipts as (
    select * from {{ ref('receipts') }}
),

vouchers as (
    {% for relation, is_of_month in [('placed_vouchers', true), ('earlier_vouchers', false)] %}
    select
        voucher_no,
        scheme,
        amount,
        is_late_fee,
        fund,
        fiscal_division,
        account_no,
        {{ is_of_month | lower }} as is_of_month
    from {{ ref(relation) }}
    {% if is_of_month %}
    where
        scheme is not null
        and amount is not null
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

named as (
    select
        receipt_no,
        voucher_no
    from receipts
    where voucher_no is not null
    union all
    select
        receipt_no,
        voucher_no
    from {{ source('reconciliation_step', 'receipt_vouchers') }}
),

final as (
    select
        receipts.receipt_no,
        vouchers.voucher_no,
        coalesce(vouchers.is_of_month, false) as is_of_months_voucher,
        vouchers.amount as voucher_amount,                      -- yuan
        receipts.scheme,
        receipts.division,
        receipts.amount,                                        -- yuan
        receipts.received_on,
        receipts.transferred_on,
        coalesce(vouchers.is_late_fee, false) as is_late_fee,
        coalesce(vouchers.scheme, receipts.scheme) as fund_scheme,
        case when vouchers.voucher_no is null then own.fund else vouchers.fund end as fund,
        case
            when vouchers.voucher_no is null then own.fiscal_division
            else vouchers.fiscal_division
        end as fiscal_division,
        case
            when vouchers.voucher_no is null then own.account_no else vouchers.account_no
        end as account_no
    from receipts
    left join named on receipts.receipt_no = named.receipt_no
    left join vouchers on named.voucher_no = vouchers.voucher_no
    left join {{ ref('fiscal_divisions') }} as own
        on
            receipts.division = own.division
            and receipts.scheme = own.scheme
)

select * from final
