-- Grain: one row per unit, wage year and person declared as excluded without a proof: every id with
-- the number and contributions at the unit; else the smallest with it; else the number as written.
with unproven as (
    select
        declared.unit_id,
        declared.id_number,
        declared.identity_key,
        declared.wage_year,
        declared.source_file_id,
        declared.source_row,
        units.division
    from {{ ref('stg_declaration__person') }} as declared
    inner join {{ ref('declared_units') }} as units
        on
            declared.unit_id = units.unit_id
            and declared.wage_year = units.wage_year
    inner join {{ ref('stg_declaration__unit') }} as unit_declarations
        on
            declared.unit_id = unit_declarations.unit_id
            and declared.wage_year = unit_declarations.wage_year
    where
        declared.status in ('rehired', 'elsewhere')
        and declared.proof_no is null
),

numbers as (
    select
        coalesce(identity_number_18, upper(identity_number)) as identity_key,
        min({{ by_code_point('person_id') }}) as person_id
    from {{ current_ledger('persons') }} as current_rows
    where identity_number is not null
    group by coalesce(identity_number_18, upper(identity_number))
),

-- Where the person contributes at the unit, the division is that of the last contribution.
divisions as (
    select
        unit_key,
        person_id,
        division
    from (
        select
            unit_key,
            person_id,
            division,
            row_number() over (
                partition by unit_key, person_id
                order by for_month desc, {{ by_code_point('scheme') }}
            ) as place
        from {{ ref('regular_contributions') }}
        where identity = '11'
    ) as ranked
    where place = 1
),

final as (
    select
        coalesce(divisions.division, unproven.division) as division,
        unproven.unit_id,
        unproven.wage_year,
        coalesce(placed.person_id, numbers.person_id, unproven.id_number) as person_id,
        unproven.source_file_id,
        unproven.source_row
    from unproven
    left join {{ ref('declared_persons') }} as placed
        on
            unproven.unit_id = placed.unit_id
            and unproven.identity_key = placed.identity_key
            and unproven.wage_year = placed.wage_year
    left join numbers on unproven.identity_key = numbers.identity_key
    left join divisions
        on
            placed.unit_id = divisions.unit_key
            and placed.person_id = divisions.person_id
)

select * from final
