-- Grain: one row per unit, scheme and month collected as a unit (AB07): the base now, and base and
-- premium as the batch it landed in first had them.
with versions as (
    select
        *,
        row_number() over (partition by row_key order by valid_from_batch) as place
    from {{ ref('unit_contributions') }}
    where valid_from_batch <= {{ this_month() }}
),

first_landed as (
    select * from versions
    where place = 1
),

final as (
    select
        current_rows.employer_id as unit_id,
        current_rows.scheme,
        current_rows.for_month,
        current_rows.unit_base_amount as base_amount,
        current_rows.due_amount,
        first_landed.unit_base_amount as first_base_amount,
        first_landed.due_amount as first_due_amount,
        current_rows.row_key,
        current_rows.source_file_id,
        current_rows.source_row,
        first_landed.source_file_id as first_file_id,
        first_landed.source_row as first_row
    from {{ current_ledger('unit_contributions') }} as current_rows
    inner join first_landed on current_rows.row_key = first_landed.row_key
    where
        current_rows.orphan_reason is null
        and current_rows.for_month <= {{ this_month() }}
        and current_rows.scheme in (
            select schemes.scheme from {{ ref('verified_schemes') }} as schemes
        )
)

select * from final
