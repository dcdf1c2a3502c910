-- Grain: one row per unit, scheme and base year read that holds a regular contribution of an
-- employee or a row collected as a unit: where it belongs and the rules it is verified by.
with rows_of_units as (
    select
        unit_key as unit_id,
        scheme,
        for_month
    from {{ ref('regular_contributions') }}
    where identity = '11'
    union distinct
    select
        unit_id,
        scheme,
        for_month
    from {{ ref('unit_rows') }}
),

with_rows as (
    select
        units.unit_id,
        units.scheme,
        years.wage_year
    from {{ ref('units') }} as units
    inner join {{ ref('base_years') }} as years
        on
            units.division = years.division
            and units.scheme = years.scheme
            and years.identity = '11'
    inner join rows_of_units
        on
            units.unit_id = rows_of_units.unit_id
            and units.scheme = rows_of_units.scheme
            and years.first_month <= rows_of_units.for_month
            and years.last_month >= rows_of_units.for_month
    where years.is_read
    group by units.unit_id, units.scheme, years.wage_year
),

final as (
    select
        units.unit_id,
        units.scheme,
        years.wage_year,
        units.division,
        units.unit_kind,
        coalesce(units.risk_class, '') as risk_class,
        units.base_method,
        years.first_month,
        years.last_month,
        years.before_first_month,
        years.before_last_month,
        years.wage_kind,
        years.has_wage_row,
        years.is_published,
        years.average_wage_amount,
        years.published_month,
        {{ months_after('years.published_month', 'rules.trueup_months') }} as settling_month,
        rules.unit_method,
        rules.provisional,
        rules.declare_by,
        rules.rounding,
        coalesce(
            rules.wage_year is not null
            and years.has_wage_row
            and (units.base_method = 'single' or rules.unit_method is not null),
            false
        )
        and units.base_method is not null as has_rule
    from with_rows
    inner join {{ ref('units') }} as units
        on
            with_rows.unit_id = units.unit_id
            and with_rows.scheme = units.scheme
    inner join {{ ref('base_years') }} as years
        on
            units.division = years.division
            and units.scheme = years.scheme
            and years.identity = '11'
            and with_rows.wage_year = years.wage_year
    left join {{ ref('rules_in_force') }} as rules
        on
            units.division = rules.division
            and units.scheme = rules.scheme
            and coalesce(units.unit_kind, '') = rules.unit_kind
            and with_rows.wage_year = rules.wage_year
)

select * from final
