-- The items of a row add up to its difference, to the cent. Two rows of a fiscal division may
-- differ by the same amount: the parties tell them apart.
with explained as (
    select
        results.check_name,
        results.division,
        results.scheme,
        results.account_no,
        results.party_a,
        results.party_b,
        results.difference,
        sum(cast(item.value ->> 'amount' as numeric)) as amount
    from {{ ref('results') }} as results
    left join lateral json_array_elements(cast(results.items as json)) as item on true
    where
        results.month = {{ this_month() }}
        and (
            results.check_name = 'four_way' and results.status <> 'not_received'
            or results.check_name = 'balance_statement'
            and results.status in ('balanced', 'old_items')
        )
    group by
        results.check_name, results.division, results.scheme, results.account_no, results.party_a,
        results.party_b, results.difference
)

select *
from explained
where difference <> coalesce(amount, 0)
