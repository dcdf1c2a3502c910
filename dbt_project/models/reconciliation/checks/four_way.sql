-- Grain: three rows per fiscal division and fund: tax and agency, tax and treasury, treasury and
-- fiscal account.
with keys as (
    select
        fiscal_division,
        fund
    from {{ ref('fiscal_divisions') }}
    group by fiscal_division, fund
),

tax_files as (
    select
        sum(case when format = 'tax-voucher-csv/1' then 1 else 0 end) as voucher_files,
        sum(case when format = 'treasury-receipt-csv/1' then 1 else 0 end) as receipt_files
    from {{ ref('stg_tax__file') }}
    where file_month = {{ this_month() }}
),

banked as (
    select
        fund_accounts.division,
        fund_accounts.fund
    from {{ ref('fund_accounts') }} as fund_accounts
    inner join {{ ref('bank_balances') }} as balances
        on fund_accounts.account_no = balances.account_no
    where fund_accounts.kind = 'fiscal'
    group by fund_accounts.division, fund_accounts.fund
),

vouchers as (
    select
        fiscal_division,
        fund,
        sum(amount) as amount
    from {{ ref('placed_vouchers') }}
    where fiscal_division is not null
    group by fiscal_division, fund
),

contributions as (
    select
        fiscal_division,
        fund,
        sum(received_amount) as amount
    from {{ ref('placed_contributions') }}
    where
        left_out_reason is null
        and fiscal_division is not null
    group by fiscal_division, fund
),

receipts as (
    select
        fiscal_division,
        fund,
        sum(case when is_of_month then amount else 0 end) as received,
        sum(credited_now) as credited
    from {{ ref('month_receipts') }}
    group by fiscal_division, fund
),

lone_credits as (
    select
        fiscal_division,
        fund,
        sum(amount) as amount
    from {{ ref('lone_credits') }}
    group by fiscal_division, fund
),

aged as (
    select
        *,
        {{ as_of_day() }} - item_on as item_age
    from {{ ref('four_way_items') }}
),

explanations as (
    select
        party,
        fiscal_division,
        fund,
        max(case when item_kind in ('timing', 'late_fee') then 0 else 1 end) as has_open,
        {{ item_list() }} as items
    from aged
    group by party, fiscal_division, fund
),

sums as (
    select
        keys.fiscal_division,
        keys.fund,
        case when tax_files.voucher_files > 0 then coalesce(vouchers.amount, 0) end as tax,
        coalesce(contributions.amount, 0) as agency,
        case when tax_files.receipt_files > 0 then coalesce(receipts.received, 0) end as treasury,
        case
            when banked.fund is not null
                then coalesce(receipts.credited, 0) + coalesce(lone_credits.amount, 0)
        end as fiscal_account
    from keys
    cross join tax_files
    left join banked
        on
            keys.fiscal_division = banked.division
            and keys.fund = banked.fund
    left join vouchers
        on
            keys.fiscal_division = vouchers.fiscal_division
            and keys.fund = vouchers.fund
    left join contributions
        on
            keys.fiscal_division = contributions.fiscal_division
            and keys.fund = contributions.fund
    left join receipts
        on
            keys.fiscal_division = receipts.fiscal_division
            and keys.fund = receipts.fund
    left join lone_credits
        on
            keys.fiscal_division = lone_credits.fiscal_division
            and keys.fund = lone_credits.fund
),

steps as (
    {% for party, a, b in [
        ('agency', 'tax', 'agency'), ('tax', 'tax', 'treasury'), ('treasury', 'treasury', 'fiscal_account')
    ] %}
    select
        '{{ party }}' as party,
        fiscal_division,
        fund,
        '{{ a }}' as party_a,
        '{{ b }}' as party_b,
        {{ a }} as amount_a,
        {{ b }} as amount_b
    from sums
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        'four_way' as check_name,
        steps.fiscal_division as division,
        steps.fund as scheme,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        steps.party_a,
        steps.party_b,
        cast(steps.amount_a as numeric(28, 2)) as amount_a,
        cast(steps.amount_b as numeric(28, 2)) as amount_b,
        cast(steps.amount_a - steps.amount_b as numeric(28, 2)) as difference,
        case
            when steps.amount_a is null or steps.amount_b is null then 'not_received'
            when explanations.items is null then 'agrees'
            when explanations.has_open = 0 then 'explained'
            else 'differs'
        end as status,
        case
            when steps.amount_a is null or steps.amount_b is null then '[]'
            else coalesce(explanations.items, '[]')
        end as items
    from steps
    left join explanations
        on
            steps.party = explanations.party
            and steps.fiscal_division = explanations.fiscal_division
            and steps.fund = explanations.fund
)

select * from final
