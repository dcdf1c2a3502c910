-- Grain: one row per person or unit (person_key empty), ended base year and month whose base is
-- another one now than in the batch of the year's last month, or the first landed after it.
with batches as (
    select min(month) as first_month
    from {{ source('production', 'extracts') }}
),

contributions_now as (
    select
        row_key,
        max(written_kind) as written_kind
    from {{ ref('rewritten_contributions') }}
    where {{ is_current('valid_from_batch', 'valid_to_batch') }}
    group by row_key
),

former_contributions as (
    select
        months.person_id,
        months.unit_key,
        months.scheme,
        months.wage_year,
        months.for_month,
        months.row_key,
        landed.written_kind,
        landed.base_amount,
        landed.source_file_id,
        landed.source_row,
        row_number() over (
            partition by months.row_key, months.wage_year
            order by {{ latest_landed_first('landed') }}
        ) as place
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
    cross join batches
    inner join {{ ref('rewritten_contributions') }} as landed
        on
            months.row_key = landed.row_key
            and {{ is_current(
                'landed.valid_from_batch', 'landed.valid_to_batch',
                'greatest(bases.last_month, batches.first_month)'
            ) }}
    where bases.last_month < {{ this_month() }}
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
    inner join former_contributions as former
        on
            {{ same_person_year('months', 'former') }}
            and months.for_month = former.for_month
            and former.place = 1
    inner join contributions_now on former.row_key = contributions_now.row_key
    where
        bases.status <> 'no_rule'
        and former.written_kind = contributions_now.written_kind
        and former.base_amount <> months.base_amount
),

former_units as (
    select
        unit_rows.unit_id,
        unit_rows.scheme,
        unit_rows.for_month,
        bases.wage_year,
        landed.unit_base_amount,
        landed.source_file_id,
        landed.source_row,
        row_number() over (
            partition by unit_rows.row_key, bases.wage_year
            order by {{ latest_landed_first('landed') }}
        ) as place
    from {{ ref('unit_bases') }} as bases
    inner join {{ ref('unit_months') }} as months
        on
            {{ same_unit_year('bases', 'months') }}
    inner join {{ ref('unit_rows') }} as unit_rows
        on
            months.unit_id = unit_rows.unit_id
            and months.scheme = unit_rows.scheme
            and months.for_month = unit_rows.for_month
    cross join batches
    inner join {{ ref('rewritten_unit_rows') }} as landed
        on
            unit_rows.written_key = landed.written_key
            and {{ is_current(
                'landed.valid_from_batch', 'landed.valid_to_batch',
                'greatest(bases.last_month, batches.first_month)'
            ) }}
    where bases.last_month < {{ this_month() }}
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
    inner join former_units as former
        on
            {{ same_unit_year('months', 'former') }}
            and months.for_month = former.for_month
            and former.place = 1
    where
        bases.status <> 'no_rule'
        and bases.base_method = 'dual'
        and not months.is_provisional
        and former.unit_base_amount <> months.base_amount
)

select * from persons
union all
select * from units
