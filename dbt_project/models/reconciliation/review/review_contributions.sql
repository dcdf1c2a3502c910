-- Grain: one row per contribution booked in the month as arrived (AC43, AB07), with who pays it.
{{ config(pre_hook="{{ expect_cheap_gathering() }}") }}

with contributions as (
    select * from {{ current_ledger('contributions') }} as current_rows
    where
        booked_month = {{ this_month() }}
        and has_arrived
),

unit_contributions as (
    select * from {{ current_ledger('unit_contributions') }} as current_rows
    where
        booked_month = {{ this_month() }}
        and has_arrived
),

booked as (
    select
        'contribution' as kind,
        contributions.contribution_id as reference,
        case when contributions.employer_id is null then 'person' else 'employer' end as payer_kind,
        coalesce(contributions.employer_id, contributions.person_id) as payer_id,
        contributions.employer_id is null
        and coalesce(contributions.orphan_reason = 'unknown_person', false) as is_of_nobody,
        contributions.scheme,
        contributions.for_month,
        contributions.received_amount,
        contributions.arrived_on,
        contributions.division,
        contributions.kind in ('10', '31', '32')
        or contributions.for_month <> contributions.booked_month as is_of_statistics,
        contributions.source_file_id,
        contributions.source_row
    from contributions
    union all
    select
        'unit_contribution' as kind,
        employer_id || '/' || scheme || '/' || for_month as reference,
        'employer' as payer_kind,
        employer_id as payer_id,
        employer_id is null as is_of_nobody,
        scheme,
        for_month,
        received_amount,
        arrived_on,
        division,
        true as is_of_statistics,
        source_file_id,
        source_row
    from unit_contributions
),

final as (
    select
        kind,
        reference,
        payer_kind,
        payer_id,
        scheme,
        for_month,
        cast(coalesce(received_amount, 0) as numeric(28, 2)) as received_amount,    -- yuan
        arrived_on,
        division,
        -- The indicator contributions_received leaves out orphans and unreal months.
        coalesce(
            division is not null and for_month is not null and is_of_statistics, false
        ) as counts_in_statistics,
        case
            when for_month is null then 'unreal_month'
            when scheme is null then 'unknown_scheme'
            when is_of_nobody then 'unknown_person'
        end as left_out_reason,
        source_file_id,
        source_row
    from booked
)

select * from final
