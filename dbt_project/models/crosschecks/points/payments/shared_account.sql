-- Grain: one row per account paid for four person ids or more in one booked month, but for months
-- in which the site lists it.
with paid as (
    select * from {{ ref('paid_payments') }}
    where
        account_no is not null
        and person_id is not null
        and booked_month <= {{ this_month() }}
),

shared as (
    select
        paid.account_no,
        paid.booked_month
    from paid
    left join {{ ref('stg_site__account_whitelist') }} as listed
        on
            paid.account_no = listed.account_no
            and (listed.valid_from is null or paid.booked_month >= listed.valid_from)
            and (listed.valid_to is null or paid.booked_month <= listed.valid_to)
    where listed.account_no is null
    group by paid.account_no, paid.booked_month
    having count(distinct paid.person_id) >= 4
),

accounts as (
    select account_no
    from shared
    group by account_no
),

-- The division is that of the account's last payment, whether shared in that month or not.
payments as (
    select
        paid.*,
        first_value(paid.division) over (
            partition by paid.account_no
            order by paid.booked_month desc, {{ by_code_point('paid.row_key') }} desc
        ) as last_division
    from paid
    inner join accounts on paid.account_no = accounts.account_no
),

wrongs as (
    select
        payments.account_no as person_id,
        '' as scheme,
        payments.last_division as division,
        payments.entitlement_id,
        payments.booked_month as for_month,
        payments.payment_amount as amount,
        payments.row_key,
        payments.source_file_id,
        payments.source_row
    from payments
    inner join shared
        on
            payments.account_no = shared.account_no
            and payments.booked_month = shared.booked_month
),

evidence_rows as (
    {{ payment_evidence() }}
),

final as (
    select * from {{ points_of('shared_account') }} as points
)

select * from final
