-- The items of each row add up to its difference, to the cent. Two rows may differ by the same
-- amount: each is judged by itself.
with explained as (
    select
        results.check_name,
        results.division,
        results.scheme,
        results.account_no,
        results.party_a,
        results.party_b,
        results.difference,
        (
            select coalesce(sum(cast(item.value ->> 'amount' as numeric)), 0)
            from json_array_elements(cast(results.items as json)) as item
        ) as amount
    from {{ ref('results') }} as results
    where
        results.month = {{ this_month() }}
        and (
            results.check_name = 'four_way' and results.status <> 'not_received'
            or results.check_name = 'balance_statement'
            and results.status in ('balanced', 'old_items')
        )
)

select *
from explained
where difference <> amount
