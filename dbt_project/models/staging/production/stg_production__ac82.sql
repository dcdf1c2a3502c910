-- Grain: one row per current row of AC82. Its key is one payment;
-- rows that another version of their key keeps out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ac82',
        codes=['aaz220', 'aaz257', 'aac001', 'aae140', 'aae010', 'aae145', 'aae117'],
        names=['aae357'],
        months=['aae002', 'aae003'],
        amounts=['aae019'],
    ) }} as landed
),

typed as (
    select
        landed.aaz220 as payment_id,
        landed.aaz257 as entitlement_id,
        landed.aac001 as person_id,
        schemes.code as scheme,
        landed.aae002 as booked_month,
        landed.aae003 as for_month,
        landed.aae019 as payment_amount,
        landed.aae010 as account_no,
        channels.code as channel,
        results.code as result,
        landed.aae357 as return_reason,
        landed.handled_on,
        {{ row_key(['landed.aaz220']) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('channels', 'aae145') }}
    {{ join_code('results', 'aae117') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
),

final as (
    select
        payment_id,
        entitlement_id,
        person_id,
        scheme,
        booked_month,
        for_month,
        payment_amount,
        account_no,
        channel,
        result,
        return_reason,
        handled_on,
        row_key,
        source_file_id,
        source_row,
        is_superseded
    from versions
)

select * from final
