-- Grain: one row per voucher of an earlier month's files that a receipt belongs to, where its
-- money pools by the batch of this month: at the division of its row in the review of its own.
with vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
),

named as (
    select voucher_no
    from {{ ref('receipts') }}
    where voucher_no is not null
    union
    select voucher_no
    from {{ source('reconciliation_step', 'receipt_vouchers') }}
),

earlier as (
    select vouchers.*
    from vouchers
    inner join named on vouchers.voucher_no = named.voucher_no
    where vouchers.file_month < {{ this_month() }}
),

placed as (
    select
        *,
        payer_scheme as scheme,
        payer_month as for_month
    from {{ vouchers_with_originals('earlier', 'vouchers') }} as with_originals
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

shared_numbers as (
    select coalesce(persons.identity_number_18, persons.identity_number) as identity_key
    from persons
    inner join placed
        on coalesce(persons.identity_number_18, persons.identity_number) = placed.payer_key
    where placed.payer_kind = 'person'
    group by coalesce(persons.identity_number_18, persons.identity_number)
    having count(distinct persons.person_id) > 1
),

paying as (
    select
        contributions.person_id as payer_id,
        contributions.scheme,
        contributions.for_month,
        contributions.booked_month
    from {{ current_ledger('contributions') }} as contributions
    inner join persons on contributions.person_id = persons.person_id
    inner join shared_numbers
        on
            coalesce(persons.identity_number_18, persons.identity_number)
            = shared_numbers.identity_key
    where
        contributions.has_arrived
        and contributions.employer_id is null
    group by
        contributions.person_id, contributions.scheme, contributions.for_month,
        contributions.booked_month
),

final as (
    select
        vouchers.voucher_no,
        vouchers.scheme,
        vouchers.amount,                                        -- yuan
        vouchers.is_late_fee,
        case
            when vouchers.payer_id is null then 'unknown' else vouchers.payer_kind
        end as payer_kind,
        coalesce(vouchers.payer_id, vouchers.payer_number) as subject,
        fiscal_divisions.fund,
        fiscal_divisions.fiscal_division,
        fiscal_divisions.account_no
    from {{ vouchers_with_payers('placed', 'paying') }} as vouchers
    left join {{ ref('fiscal_divisions') }} as fiscal_divisions
        on
            case
                when vouchers.payer_id is null then vouchers.payer_division
                else vouchers.payers_division
            end = fiscal_divisions.division
            and vouchers.scheme = fiscal_divisions.scheme
)

select * from final
