-- Grain: one row per account in the month's journals: its balance in the books.
with journals as (
    select * from {{ ref('stg_finance__deposit_journal') }}
    where
        file_month = {{ this_month() }}
        and account_no is not null
),

ranked as (
    select
        account_no,
        counter_kind,
        coalesce(debit_amount, 0) - coalesce(credit_amount, 0) as amount,
        row_number() over (
            partition by account_no, coalesce(counter_kind, '') = 'opening'
            order by file_sequence, source_file_id, source_row
        ) as place
    from journals
),

-- One opening row counts, whatever the number of files.
final as (
    select
        account_no,
        cast(
            sum(
                case
                    when coalesce(counter_kind, '') <> 'opening' or place = 1 then amount else 0
                end
            ) as numeric(28, 2)
        ) as closing_amount                                     -- yuan
    from ranked
    group by account_no
)

select * from final
