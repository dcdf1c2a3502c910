-- Grain: one row per receipt of the treasury and credit that pays it: one that names it, or one of
-- the sum of its batch, of which the receipt is a part.
with named as (
    select
        receipt_no,
        entry_id,
        account_no,
        booked_on,
        amount
    from {{ ref('receipt_credits') }}
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

final as (
    {% for part in ['named', 'batches'] %}
    select
        receipt_no,
        entry_id,
        account_no,
        booked_on,
        cast(amount as numeric(28, 2)) as amount                -- yuan
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
