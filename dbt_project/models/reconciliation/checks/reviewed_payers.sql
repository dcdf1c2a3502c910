-- Grain: one row per payer, scheme and month paid for; the late fees of each in a row of their own.
with review as (
    select * from {{ ref('arrival_review') }}
),

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

final as (
    select
        'arrival_review' as check_name,
        case
            when review.payer_kind = 'employer' then employers.division
            when review.payer_kind = 'person' then persons.division
            else review.voucher_division
        end as division,
        review.scheme,
        review.subject,
        review.for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        'tax' as party_a,
        'agency' as party_b,
        cast(review.tax_amount as numeric(28, 2)) as amount_a,
        cast(review.agency_amount as numeric(28, 2)) as amount_b,
        cast(review.tax_amount - review.agency_amount as numeric(28, 2)) as difference,
        review.status,
        review.first_moved_on,
        review.last_moved_on,
        review.items
    from review
    left join employers
        on
            review.payer_kind = 'employer'
            and review.subject = employers.employer_id
    left join persons
        on
            review.payer_kind = 'person'
            and review.subject = persons.person_id
)

select * from final
