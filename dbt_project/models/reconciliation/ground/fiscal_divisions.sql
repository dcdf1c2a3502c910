-- Grain: one row per division of the site and scheme whose fund has a fiscal account at the
-- division or above it: the nearest such division.
with schemes as (
    select code as scheme
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

-- Several schemes may share a fund (code_map.csv, class fund); the others are their own.
mapped as (
    select
        raw as scheme,
        standard as fund,
        row_number() over (
            partition by raw order by valid_from desc nulls last, site_row asc
        ) as place
    from {{ ref('stg_site__code_map') }}
    where
        lower(class) = 'fund'
        and coalesce(valid_from, {{ this_month() }}) <= {{ this_month() }}
        and coalesce(valid_to, {{ this_month() }}) >= {{ this_month() }}
),

funds as (
    select
        schemes.scheme,
        coalesce(mapped.fund, schemes.scheme) as fund
    from schemes
    left join mapped
        on
            schemes.scheme = mapped.scheme
            and mapped.place = 1
),

fiscal_accounts as (
    select
        division,
        fund,
        min(account_no) as account_no
    from {{ ref('stg_site__accounts') }}
    where kind = 'fiscal'
    group by division, fund
),

ranked as (
    select
        ancestors.division,
        funds.scheme,
        funds.fund,
        ancestors.ancestor as fiscal_division,
        fiscal_accounts.account_no,
        row_number() over (
            partition by ancestors.division, funds.scheme order by ancestors.distance
        ) as place
    from {{ ref('division_ancestors') }} as ancestors
    cross join funds
    inner join fiscal_accounts
        on
            ancestors.ancestor = fiscal_accounts.division
            and funds.fund = fiscal_accounts.fund
),

final as (
    select
        division,
        scheme,
        fund,
        fiscal_division,
        account_no
    from ranked
    where place = 1
)

select * from final
