-- Grain: one row per receipt that the treasury passed on late, or not in the month it received it.
with receipts as (
    select
        receipts.*,
        credited.last_booked_on,
        coalesce(credited.credited_amount, 0) as credited_amount,
        coalesce(credited.account_no, receipts.account_no) as fiscal_account_no
    from {{ ref('placed_receipts') }} as receipts
    left join {{ ref('credited_receipts') }} as credited
        on receipts.receipt_no = credited.receipt_no
),

-- A receipt stands in every month from the one it was received in to the one it was credited in.
of_month as (
    select receipts.*
    from receipts
    inner join {{ ref('bank_balances') }} as statements
        on receipts.fiscal_account_no = statements.account_no
    where
        receipts.amount > 0
        and coalesce(
            {{ month_of('receipts.last_booked_on') }}, {{ this_month() }}
        ) = {{ this_month() }}
),

counted as (
    select
        of_month.*,
        credited.working_count - received.working_count as working_days,
        credited.unknown_count - received.unknown_count as unknown_days
    from of_month
    inner join {{ ref('working_day_counts') }} as received
        on of_month.received_on = received.day
    inner join {{ ref('working_day_counts') }} as credited
        on coalesce(of_month.last_booked_on, {{ as_of_day() }}) = credited.day
),

judged as (
    select
        *,
        working_days > {{ working_days_in_time() }} as is_late,
        coalesce(
            {{ month_of('last_booked_on') }}, ''
        ) <> {{ month_of('received_on') }} as is_next_month,
        'receipt' as item_kind,
        amount as item_amount,
        received_on as item_on,
        receipt_no as item_reference,
        working_days as item_age
    from counted
    where unknown_days = 0
),

final as (
    select
        'treasury_delay' as check_name,
        division,
        scheme,
        receipt_no as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        fiscal_account_no as account_no,
        'treasury' as party_a,
        'fiscal_account' as party_b,
        cast(amount as numeric(28, 2)) as amount_a,
        cast(credited_amount as numeric(28, 2)) as amount_b,
        cast(amount - credited_amount as numeric(28, 2)) as difference,
        case
            when is_late and is_next_month then 'late_next_month'
            when is_late then 'late'
            else 'next_month'
        end as status,
        {{ single_item() }} as items
    from judged
    where
        is_late
        or is_next_month
)

select * from final
