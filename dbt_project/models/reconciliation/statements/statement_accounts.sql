-- Grain: one row per month and account with a balance statement: what the account is, and whether
-- a statement of the bank is asked of it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_month() }}",
) }}

with accounts as (
    select fund_accounts.*
    from {{ ref('fund_accounts') }} as fund_accounts
    inner join {{ ref('balance_statement') }} as statements
        on fund_accounts.account_no = statements.account_no
),

-- Whose statements the site expects: a sender may send for the divisions below its own, one without
-- a division for all.
expected as (
    select ancestors.division
    from {{ ref('stg_site__senders') }} as senders
    inner join {{ ref('division_ancestors') }} as ancestors
        on coalesce(senders.division, ancestors.ancestor) = ancestors.ancestor
    where
        senders.feed = 'bank'
        and senders.format <> 'payment-return-csv/1'
    group by ancestors.division
),

sent as (
    select account_no
    from {{ ref('stg_bank__statement') }}
    where
        file_month <= {{ this_month() }}
        and account_no is not null
    group by account_no
),

final as (
    select
        {{ this_month() }} as month,
        accounts.account_no,
        accounts.division,
        accounts.fund,
        accounts.kind,
        accounts.bank,
        (expected.division is not null or sent.account_no is not null) as is_asked
    from accounts
    left join expected on accounts.division = expected.division
    left join sent on accounts.account_no = sent.account_no
)

select * from final
