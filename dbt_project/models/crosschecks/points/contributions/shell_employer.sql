-- Grain: one row per employer and scheme with many new enrolments at the floor, no premium
-- collected by the tax bureau, and benefits claimed soon after.
with windows as (
    select * from {{ ref('shell_windows') }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

contributions as (
    select * from {{ checked_ledger('contributions') }} as current_rows
    where coalesce(kind, '') <> '32'
),

enrolments as (
    select * from {{ checked_ledger('enrolments') }} as current_rows
),

members as (
    select
        employer_id,
        scheme,
        window_from,
        window_to,
        person_id
    from windows
    group by employer_id, scheme, window_from, window_to, person_id
),

-- What the new ones contributed there in the three months, against the floor of the month, or of
-- the year before while this year's was not yet published.
rows_there as (
    select
        members.employer_id,
        members.scheme,
        members.window_from,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row,
        coalesce(
            abs(contributions.base_amount - limits.floor_amount) <= 0.01
            or (
                not limits.is_published
                and abs(contributions.base_amount - limits.last_floor_amount) <= 0.01
            ),
            false
        ) as is_at_floor
    from members
    inner join contributions
        on
            members.employer_id = contributions.employer_id
            and members.scheme = contributions.scheme
            and members.person_id = contributions.person_id
            and members.window_from <= contributions.for_month
            and members.window_to >= contributions.for_month
    left join enrolments
        on
            contributions.division is null
            and contributions.enrolment_id = enrolments.enrolment_id
    left join {{ ref('limits_in_force') }} as limits
        on
            coalesce(contributions.division, enrolments.division, '') = limits.division
            and contributions.scheme = limits.scheme
            and coalesce(contributions.enrolment_identity, '') = limits.identity
            and contributions.for_month = limits.for_month
),

above_floor as (
    select
        employer_id,
        scheme,
        window_from
    from rows_there
    where not is_at_floor
    group by employer_id, scheme, window_from
),

collected as (
    select
        members.employer_id,
        members.scheme,
        members.window_from
    from members
    inner join employers on members.employer_id = employers.employer_id
    inner join {{ ref('stg_tax__voucher') }} as vouchers
        on
            employers.tax_number = vouchers.taxpayer_no
            and members.scheme = vouchers.scheme
            and members.window_to >= vouchers.from_month
            and members.window_from <= vouchers.to_month
    where vouchers.kind in ('employer', 'employee')
    group by members.employer_id, members.scheme, members.window_from
),

-- The first such three months.
shells as (
    select
        members.employer_id,
        members.scheme,
        min(members.window_from) as window_from
    from members
    left join above_floor
        on
            members.employer_id = above_floor.employer_id
            and members.scheme = above_floor.scheme
            and members.window_from = above_floor.window_from
    left join collected
        on
            members.employer_id = collected.employer_id
            and members.scheme = collected.scheme
            and members.window_from = collected.window_from
    where
        above_floor.employer_id is null
        and collected.employer_id is null
    group by members.employer_id, members.scheme
),

new_enrolments as (
    select windows.*
    from windows
    inner join shells
        on
            windows.employer_id = shells.employer_id
            and windows.scheme = shells.scheme
            and windows.window_from = shells.window_from
),

claimed as (
    select
        new_enrolments.employer_id,
        new_enrolments.scheme,
        entitlements.entitlement_id,
        entitlements.source_file_id,
        entitlements.source_row
    from new_enrolments
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on new_enrolments.person_id = entitlements.person_id
    where
        entitlements.first_month <= {{ this_month() }}
        and {{ month_number('entitlements.first_month') }}
        - {{ month_number('new_enrolments.began_month') }} between 0 and 6
    group by
        new_enrolments.employer_id,
        new_enrolments.scheme,
        entitlements.entitlement_id,
        entitlements.source_file_id,
        entitlements.source_row
),

payments as (
    select
        claimed.employer_id,
        claimed.scheme,
        payments.payment_amount,
        payments.row_key,
        payments.source_file_id,
        payments.source_row
    from claimed
    inner join {{ ref('paid_payments') }} as payments
        on claimed.entitlement_id = payments.entitlement_id
    where payments.for_month <= {{ this_month() }}
),

amounts as (
    select
        employer_id,
        scheme,
        sum(payment_amount) as amount
    from payments
    group by employer_id, scheme
),

wrongs as (
    select
        new_enrolments.scheme,
        new_enrolments.employer_id as person_id,
        'A' as match_class,
        employers.division,
        min(new_enrolments.began_month) as first_month,
        max(new_enrolments.began_month) as last_month,
        count(distinct new_enrolments.began_month) as month_count,
        max(amounts.amount) as amount
    from new_enrolments
    left join employers on new_enrolments.employer_id = employers.employer_id
    left join amounts
        on
            new_enrolments.employer_id = amounts.employer_id
            and new_enrolments.scheme = amounts.scheme
    group by new_enrolments.scheme, new_enrolments.employer_id, employers.division
),

evidence_rows as (
    select
        scheme,
        employer_id as person_id,
        'AC02' as landed_table,
        enrolment_id as row_key,
        source_file_id,
        source_row
    from new_enrolments
    union all
    select
        rows_there.scheme,
        rows_there.employer_id as person_id,
        'AC43' as landed_table,
        rows_there.row_key,
        rows_there.source_file_id,
        rows_there.source_row
    from rows_there
    inner join shells
        on
            rows_there.employer_id = shells.employer_id
            and rows_there.scheme = shells.scheme
            and rows_there.window_from = shells.window_from
    union all
    select
        scheme,
        employer_id as person_id,
        'AC60' as landed_table,
        entitlement_id as row_key,
        source_file_id,
        source_row
    from claimed
    union all
    select
        scheme,
        employer_id as person_id,
        'AC82' as landed_table,
        row_key,
        source_file_id,
        source_row
    from payments
),

{{ points('shell_employer', keys=person_keys()) }}

select * from final
