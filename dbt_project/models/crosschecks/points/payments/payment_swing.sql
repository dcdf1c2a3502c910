-- Grain: one row per person and scheme whose regular pension went up or down by more than 30 % from
-- one month to the next, in the last twelve.
with pensions as (
    select
        paid.row_key,
        paid.person_id,
        entitlements.scheme,
        paid.entitlement_id,
        paid.for_month,
        paid.payment_amount,
        paid.division,
        paid.source_file_id,
        paid.source_row
    from {{ ref('paid_payments') }} as paid
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on paid.entitlement_id = entitlements.entitlement_id
    where
        paid.kind in ('01', '02', '03')
        and entitlements.scheme in ('110', '120', '170')
        and paid.booked_month = paid.for_month
        and paid.for_month between {{ month_plus(-12) }} and {{ this_month() }}
),

by_month as (
    select
        person_id,
        scheme,
        for_month,
        sum(payment_amount) as month_amount
    from pensions
    group by person_id, scheme, for_month
),

followed as (
    select
        *,
        lag(for_month) over (partition by person_id, scheme order by for_month) as former_month,
        lag(month_amount) over (partition by person_id, scheme order by for_month) as former_amount
    from by_month
),

-- Months in which an adjustment (item 103) of an entitlement paid in them or before begins.
adjusted as (
    select
        pensions.person_id,
        pensions.scheme,
        items.from_month
    from pensions
    inner join {{ checked_ledger('entitlement_items') }} as items
        on
            pensions.entitlement_id = items.entitlement_id
            and {{ month_number('items.from_month') }} - {{ month_number('pensions.for_month') }}
            in (0, 1)
    where items.item = '103'
    group by pensions.person_id, pensions.scheme, items.from_month
),

swings as (
    select
        followed.person_id,
        followed.scheme,
        followed.for_month,
        followed.former_month,
        followed.month_amount - followed.former_amount as change_amount
    from followed
    left join adjusted
        on
            followed.person_id = adjusted.person_id
            and followed.scheme = adjusted.scheme
            and followed.for_month = adjusted.from_month
    where
        {{ month_number('followed.for_month') }} - {{ month_number('followed.former_month') }} = 1
        and followed.month_amount > 0
        and followed.former_amount > 0
        and abs(followed.month_amount - followed.former_amount) > 0.30 * followed.former_amount
        and adjusted.person_id is null
),

-- The change of a month stands with one of its payments; the division is the payment's.
ranked as (
    select
        pensions.*,
        swings.change_amount,
        row_number() over (
            partition by pensions.person_id, pensions.scheme, pensions.for_month
            order by {{ by_code_point('pensions.row_key') }} desc
        ) as place
    from pensions
    inner join swings
        on
            pensions.person_id = swings.person_id
            and pensions.scheme = swings.scheme
            and pensions.for_month = swings.for_month
),

wrongs as (
    select
        *,
        abs(change_amount) as amount
    from ranked
    where place = 1
),

concerned as (
    select
        pensions.person_id,
        pensions.scheme,
        pensions.entitlement_id,
        pensions.row_key,
        pensions.source_file_id,
        pensions.source_row
    from pensions
    inner join swings
        on
            pensions.person_id = swings.person_id
            and pensions.scheme = swings.scheme
            and pensions.for_month in (swings.for_month, swings.former_month)
    group by
        pensions.person_id,
        pensions.scheme,
        pensions.entitlement_id,
        pensions.row_key,
        pensions.source_file_id,
        pensions.source_row
),

evidence_rows as (
    {{ payment_evidence('concerned') }}
    union all
    {{ ledger_evidence('AC61', 'entitlement_items', 'entitlement_id', 'concerned') }}
),

final as (
    select * from {{ points_of('payment_swing') }} as points
)

select * from final
