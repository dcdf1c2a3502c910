-- Grain: three rows per fiscal division and scheme: tax and agency, tax and treasury, treasury and
-- fiscal account.
with keys as (
    select
        fiscal_division,
        scheme,
        min(fund) as fund
    from {{ ref('fiscal_divisions') }}
    group by fiscal_division, scheme
),

places as (
    select * from {{ ref('fiscal_divisions') }}
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

employers as (
    select * from {{ current_ledger('employers') }} as current_rows
),

persons as (
    select * from {{ current_ledger('persons') }} as current_rows
),

vouchers as (
    select
        fiscal_division,
        scheme,
        sum(amount) as amount
    from {{ ref('placed_vouchers') }}
    group by fiscal_division, scheme
),

contributions as (
    select
        places.fiscal_division,
        places.scheme,
        sum(review.received_amount) as amount
    from {{ ref('review_contributions') }} as review
    left join employers
        on
            review.payer_kind = 'employer'
            and review.payer_id = employers.employer_id
    left join persons
        on
            review.payer_kind = 'person'
            and review.payer_id = persons.person_id
    inner join places
        on
            coalesce(employers.division, persons.division) = places.division
            and review.scheme = places.scheme
    where review.left_out_reason is null
    group by places.fiscal_division, places.scheme
),

receipts as (
    select
        fiscal_division,
        scheme,
        sum(case when is_of_month then amount else 0 end) as received,
        sum(credited_now) as credited
    from {{ ref('month_receipts') }}
    group by fiscal_division, scheme
),

-- A credit without receipts stands under its fund.
lone_credits as (
    select
        fiscal_division,
        scheme,
        sum(-item_amount) as amount
    from {{ ref('treasury_items') }}
    where
        party = 'treasury'
        and item_kind = 'open'
        and item_amount < 0
    group by fiscal_division, scheme
),

review_items as (
    select
        'agency' as party,
        places.fiscal_division,
        places.scheme,
        case
            when
                review.status = 'tax_only' and {{ in_last_days('review.first_moved_on') }}
                then 'timing'
            when former.subject is not null and review.status <> 'late_fee' then 'timing'
            else review.status
        end as item_kind,
        review.difference as item_amount,
        review.first_moved_on as item_on,
        review.subject || '/' || review.for_month as item_reference
    from {{ ref('reviewed_payers') }} as review
    inner join places
        on
            review.division = places.division
            and review.scheme = places.scheme
    left join {{ ref('former_review') }} as former
        on
            review.subject = former.subject
            and review.scheme = former.scheme
            and review.for_month = former.for_month
            and review.difference = -former.difference
    where review.status <> 'matched'
    union all
    select
        'agency' as party,
        fiscal_division,
        scheme,
        'open' as item_kind,
        amount as item_amount,
        collected_on as item_on,
        voucher_no as item_reference
    from {{ ref('placed_vouchers') }}
    where is_refund_without_original
),

every_item as (
    select
        party,
        fiscal_division,
        scheme,
        item_kind,
        item_amount,
        item_on,
        item_reference
    from review_items
    union all
    select
        party,
        fiscal_division,
        scheme,
        item_kind,
        item_amount,
        item_on,
        item_reference
    from {{ ref('treasury_items') }}
),

aged as (
    select
        *,
        {{ as_of_day() }} - item_on as item_age
    from every_item
),

explanations as (
    select
        party,
        fiscal_division,
        scheme,
        max(case when item_kind in ('timing', 'late_fee') then 0 else 1 end) as has_open,
        {{ item_list() }} as items
    from aged
    group by party, fiscal_division, scheme
),

sums as (
    select
        keys.fiscal_division,
        keys.scheme,
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
            and keys.scheme = vouchers.scheme
    left join contributions
        on
            keys.fiscal_division = contributions.fiscal_division
            and keys.scheme = contributions.scheme
    left join receipts
        on
            keys.fiscal_division = receipts.fiscal_division
            and keys.scheme = receipts.scheme
    left join lone_credits
        on
            keys.fiscal_division = lone_credits.fiscal_division
            and keys.scheme = lone_credits.scheme
),

steps as (
    {% for party, a, b in [
        ('agency', 'tax', 'agency'), ('tax', 'tax', 'treasury'), ('treasury', 'treasury', 'fiscal_account')
    ] %}
    select
        '{{ party }}' as party,
        fiscal_division,
        scheme,
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
        steps.scheme,
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
            and steps.scheme = explanations.scheme
)

select * from final
