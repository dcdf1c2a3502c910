-- Grain: one row per contribution reviewed, where its money pools: by who pays it, and by the
-- division it counts for in the statistics.
with employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

final as (
    select
        review.kind,
        review.reference,
        review.scheme,
        review.received_amount,                                 -- yuan
        review.arrived_on,
        review.counts_in_statistics,
        of_payer.fiscal_division,
        of_payer.fund,
        of_row.fiscal_division as statistics_division,
        of_row.fund as statistics_fund,
        review.source_file_id,
        review.source_row
    from {{ ref('review_contributions') }} as review
    left join employers
        on
            review.payer_kind = 'employer'
            and review.payer_id = employers.employer_id
    left join persons
        on
            review.payer_kind = 'person'
            and review.payer_id = persons.person_id
    left join {{ ref('fiscal_divisions') }} as of_payer
        on
            coalesce(employers.division, persons.division) = of_payer.division
            and review.scheme = of_payer.scheme
    left join {{ ref('fiscal_divisions') }} as of_row
        on
            review.division = of_row.division
            and review.scheme = of_row.scheme
    where review.left_out_reason is null
)

select * from final
