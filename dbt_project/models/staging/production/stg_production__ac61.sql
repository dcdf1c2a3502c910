-- Grain: one row per entitlement, item and first month (AC61): the version of its key that counts in the month being built.
with landed as (
    select *
    from {{ landed_rows(
        'ac61',
        codes=['aaz257', 'aaa036'],
        others=['aae041', 'aae042', 'aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aaz257 as entitlement_id,
        items.code as item,
        {{ as_month('landed.aae041') }} as from_month,
        {{ as_month('landed.aae042') }} as to_month,
        {{ as_amount('landed.aae019') }} as monthly_amount,
        {{ handled_day('landed.handled_digits') }} as handled_on,
        {{ row_key(['landed.aaz257', 'coalesce(items.code, landed.aaa036)', month_or_text('landed.aae041')]) }} as row_key,
        {{ row_key(['landed.aaz257', 'landed.aaa036', 'landed.aae041']) }} as written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('items', 'aaa036') }}
),

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
),

final as (
    select
        entitlement_id,
        item,
        from_month,
        to_month,
        monthly_amount,
        handled_on,
        row_key,
        source_file_id,
        source_row
    from ranked
    where version_rank = 1
)

select * from final
