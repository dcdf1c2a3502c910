-- Fails with ratios and amounts of more than two decimals, and with persons counted in fractions.
select
    division,
    scheme,
    indicator
from {{ ref('indicators') }}
where
    month = {{ this_month() }}
    and (
        value <> round(value, 2)
        or (unit = 'persons' and kind <> 'ratio' and value <> round(value, 0))
    )
