-- Grain: one row per receipt of the treasury that was credited, with all its credits.
with final as (
    select
        receipt_no,
        min(account_no) as account_no,
        max(booked_on) as last_booked_on,
        cast(sum(amount) as numeric(28, 2)) as credited_amount  -- yuan
    from {{ ref('credit_parts') }}
    group by receipt_no
)

select * from final
