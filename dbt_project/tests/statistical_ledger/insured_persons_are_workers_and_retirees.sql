-- Fails with the divisions and schemes whose insured persons are not their workers and retirees.
with indicators as (
    select *
    from {{ ref('indicators') }}
    where month = {{ this_month() }}
)

select
    division,
    scheme,
    breakdown
from indicators
where indicator in ('insured_persons', 'insured_workers', 'insured_retirees')
group by division, scheme, breakdown
having
    sum(
        case
            when indicator = 'insured_persons' then value
            else -value
        end
    ) <> 0
