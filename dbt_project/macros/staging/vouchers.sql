{# One row per voucher number of the landed rows in the CTE `landed`: as the latest file has it. #}
{% macro staged_vouchers() -%}
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

latest as (
    select *
    from {{ latest_rows_with_scheme('cleaned', key='voucher_no', schemes=ref('stg_tax__scheme')) }}
        as latest_rows
),

final as (
    select
        latest.voucher_no,
        latest.taxpayer_no,
        latest.person_id_as_written as person_id_number,
        coalesce(
            {{ identity_number_18('latest.person_id_number') }}, latest.person_id_number
        ) as identity_key,
        latest.standard_scheme as scheme,
        latest.kind,
        {{ as_month('latest.month_from') }} as from_month,
        {{ as_month('latest.month_to') }} as to_month,
        {{ as_rate('latest.base') }} as base_amount,
        {{ as_rate('latest.rate') }} as contribution_rate,
        {{ as_amount('latest.amount') }} as amount,             -- yuan, negative for a refund
        {{ as_date('latest.collected_on') }} as collected_on,
        {{ as_date('latest.treasury_on') }} as treasury_on,
        latest.original_voucher_no,
        latest.division,
        latest.file_month,
        latest.file_sequence,
        latest.source_file_id,
        latest.source_row
    from latest
)

select * from final
{%- endmacro %}
