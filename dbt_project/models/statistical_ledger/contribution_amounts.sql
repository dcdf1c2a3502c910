-- Grain: one row per division, scheme and measure of contributions; yuan, or rows.
with totals as (
    select
        *,
        kind = '10' as is_regular,
        kind in ('31', '32') or for_month < booked_month as is_back
    from {{ ref('contribution_totals') }}
    where
        division is not null
        and booked_month is not null
        and for_month is not null
),

measured as (
    select
        'contributions_due' as measure,
        division,
        scheme,
        for_month as flow_month,
        due_amount as amount
    from totals
    where is_regular
    union all
    select
        'contributions_received_current' as measure,
        division,
        scheme,
        booked_month as flow_month,
        received_amount as amount
    from totals
    where is_regular and for_month = booked_month
    union all
    select
        'contributions_received_back' as measure,
        division,
        scheme,
        booked_month as flow_month,
        received_amount as amount
    from totals
    where is_back
    union all
    select
        'contributions_received_advance' as measure,
        division,
        scheme,
        booked_month as flow_month,
        received_amount as amount
    from totals
    where for_month > booked_month and not is_back
    union all
    select
        'arrears_cleared' as measure,
        division,
        scheme,
        booked_month as flow_month,
        received_amount as amount
    from totals
    where is_back and is_regular and is_employee
    union all
    select
        'contribution_base' as measure,
        division,
        scheme,
        for_month as flow_month,
        base_amount as amount
    from totals
    where is_regular and ledger = 'contributions'
    union all
    select
        'contribution_rows' as measure,
        division,
        scheme,
        for_month as flow_month,
        row_count as amount
    from totals
    where is_regular and ledger = 'contributions'
),

final as (
    select
        division,
        scheme,
        measure,
        cast(
            sum(case when flow_month = {{ this_month() }} then amount else 0 end) as numeric(28, 2)
        ) as month_amount,
        cast(sum(amount) as numeric(28, 2)) as ytd_amount
    from measured
    where flow_month between {{ first_month_of_year() }} and {{ this_month() }}
    group by division, scheme, measure
)

select * from final
