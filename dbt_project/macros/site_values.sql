{# Values of the site's parameters, looked up as all are: the nearest place first (division_places), then the row with most
   filled keys, then the latest. #}

{# Per row of the CTE `asked` (division, scheme, identity, a month) the row of the CTE `limits` that is in force. #}
{% macro limits_looked_up(asked, month, places) -%}
    (
        select *
        from (
            select
                asked.*,
                limits.wage_year,
                limits.wage_kind,
                limits.floor_ratio,
                limits.cap_ratio,
                limits.floor,
                limits.cap,
                limits.year_from as limits_from,
                limits.year_to as limits_to,
                {{ nearest_first(
                    ['asked.division', 'asked.scheme', 'asked.identity', 'asked.' ~ month],
                    'limits', ['scheme', 'identity']
                ) }} as place
            from {{ asked }} as asked
            inner join {{ places }} as places on asked.division = places.division
            inner join limits
                on
                    places.place = coalesce(limits.division, '')
                    and asked.scheme = coalesce(limits.scheme, asked.scheme)
                    and asked.identity = coalesce(limits.identity, asked.identity)
                    and asked.{{ month }} >= coalesce(limits.valid_from, asked.{{ month }})
                    and asked.{{ month }} <= coalesce(limits.valid_to, asked.{{ month }})
        ) as ranked
        where place = 1
    )
{%- endmacro %}

{# Floor and cap in force, the row of the average wage they rest on, and last year's floor and cap.
   Shape: the CTE `limits_of_months`, one row per row of the CTE `asked` (division, scheme, identity, for_month) that has
   limits; `places` is the model of the places a division's parameters are looked up at. #}
{% macro limits_of_months(asked, places) -%}
limits as (
    select
        *,
        -- Several rows of one wage year are one year.
        case
            when wage_year is null then valid_from
            else min(valid_from) over (partition by division, scheme, identity, wage_year)
        end as year_from,
        -- Open: the last month is far away.
        max(coalesce(valid_to, '9999-12')) over (
            partition by division, scheme, identity, coalesce(wage_year, -site_row)
        ) as year_to
    from {{ ref('stg_site__contribution_limits') }}
),

this_year as (
    select * from {{ limits_looked_up(asked, month='for_month', places=places) }} as looked_up
),

years_before as (
    select
        division,
        scheme,
        identity,
        limits_from as year_from,
        {{ month_of_number('(' ~ month_number('limits_from') ~ ' - 1)') }} as month_before
    from this_year
    where limits_from is not null
    group by division, scheme, identity, limits_from
),

last_year as (
    select * from {{ limits_looked_up('years_before', month='month_before', places=places) }} as looked_up
),

-- Without a row of the year before: the same ratios on the wage year before.
paired as (
    select
        this_year.*,
        coalesce(last_year.wage_year, this_year.wage_year - 1) as last_wage_year,
        case
            when last_year.wage_year is null then this_year.wage_kind else last_year.wage_kind
        end as last_wage_kind,
        case
            when last_year.division is null then this_year.floor_ratio else last_year.floor_ratio
        end as last_floor_ratio,
        case
            when last_year.division is null then this_year.cap_ratio else last_year.cap_ratio
        end as last_cap_ratio,
        last_year.floor as last_published_floor,
        last_year.cap as last_published_cap
    from this_year
    left join last_year
        on
            this_year.division = last_year.division
            and this_year.scheme = last_year.scheme
            and this_year.identity = last_year.identity
            and this_year.limits_from = last_year.year_from
),

wages_in_use as (
    select
        division,
        wage_year,
        wage_kind
    from paired
    union distinct
    select
        division,
        last_wage_year as wage_year,
        last_wage_kind as wage_kind
    from paired
),

wages as (
    select *
    from (
        select
            wages_in_use.division,
            wages_in_use.wage_year,
            coalesce(wages_in_use.wage_kind, '') as wage_kind,
            average_wages.monthly_wage,
            average_wages.published_month,
            row_number() over (
                partition by
                    wages_in_use.division, wages_in_use.wage_year, wages_in_use.wage_kind
                order by
                    places.distance,
                    case when average_wages.year is null then 1 else 0 end
                    + case when average_wages.wage_kind is null then 1 else 0 end,
                    average_wages.site_row
            ) as place
        from wages_in_use
        inner join {{ places }} as places
            on wages_in_use.division = places.division
        inner join {{ ref('stg_site__average_wages') }} as average_wages
            on
                places.place = coalesce(average_wages.division, '')
                and wages_in_use.wage_year = coalesce(average_wages.year, wages_in_use.wage_year)
                and coalesce(wages_in_use.wage_kind, '')
                = coalesce(average_wages.wage_kind, wages_in_use.wage_kind, '')
    ) as ranked
    where place = 1
),

limits_of_months as (
    select
        paired.division,
        paired.scheme,
        paired.identity,
        paired.for_month,
        paired.wage_year,
        paired.wage_kind,
        paired.limits_from,
        paired.limits_to,
        this_wage.monthly_wage,
        this_wage.division is not null as has_wage_row,
        this_wage.published_month,
        paired.for_month >= this_wage.published_month as is_published,  -- null: nobody knows
        cast(
            coalesce(paired.floor, paired.floor_ratio * this_wage.monthly_wage) as numeric(38, 12)
        ) as floor_amount,                                      -- yuan
        cast(
            coalesce(paired.cap, paired.cap_ratio * this_wage.monthly_wage) as numeric(38, 12)
        ) as cap_amount,                                        -- yuan
        cast(
            coalesce(
                paired.last_published_floor, paired.last_floor_ratio * last_wage.monthly_wage
            ) as numeric(38, 12)
        ) as last_floor_amount,                                 -- yuan
        cast(
            coalesce(
                paired.last_published_cap, paired.last_cap_ratio * last_wage.monthly_wage
            ) as numeric(38, 12)
        ) as last_cap_amount                                    -- yuan
    from paired
    left join wages as this_wage
        on
            paired.division = this_wage.division
            and paired.wage_year = this_wage.wage_year
            and coalesce(paired.wage_kind, '') = this_wage.wage_kind
    left join wages as last_wage
        on
            paired.division = last_wage.division
            and paired.last_wage_year = last_wage.wage_year
            and coalesce(paired.last_wage_kind, '') = last_wage.wage_kind
)
{%- endmacro %}

{# The place of a parameter's row among those that fit what is asked: 1 is the one that counts. #}
{% macro nearest_first(asked, parameters, keys) -%}
    row_number() over (
        partition by {{ asked | join(', ') }}
        order by
            places.distance,
            {% for key in keys -%}
            case when {{ parameters }}.{{ key }} is null then 1 else 0 end{{ ' + ' if not loop.last else ',' }}
            {% endfor -%}
            {{ parameters }}.valid_from desc nulls last,
            {{ parameters }}.site_row
    )
{%- endmacro %}

{# The contributions that fulfil a condition, with limits_division: the division limits are looked up for. Orphans have
   none themselves and are judged where their enrolment is. #}
{% macro located_contributions(condition) -%}
    (
        select
            contributions.*,
            contributions.division as limits_division
        from {{ checked_ledger('contributions') }} as contributions
        where
            contributions.division is not null
            and {{ condition }}
        union all
        select
            contributions.*,
            coalesce(enrolments.division, '') as limits_division
        from {{ checked_ledger('contributions') }} as contributions
        inner join {{ checked_ledger('enrolments') }} as enrolments
            on contributions.enrolment_id = enrolments.enrolment_id
        where
            contributions.division is null
            and {{ condition }}
    )
{%- endmacro %}

{# One row per division (empty: none known) and place its parameters are looked up at, with its distance. #}
{% macro places_of_divisions() -%}
with divisions as (
    select
        division,
        parent
    from {{ ref('stg_site__divisions') }}
    where division is not null
),

places as (
    select
        division,
        division as place,
        0 as distance
    from divisions
    union all
    select
        divisions.division,
        parents.division as place,
        1 as distance
    from divisions
    inner join divisions as parents on divisions.parent = parents.division
    union all
    select
        divisions.division,
        grandparents.division as place,
        2 as distance
    from divisions
    inner join divisions as parents on divisions.parent = parents.division
    inner join divisions as grandparents on parents.parent = grandparents.division
    union all
    select
        division,
        '' as place,
        3 as distance
    from divisions
    union all
    select
        '' as division,
        '' as place,
        3 as distance
)

select
    division,
    place,
    cast(distance as integer) as distance
from places
{%- endmacro %}
