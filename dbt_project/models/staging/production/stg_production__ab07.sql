-- Grain: one row per current row of AB07. Its key is one
-- employer, scheme and month paid for; rows that another version of their key keeps
-- out are marked.
with landed as (
    select *
    from {{ landed_rows(
        'ab07',
        codes=['aab001', 'aae140', 'aae078'],
        months=['aae003', 'aae002'],
        dates=['aab191'],
        amounts=['aab120', 'aae020', 'aae080'],
        counts=['aab119'],
    ) }} as landed
),

typed as (
    select
        landed.aab001 as employer_id,
        schemes.code as scheme,
        landed.aae003 as for_month,
        landed.aae002 as booked_month,
        landed.aab119 as person_count,
        landed.aab120 as unit_base_amount,
        landed.aae020 as due_amount,
        landed.aae080 as paid_amount,
        coalesce(arrivals.code = '1', false) as has_arrived,
        landed.aab191 as arrived_on,
        landed.handled_on,
        {{ row_key([
            'landed.aab001',
            'coalesce(schemes.code, landed.aae140)',
            'coalesce(landed.aae003, landed.aae003_text)',
        ]) }} as row_key,
        landed.written_key,
        landed.handled_digits,
        landed.source_file_id,
        landed.source_row
    from landed
    {{ join_code('schemes', 'aae140') }}
    {{ join_code('arrivals', 'aae078') }}
),

versions as (
    select *
    from {{ versions_of_keys('typed') }} as versions
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
        source_row,
        is_superseded
    from versions
)

select * from final
