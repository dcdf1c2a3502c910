-- Grain: one row per unit, person id and wage year on the unit's list of persons; a number nobody
-- with a regular contribution at the unit has stands in unplaced_persons.
with numbers as (
    select
        person_id,
        coalesce(identity_number_18, upper(identity_number)) as identity_key
    from {{ current_ledger('persons') }} as current_rows
    where identity_number is not null
),

at_units as (
    select
        unit_key as unit_id,
        person_id
    from {{ ref('regular_contributions') }}
    where identity = '11'
    group by unit_key, person_id
),

final as (
    select
        declared.unit_id,
        numbers.person_id,
        declared.identity_key,
        declared.wage_year,
        declared.month_count,
        declared.wage_total as wage_total_amount,
        declared.status,
        declared.proof_no,
        declared.source_file_id,
        declared.source_row
    from {{ ref('stg_declaration__person') }} as declared
    inner join numbers on declared.identity_key = numbers.identity_key
    inner join at_units
        on
            declared.unit_id = at_units.unit_id
            and numbers.person_id = at_units.person_id
)

select * from final
