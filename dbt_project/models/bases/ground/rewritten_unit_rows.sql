-- Grain: one row per landed version of a unit's collection (AB07) of which a version ended in the
-- batches landed by the month, read as landed: the ledger keeps versions of the months built alone.
-- depends_on: {{ ref('affected_subjects') }}
with ended as (
    select
        aab001,
        aae140,
        aae003
    from {{ source('production', 'ab07') }}
    where _valid_to <= {{ this_month() }}
    group by aab001, aae140, aae003
),

landed as (
    select production.*
    from {{ source('production', 'ab07') }} as production
    inner join ended
        on
            production.aab001 = ended.aab001
            and production.aae140 = ended.aae140
            and production.aae003 = ended.aae003
    where production._valid_from <= {{ this_month() }}
),

final as (
    select
        {{ row_key([
            clean_code('aab001'),
            without_decimals(clean_code('aae140')),
            'coalesce(' ~ as_month('aae003') ~ ', ' ~ as_month(trimmed('aae003')) ~ ')',
        ]) }} as written_key,
        coalesce({{ as_amount('aab120') }}, {{ as_amount(trimmed('aab120')) }}) as unit_base_amount,
        coalesce(
            {{ as_amount('aae020') }}, {{ as_amount(trimmed('aae020')) }}, 0
        ) as due_amount,
        {{ digits_of('aae036') }} as handled_digits,
        _file_id as source_file_id,
        _row as source_row,
        _valid_from as valid_from_batch,
        _valid_to as valid_to_batch
    from landed
)

select * from final
