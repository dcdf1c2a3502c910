-- Grain: one row per voucher number: as the file of the latest month and sequence has it.
with landed as (
    select * from {{ counting_rows('tax', 'voucher') }} as counting
),

cleaned as (
    select
        {{ clean_code('voucher_no') }} as voucher_no,
        {{ clean_code('taxpayer_no') }} as taxpayer_no,
        upper({{ clean_code('person_id_number') }}) as person_id_number,
        {{ clean_code('person_id_number') }} as person_id_as_written,
        {{ clean_code('scheme') }} as scheme,
        {{ clean_code('kind') }} as kind,
        {{ trimmed('month_from') }} as month_from,
        {{ trimmed('month_to') }} as month_to,
        {{ trimmed('base') }} as base,
        {{ trimmed('rate') }} as rate,
        {{ trimmed('amount') }} as amount,
        {{ trimmed('collected_on') }} as collected_on,
        {{ trimmed('treasury_on') }} as treasury_on,
        {{ clean_code('original_voucher_no') }} as original_voucher_no,
        {{ clean_code('division') }} as division,
        file_month,
        file_sequence,
        file_division,
        _file_id as source_file_id,
        _row as source_row
    from landed
    {{ computed_once() }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by voucher_no
            order by
                file_month desc, file_sequence desc, file_division desc,
                source_file_id asc, source_row asc
        ) as recency
    from cleaned
),

schemes as (
    select * from {{ ref('stg_tax__scheme') }}
),

final as (
    select
        ranked.voucher_no,
        ranked.taxpayer_no,
        ranked.person_id_as_written as person_id_number,
        coalesce(
            {{ identity_number_18('ranked.person_id_number') }}, ranked.person_id_number
        ) as identity_key,
        schemes.scheme,
        ranked.kind,
        {{ as_month('ranked.month_from') }} as from_month,
        {{ as_month('ranked.month_to') }} as to_month,
        {{ as_rate('ranked.base') }} as base_amount,
        {{ as_rate('ranked.rate') }} as contribution_rate,
        {{ as_amount('ranked.amount') }} as amount,             -- yuan, negative for a refund
        {{ as_date('ranked.collected_on') }} as collected_on,
        {{ as_date('ranked.treasury_on') }} as treasury_on,
        ranked.original_voucher_no,
        ranked.division,
        ranked.file_month,
        ranked.file_sequence,
        ranked.source_file_id,
        ranked.source_row
    from ranked
    left join schemes on ranked.scheme = schemes.raw_scheme
    where ranked.recency = 1
)

select * from final
