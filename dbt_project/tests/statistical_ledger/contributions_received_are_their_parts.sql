-- Fails where contributions received are not those for the month, for earlier and for later months.
with indicators as (
    select *
    from {{ ref('indicators') }}
    where month = {{ this_month() }}
)

select
    division,
    scheme,
    breakdown,
    kind
from indicators
where
    indicator like 'contributions_received%'
    and kind in ('flow', 'ytd')
group by division, scheme, breakdown, kind
having
    sum(
        case
            when indicator in ('contributions_received', 'contributions_received_ytd') then value
            else -value
        end
    ) <> 0
