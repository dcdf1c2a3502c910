-- Grain: one row per employer, scheme and month paid for (AB07): the version of its key that counts in the month being built.
with landed as (
    select *
    from {{ landed_rows(
        'ab07',
        codes=['aab001', 'aae140', 'aae078'],
        others=['aae003', 'aae002', 'aab119', 'aab120', 'aae020', 'aae080', 'aab191'],
    ) }} as landed
),

typed as (
    select
        landed.aab001 as employer_id,
        schemes.code as scheme,
        {{ as_month('landed.aae003') }} as for_month,
        {{ as_month('landed.aae002') }} as booked_month,
        {{ as_count('landed.aab119') }} as person_count,
        {{ as_amount('landed.aab120') }} as unit_base_amount,
        {{ as_amount('landed.aae020') }} as due_amount,
        {{ as_amount('landed.aae080') }} as paid_amount,
        coalesce(arrivals.code = '1', false) as has_arrived,
        {{ as_date('landed.aab191') }} as arrived_on,
        {{ handled_day('landed.handled_digits') }} as handled_on,
        {{ row_key(['landed.aab001', 'coalesce(schemes.code, landed.aae140)', month_or_text('landed.aae003')]) }} as row_key,
        {{ row_key(['landed.aab001', 'landed.aae140', 'landed.aae003']) }} as written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('arrivals', 'aae078') }}
),

ranked as (
    select *
    from {{ version_that_counts('typed') }} as versions
),

final as (
    select
        employer_id,
        scheme,
        for_month,
        booked_month,
        person_count,
        unit_base_amount,
        due_amount,
        paid_amount,
        has_arrived,
        arrived_on,
        handled_on,
        row_key,
        source_file_id,
        source_row
    from ranked
    where version_rank = 1
)

select * from final
