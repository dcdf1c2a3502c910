-- Grain: one row per account with a statement in the month's files: what the last of them closes
-- with.
with statements as (
    select statements.*
    from {{ ref('stg_bank__statement') }} as statements
    where statements.file_month = {{ this_month() }}
),

ranked as (
    select
        statements.account_no,
        statements.closing_amount,
        files.file_division,
        row_number() over (
            partition by statements.account_no
            order by
                files.file_sequence desc, files.file_division desc, files.file_id desc,
                statements.source_row desc
        ) as place
    from statements
    inner join {{ ref('stg_bank__file') }} as files on statements.source_file_id = files.file_id
    where statements.account_no is not null
),

final as (
    select
        account_no,
        closing_amount,                                         -- yuan
        file_division
    from ranked
    where place = 1
)

select * from final
