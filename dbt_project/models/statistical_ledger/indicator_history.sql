-- Grain: one row per cell and build of its month that gave it another value; append-only.
-- Builds of a month are numbered from 1; a build that changes nothing has no number. A value holds
-- until the cell's next row; is_shown is false from where the cell is no row any more.
{{ config(
    materialized='incremental',
    unlogged=false,
    access='public',
    full_refresh=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
) }}

with current_cells as (
    select
        month,
        division,
        scheme,
        breakdown,
        indicator,
        value
    from {{ ref('indicators') }}
    where month in ({{ this_month() }}, {{ month_plus(1) }})
),

known_cells as (
    {% if is_incremental() %}
    select
        month,
        division,
        scheme,
        breakdown,
        indicator,
        value,
        is_shown,
        row_number() over (
            partition by month, division, scheme, breakdown, indicator
            order by build_number desc
        ) as place
    from {{ this }}
    where month in ({{ this_month() }}, {{ month_plus(1) }})
    {% else %}
    select
        month,
        division,
        scheme,
        breakdown,
        indicator,
        value,
        true as is_shown,
        1 as place
    from current_cells
    where 1 = 0
    {% endif %}
),

last_builds as (
    {% if is_incremental() %}
    select
        month,
        max(build_number) as build_number
    from {{ this }}
    group by month
    {% else %}
    select
        cast(null as {{ dbt.type_string() }}) as month,
        0 as build_number
    {% endif %}
),

last_cells as (
    select *
    from known_cells
    where place = 1
),

changes as (
    select
        coalesce(current_cells.month, known_cells.month) as month,
        coalesce(current_cells.division, known_cells.division) as division,
        coalesce(current_cells.scheme, known_cells.scheme) as scheme,
        coalesce(current_cells.breakdown, known_cells.breakdown) as breakdown,
        coalesce(current_cells.indicator, known_cells.indicator) as indicator,
        current_cells.value,
        current_cells.month is not null as is_shown
    from current_cells
    full outer join last_cells as known_cells
        on
            current_cells.month = known_cells.month
            and current_cells.division = known_cells.division
            and current_cells.scheme = known_cells.scheme
            and current_cells.breakdown = known_cells.breakdown
            and current_cells.indicator = known_cells.indicator
    where
        known_cells.month is null
        or known_cells.is_shown <> (current_cells.month is not null)
        or current_cells.value is distinct from known_cells.value
),

final as (
    select
        changes.month,
        changes.division,
        changes.scheme,
        changes.breakdown,
        changes.indicator,
        cast(coalesce(last_builds.build_number, 0) + 1 as integer) as build_number,
        changes.value,
        changes.is_shown
    from changes
    left join last_builds on changes.month = last_builds.month
)

select * from final
