-- Grain: one row per receipt of the treasury that was credited: by credits that name it, or within
-- a batch.
with named as (
    select * from {{ ref('receipt_credits') }}
),

batches as (
    select
        batch.receipt_no,
        credits.entry_id,
        credits.account_no,
        credits.booked_on,
        receipts.amount
    from {{ source('reconciliation_step', 'batch_credits') }} as batch
    inner join {{ ref('treasury_credits') }} as credits on batch.entry_id = credits.entry_id
    inner join {{ ref('placed_receipts') }} as receipts on batch.receipt_no = receipts.receipt_no
),

every as (
    {% for part in ['named', 'batches'] %}
    select
        receipt_no,
        account_no,
        booked_on,
        amount
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        receipt_no,
        min(account_no) as account_no,
        max(booked_on) as last_booked_on,
        cast(sum(amount) as numeric(28, 2)) as credited_amount  -- yuan
    from every
    group by receipt_no
)

select * from final
