-- Grain: one row per exception and landed row of the months of the wrong: contributions of the
-- person; what was collected as a unit, as it is and as it landed first; vouchers of the tax
-- bureau.
with wrong as (
    select * from {{ ref('exception_months') }}
    where
        for_month is not null
        and not is_state
),

persons as (
    select
        wrong.exception_id,
        'AC43' as landed_table,
        months.row_key,
        months.source_file_id,
        months.source_row
    from wrong
    inner join {{ ref('person_months') }} as months
        on
            wrong.person_id = months.person_id
            and coalesce(wrong.unit_id, '') = months.unit_key
            and wrong.scheme = months.scheme
            and wrong.wage_year = months.wage_year
            and wrong.for_month = months.for_month
),

units as (
    select
        wrong.exception_id,
        'AB07' as landed_table,
        unit_rows.row_key,
        unit_rows.source_file_id,
        unit_rows.source_row,
        unit_rows.first_file_id,
        unit_rows.first_row
    from wrong
    inner join {{ ref('unit_rows') }} as unit_rows
        on
            wrong.unit_id = unit_rows.unit_id
            and wrong.scheme = unit_rows.scheme
            and wrong.for_month = unit_rows.for_month
    where wrong.person_id is null
),

employees as (
    select
        wrong.exception_id,
        'AC43' as landed_table,
        contributions.row_key,
        contributions.source_file_id,
        contributions.source_row
    from wrong
    inner join {{ ref('regular_contributions') }} as contributions
        on
            wrong.unit_id = contributions.unit_key
            and wrong.scheme = contributions.scheme
            and wrong.for_month = contributions.for_month
    where wrong.exception in ('dual_base_broken', 'below_tax_base')
),

vouchers as (
    select
        wrong.exception_id,
        'voucher' as landed_table,
        vouchers.voucher_no as row_key,
        vouchers.source_file_id,
        vouchers.source_row
    from wrong
    inner join {{ ref('base_vouchers') }} as vouchers
        on
            wrong.unit_id = vouchers.unit_id
            and wrong.scheme = vouchers.scheme
            and wrong.for_month = vouchers.for_month
    where wrong.exception = 'below_tax_base'
),

final as (
    select * from persons
    union all
    select
        exception_id,
        landed_table,
        row_key,
        source_file_id,
        source_row
    from units
    union all
    select
        exception_id,
        landed_table,
        row_key,
        first_file_id as source_file_id,
        first_row as source_row
    from units
    union all
    select * from employees
    union all
    select * from vouchers
)

select * from final
