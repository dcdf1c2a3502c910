-- Grain: one row per account of the register (accounts.csv), with the division its money pools at.
with accounts as (
    select
        *,
        row_number() over (partition by account_no order by site_row) as place
    from {{ ref('stg_site__accounts') }}
    where account_no is not null
),

fiscal_divisions as (
    select
        division,
        fund,
        min(fiscal_division) as fiscal_division
    from {{ ref('fiscal_divisions') }}
    group by division, fund
),

final as (
    select
        accounts.account_no,
        accounts.division,
        accounts.fund,
        accounts.kind,
        accounts.bank,
        accounts.opened_on,
        accounts.closed_on,
        accounts.agreement_no,
        accounts.inspected_on,
        fiscal_divisions.fiscal_division,
        coalesce(accounts.opened_on <= {{ last_day_of(this_month()) }}, true)
        and coalesce(
            accounts.closed_on >= cast({{ this_month() }} || '-01' as date), true
        ) as is_open_in_month
    from accounts
    left join fiscal_divisions
        on
            accounts.division = fiscal_divisions.division
            and accounts.fund = fiscal_divisions.fund
    where accounts.place = 1
)

select * from final
