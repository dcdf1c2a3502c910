-- Grain: one row per employee missing from the list of a unit that sent one; per month of an
-- employee listed as excluded; and per person listed as excluded without a proof.
with lists as (
    select
        unit_id,
        wage_year
    from {{ ref('stg_declaration__person') }}
    group by unit_id, wage_year
),

not_listed as (
    select
        'insured_not_listed' as exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_key as unit_id,
        bases.person_id,
        bases.verified_month as for_month,
        false as is_state
    from {{ ref('person_bases') }} as bases
    inner join lists
        on
            bases.unit_key = lists.unit_id
            and bases.wage_year = lists.wage_year
    left join {{ ref('declared_persons') }} as declared
        on
            bases.unit_key = declared.unit_id
            and bases.person_id = declared.person_id
            and bases.wage_year = declared.wage_year
    where
        bases.status <> 'no_rule'
        and bases.identity = '11'
        and bases.verified_month is not null
        and declared.person_id is null
        and not coalesce(
            {{ month_of('bases.enrolled_on') }} >= bases.first_month
            and {{ month_of('bases.enrolled_on') }} <= bases.last_month,
            false
        )
),

excluded as (
    select
        'excluded_but_insured' as exception,
        bases.division,
        bases.scheme,
        bases.wage_year,
        bases.unit_key as unit_id,
        bases.person_id,
        months.for_month,
        false as is_state
    from {{ ref('person_bases') }} as bases
    inner join {{ ref('declared_persons') }} as declared
        on
            bases.unit_key = declared.unit_id
            and bases.person_id = declared.person_id
            and bases.wage_year = declared.wage_year
    inner join {{ ref('person_months') }} as months
        on
            {{ same_person_year('bases', 'months') }}
    where
        bases.status <> 'no_rule'
        and bases.identity = '11'
        and bases.scheme <> '410'
        and declared.status in ('rehired', 'elsewhere')
),

without_proof as (
    select
        'excluded_without_proof' as exception,
        division,
        cast(null as {{ dbt.type_string() }}) as scheme,
        wage_year,
        unit_id,
        person_id,
        cast(null as {{ dbt.type_string() }}) as for_month,
        true as is_state
    from {{ ref('unproven_persons') }}
),

united as (
    select * from not_listed
    union all
    select * from excluded
    union all
    select * from without_proof
),

final as (
    select
        exception,
        division,
        scheme,
        wage_year,
        unit_id,
        person_id,
        cast(null as {{ dbt.type_string() }}) as document_code,
        for_month,
        cast(null as {{ dbt.type_string() }}) as expected,
        cast(null as {{ dbt.type_string() }}) as found,
        cast(0 as numeric) as amount,
        cast(null as date) as due_on,
        is_state
    from united
)

select * from final
