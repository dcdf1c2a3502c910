-- The items of each row add up to its difference, to the cent. Two rows may differ by the same
-- amount: each is judged by itself. In the arrival review and among the rules of accounts items
-- are what each side states, in its own sign.
with explained as (
    select
        results.check_name,
        results.division,
        results.scheme,
        results.subject,
        results.for_month,
        results.account_no,
        results.party_a,
        results.party_b,
        results.status,
        results.difference,
        (
            select
                coalesce(
                    sum(
                        cast(item.value ->> 'amount' as numeric)
                        * case
                            when
                                results.check_name = 'arrival_review'
                                and item.value ->> 'kind' in ('contribution', 'unit_contribution')
                                then -1
                            else 1
                        end
                    ),
                    0
                )
            from json_array_elements(cast(results.items as json)) as item
        ) as amount
    from {{ ref('results') }} as results
    where
        results.month = {{ this_month() }}
        and (
            results.check_name in ('four_way', 'statistics_against_books')
            and results.status <> 'not_received'
            or results.check_name = 'balance_statement'
            and results.status in ('balanced', 'old_items')
            or results.check_name = 'arrival_review'
            and results.status <> 'matched'
            or results.check_name = 'account_rules'
            and results.items <> '[]'
        )
)

select *
from explained
where difference <> amount
