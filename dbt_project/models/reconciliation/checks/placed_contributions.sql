-- Grain: one row per contribution booked in the month that is left out, counts in no statistic or
-- whose money pools nowhere; the others summed per scheme and place: by who pays them, and by the
-- division they count for in the statistics.
{{ config(materialized='ctas', pre_hook="{{ expect_cheap_gathering() }}") }}

with employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

located as (
    select
        booked.*,
        of_payer.fiscal_division,
        of_payer.fund,
        of_row.fiscal_division as statistics_division,
        of_row.fund as statistics_fund,
        (
            booked.left_out_reason is not null
            or not booked.counts_in_statistics
            or of_payer.fiscal_division is null
        ) as stands_alone
    from {{ booked_contributions() }} as booked
    left join employers
        on
            booked.payer_kind = 'employer'
            and booked.payer_id = employers.employer_id
    left join persons
        on
            booked.payer_kind = 'person'
            and booked.payer_id = persons.person_id
    left join {{ ref('fiscal_divisions') }} as of_payer
        on
            coalesce(employers.division, persons.division) = of_payer.division
            and booked.scheme = of_payer.scheme
    left join {{ ref('fiscal_divisions') }} as of_row
        on
            booked.division = of_row.division
            and booked.scheme = of_row.scheme
),

final as (
    select
        kind,
        reference,
        scheme,
        cast(received_amount as numeric(28, 2)) as received_amount,     -- yuan
        arrived_on,
        counts_in_statistics,
        fiscal_division,
        fund,
        statistics_division,
        statistics_fund,
        left_out_reason,
        1 as contribution_count,
        source_file_id,
        source_row
    from located
    where stands_alone
    union all
    select
        null as kind,
        null as reference,
        scheme,
        cast(sum(received_amount) as numeric(28, 2)) as received_amount,
        null as arrived_on,
        counts_in_statistics,
        fiscal_division,
        fund,
        statistics_division,
        statistics_fund,
        null as left_out_reason,
        count(*) as contribution_count,
        null as source_file_id,
        null as source_row
    from located
    where not stands_alone
    group by
        scheme, counts_in_statistics, fiscal_division, fund, statistics_division, statistics_fund
)

select * from final
