-- Grain: one row per unit, scheme and month collected as a unit (AB07): the base now, and base and
-- premium as the batch it landed in first had them.
with versions as (
    select * from {{ ref('rewritten_unit_rows') }}
),

-- What a row that was rewritten is called as written, by where it landed.
written as (
    select
        source_file_id,
        source_row,
        max(written_key) as written_key
    from versions
    group by source_file_id, source_row
),

first_landed as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by written_key
                order by
                    valid_from_batch,
                    {{ latest_landed_first() }}
            ) as place
        from versions
    ) as ranked
    where place = 1
),

final as (
    select
        current_rows.employer_id as unit_id,
        current_rows.scheme,
        current_rows.for_month,
        current_rows.unit_base_amount as base_amount,
        current_rows.due_amount,
        case
            when first_landed.written_key is null then current_rows.unit_base_amount
            else first_landed.unit_base_amount
        end as first_base_amount,
        case
            when first_landed.written_key is null then current_rows.due_amount
            else first_landed.due_amount
        end as first_due_amount,
        written.written_key,
        current_rows.row_key,
        current_rows.source_file_id,
        current_rows.source_row,
        coalesce(first_landed.source_file_id, current_rows.source_file_id) as first_file_id,
        coalesce(first_landed.source_row, current_rows.source_row) as first_row
    from {{ current_ledger('unit_contributions') }} as current_rows
    left join written
        on
            current_rows.source_file_id = written.source_file_id
            and current_rows.source_row = written.source_row
    left join first_landed on written.written_key = first_landed.written_key
    where
        current_rows.orphan_reason is null
        and current_rows.for_month <= {{ this_month() }}
        and current_rows.scheme in (
            select schemes.scheme from {{ ref('verified_schemes') }} as schemes
        )
        and {{ unit_is_affected('current_rows.employer_id') }}
)

select * from final
