-- Grain: one row per person or unit (person_key empty), ended base year and month whose base is
-- another one now than in the batch of the year's last month, or the first landed after it.
with batches as (
    select
        (select min(valid_from_batch) from {{ ref('contributions') }}) as first_contributions,
        (select min(valid_from_batch) from {{ ref('unit_contributions') }}) as first_units
),

rewritten_contributions as (
    select row_key
    from {{ current_ledger('contributions') }} as current_rows
    where valid_from_batch > (select batches.first_contributions from batches)
),

rewritten_units as (
    select row_key
    from {{ current_ledger('unit_contributions') }} as current_rows
    where valid_from_batch > (select batches.first_units from batches)
),

persons as (
    select
        bases.division,
        bases.person_id as person_key,
        bases.unit_key,
        bases.scheme,
        bases.wage_year,
        months.for_month,
        former.base_amount as former_amount,
        months.base_amount,
        months.person_rate,
        months.employer_rate,
        'AC43' as landed_table,
        months.row_key,
        months.source_file_id,
        months.source_row,
        former.source_file_id as former_file_id,
        former.source_row as former_row
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
    inner join rewritten_contributions on months.row_key = rewritten_contributions.row_key
    cross join batches
    inner join {{ ref('contributions') }} as former
        on
            months.row_key = former.row_key
            and {{ is_current(
                'former.valid_from_batch', 'former.valid_to_batch',
                'greatest(bases.last_month, batches.first_contributions)'
            ) }}
    where
        bases.last_month < {{ this_month() }}
        and bases.status <> 'no_rule'
        and former.kind = '10'
        and former.base_amount <> months.base_amount
),

-- Of a provisional month the first landed base is read, whatever rewrote it.
units as (
    select
        bases.division,
        '' as person_key,
        bases.unit_id as unit_key,
        bases.scheme,
        bases.wage_year,
        months.for_month,
        former.unit_base_amount as former_amount,
        months.base_amount,
        cast(0 as numeric) as person_rate,
        months.employer_rate,
        'AB07' as landed_table,
        unit_rows.row_key,
        unit_rows.source_file_id,
        unit_rows.source_row,
        former.source_file_id as former_file_id,
        former.source_row as former_row
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
    inner join {{ ref('unit_rows') }} as unit_rows
        on
            months.unit_id = unit_rows.unit_id
            and months.scheme = unit_rows.scheme
            and months.for_month = unit_rows.for_month
    inner join rewritten_units on unit_rows.row_key = rewritten_units.row_key
    cross join batches
    inner join {{ ref('unit_contributions') }} as former
        on
            unit_rows.row_key = former.row_key
            and {{ is_current(
                'former.valid_from_batch', 'former.valid_to_batch',
                'greatest(bases.last_month, batches.first_units)'
            ) }}
    where
        bases.last_month < {{ this_month() }}
        and bases.status <> 'no_rule'
        and bases.base_method = 'dual'
        and not months.is_provisional
        and former.unit_base_amount <> months.base_amount
)

select * from persons
union all
select * from units
