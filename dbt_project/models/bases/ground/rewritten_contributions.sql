-- Grain: one row per landed version of a contribution (AC43) of which a version ended in the
-- batches landed by the month, as landed: the ledger keeps versions of the months built alone.
-- depends_on: {{ ref('affected_subjects') }}
with ended as (
    select aaz223
    from {{ source('production', 'ac43') }}
    where _valid_to <= {{ this_month() }}
    group by aaz223
),

landed as (
    select production.*
    from {{ source('production', 'ac43') }} as production
    inner join ended on production.aaz223 = ended.aaz223
    where production._valid_from <= {{ this_month() }}
),

final as (
    select
        {{ row_key([clean_code('aaz223')]) }} as row_key,
        {{ without_decimals(clean_code('aaa115')) }} as written_kind,
        coalesce({{ as_amount('aae180') }}, {{ as_amount(trimmed('aae180')) }}) as base_amount,
        {{ digits_of('aae036') }} as handled_digits,
        _file_id as source_file_id,
        _row as source_row,
        _valid_from as valid_from_batch,
        _valid_to as valid_to_batch
    from landed
)

select * from final
