-- Grain: one row per division, scheme, kind of benefit and measure of payments; yuan.
{{ skip_if_unchanged() }}

with totals as (
    select
        division,
        scheme,
        {{ benefit_kind('kind') }} as kind,
        booked_month,
        is_paid,
        channel,
        sum(payment_amount) as amount
    from {{ current_ledger('payments') }} as payments
    where
        result in ('0', '1', '2') -- pending, paid, returned
        and booked_month between {{ first_month_of_year() }} and {{ this_month() }}
        and for_month is not null
        and scheme is not null
        and division is not null
    group by division, scheme, {{ benefit_kind('kind') }}, booked_month, is_paid, channel
),

measured as (
    select
        'benefits_payable' as measure,
        division,
        scheme,
        kind,
        booked_month,
        amount
    from totals
    union all
    select
        'benefits_paid' as measure,
        division,
        scheme,
        kind,
        booked_month,
        amount
    from totals
    where is_paid
    union all
    select
        'benefits_paid_socialised' as measure,
        division,
        scheme,
        kind,
        booked_month,
        amount
    from totals
    where is_paid and channel in ('1', '2') -- bank, post
),

added as (
    select
        division,
        scheme,
        kind,
        measure,
        sum(case when booked_month = {{ this_month() }} then amount else 0 end) as month_amount,
        sum(amount) as ytd_amount
    from measured
    group by division, scheme, kind, measure
),

final as (
    select
        division,
        scheme,
        kind,
        measure,
        cast(coalesce(month_amount, 0) as numeric(28, 2)) as month_amount,
        cast(coalesce(ytd_amount, 0) as numeric(28, 2)) as ytd_amount
    from added
)

select * from final
