-- Grain: one row per receipt of the treasury, with the voucher it belongs to and where its money
-- pools.
with receipts as (
    select * from {{ ref('receipts') }}
),

vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

named as (
    select
        receipts.receipt_no,
        vouchers.voucher_no
    from receipts
    inner join vouchers on receipts.voucher_no = vouchers.voucher_no
    union all
    select
        receipt_no,
        voucher_no
    from {{ source('reconciliation_step', 'receipt_vouchers') }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select
        *,
        coalesce(identity_number_18, identity_number) as identity_key
    from {{ current_ledger('persons') }} as current_rows
),

-- A voucher stands at the division of who pays it; of several with one number the nearest, then
-- the smallest.
payers as (
    select
        named.receipt_no,
        employers.division,
        row_number() over (
            partition by named.receipt_no
            order by
                case when employers.division = vouchers.division then 0 else 1 end,
                {{ by_code_point('employers.employer_id') }}
        ) as place
    from named
    inner join vouchers on named.voucher_no = vouchers.voucher_no
    inner join employers on vouchers.taxpayer_no = employers.tax_number
    where vouchers.kind <> 'flexible'
    union all
    select
        named.receipt_no,
        persons.division,
        row_number() over (
            partition by named.receipt_no order by {{ by_code_point('persons.person_id') }}
        ) as place
    from named
    inner join vouchers on named.voucher_no = vouchers.voucher_no
    inner join persons on vouchers.identity_key = persons.identity_key
    where vouchers.kind = 'flexible'
),

located as (
    select
        receipts.*,
        vouchers.voucher_no as paid_voucher_no,
        coalesce(vouchers.scheme, receipts.scheme) as fund_scheme,
        coalesce(payers.division, vouchers.division, receipts.division) as payer_division
    from receipts
    left join named on receipts.receipt_no = named.receipt_no
    left join vouchers on named.voucher_no = vouchers.voucher_no
    left join payers
        on
            receipts.receipt_no = payers.receipt_no
            and payers.place = 1
),

final as (
    select
        located.receipt_no,
        located.paid_voucher_no as voucher_no,
        located.scheme,
        located.division,
        located.amount,                                         -- yuan
        located.received_on,
        located.transferred_on,
        located.fund_scheme,
        fiscal_divisions.fund,
        fiscal_divisions.fiscal_division,
        fiscal_divisions.account_no
    from located
    left join {{ ref('fiscal_divisions') }} as fiscal_divisions
        on
            located.payer_division = fiscal_divisions.division
            and located.fund_scheme = fiscal_divisions.scheme
)

select * from final
