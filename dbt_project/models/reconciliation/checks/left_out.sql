-- Grain: one row per month, check and landed row that the check leaves out, and why.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with files as (
    select count(*) as file_count
    from {{ ref('stg_tax__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'tax-voucher-csv/1'
),

vouchers as (
    select * from {{ ref('placed_vouchers') }}
),

contributions as (
    select placed.*
    from {{ ref('placed_contributions') }} as placed
    cross join files
    where files.file_count > 0
),

receipts as (
    select
        receipts.*,
        placed.fiscal_division,
        coalesce(credited.account_no, placed.account_no) as fiscal_account_no,
        credited.last_booked_on
    from {{ ref('receipts') }} as receipts
    inner join {{ ref('placed_receipts') }} as placed on receipts.receipt_no = placed.receipt_no
    left join {{ ref('credited_receipts') }} as credited
        on receipts.receipt_no = credited.receipt_no
    where
        {{ month_of('receipts.received_on') }} = {{ this_month() }}
        or coalesce(
            {{ month_of('credited.last_booked_on') }}, {{ this_month() }}
        ) = {{ this_month() }}
),

delays as (
    select
        receipts.*,
        statements.account_no is not null as has_statement,
        last_days.unknown_count - first_days.unknown_count as unknown_days
    from receipts
    left join {{ ref('bank_balances') }} as statements
        on receipts.fiscal_account_no = statements.account_no
    left join {{ ref('working_day_counts') }} as first_days
        on receipts.received_on = first_days.day
    left join {{ ref('working_day_counts') }} as last_days
        on coalesce(receipts.last_booked_on, {{ as_of_day() }}) = last_days.day
    where
        coalesce(
            {{ month_of('receipts.last_booked_on') }}, {{ this_month() }}
        ) = {{ this_month() }}
),

rows_left_out as (
    select
        'arrival_review' as check_name,
        left_out_reason as reason,
        voucher_no as reference,
        source_file_id,
        source_row
    from vouchers
    where left_out_reason is not null
    union all
    select
        'arrival_review' as check_name,
        left_out_reason as reason,
        reference,
        source_file_id,
        source_row
    from contributions
    where left_out_reason is not null
    union all
    select
        'four_way' as check_name,
        'no_fiscal_account' as reason,
        voucher_no as reference,
        source_file_id,
        source_row
    from vouchers
    where fiscal_division is null
    union all
    select
        'four_way' as check_name,
        'no_fiscal_account' as reason,
        reference,
        source_file_id,
        source_row
    from contributions
    where
        left_out_reason is null
        and fiscal_division is null
    union all
    select
        'four_way' as check_name,
        'no_fiscal_account' as reason,
        receipt_no as reference,
        source_file_id,
        source_row
    from receipts
    where
        fiscal_division is null
        and {{ month_of('received_on') }} = {{ this_month() }}
    union all
    select
        'four_way' as check_name,
        'no_number_scheme_or_amount' as reason,
        receipt_no as reference,
        source_file_id,
        source_row
    from {{ ref('stg_tax__treasury_receipt') }}
    where
        {{ month_of('received_on') }} = {{ this_month() }}
        and (receipt_no is null or scheme is null or amount is null)
    union all
    select
        'treasury_delay' as check_name,
        case
            when amount <= 0 then 'not_positive'
            when fiscal_account_no is null then 'no_fiscal_account'
            when not has_statement then 'no_statement'
            else 'year_unknown_to_the_calendar'
        end as reason,
        receipt_no as reference,
        source_file_id,
        source_row
    from delays
    where
        amount <= 0
        or not has_statement
        or coalesce(unknown_days, 1) <> 0
    union all
    select
        'fund_identity' as check_name,
        'no_fiscal_account' as reason,
        account_no as reference,
        null as source_file_id,
        null as source_row
    from {{ ref('fund_accounts') }}
    where fiscal_division is null
),

final as (
    select
        {{ this_month() }} as month,
        check_name,
        reason,
        reference,
        source_file_id,
        cast(source_row as bigint) as source_row
    from rows_left_out
)

select * from final
