-- Grain: one row per unit and scheme without a declaration, per document missing, and per unit
-- whose declared wage bill is not the sum of its persons' wages.
with not_declared as (
    select
        'not_declared' as exception,
        division,
        scheme,
        wage_year,
        unit_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        cast(null as {{ dbt.type_string() }}) as expected,
        cast(null as {{ dbt.type_string() }}) as found,
        {{ day_after_wage_year('wage_year', 'declare_by') }} as due_on
    from {{ ref('unit_bases') }}
    where
        status <> 'no_rule'
        and base_method = 'dual'
        and unit_method <> 'sum'
        and has_employees
        and not is_declared
),

missing as (
    select
        'document_missing' as exception,
        division,
        cast(null as {{ dbt.type_string() }}) as scheme,
        wage_year,
        unit_id,
        document_code,
        document_code as expected,
        cast(null as {{ dbt.type_string() }}) as found,
        due_on
    from {{ ref('required_documents') }}
    where received_on is null
),

listed as (
    select
        unit_id,
        wage_year,
        sum(wage_total) as wage_amount
    from {{ ref('stg_declaration__person') }}
    where {{ unit_is_affected('unit_id') }}
    group by unit_id, wage_year
    having count(*) = count(wage_total)
),

differing as (
    select
        'wage_bill_differs' as exception,
        units.division,
        cast(null as {{ dbt.type_string() }}) as scheme,
        units.wage_year,
        units.unit_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        {{ amount_text('listed.wage_amount') }} as expected,
        {{ amount_text('declared.wage_bill') }} as found,
        cast(null as date) as due_on
    from {{ ref('declared_units') }} as units
    inner join {{ ref('stg_declaration__unit') }} as declared
        on
            units.unit_id = declared.unit_id
            and units.wage_year = declared.wage_year
    inner join listed
        on
            units.unit_id = listed.unit_id
            and units.wage_year = listed.wage_year
    where abs(declared.wage_bill - listed.wage_amount) > 0.01
),

united as (
    select * from not_declared
    where due_on < {{ as_of_day() }}
    union all
    select * from missing
    where due_on < {{ as_of_day() }}
    union all
    select * from differing
),

final as (
    select
        exception,
        division,
        scheme,
        wage_year,
        unit_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        document_code,
        cast(null as {{ dbt.type_string() }}) as for_month,
        expected,
        found,
        cast(0 as numeric) as amount,
        due_on,
        true as is_state
    from united
)

select * from final
