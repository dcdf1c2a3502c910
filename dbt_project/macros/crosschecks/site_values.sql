{# Values of the site's parameters, looked up as all are: the nearest place first (division_places), then the row with most
   filled keys, then the latest. #}

{# Per row of the CTE `asked` (division, scheme, identity, a month) the row of the CTE `limits` that is in force. #}
{% macro limits_looked_up(asked, month) -%}
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
                {{ nearest_first(
                    ['asked.division', 'asked.scheme', 'asked.identity', 'asked.' ~ month],
                    'limits', ['scheme', 'identity']
                ) }} as place
            from {{ asked }} as asked
            inner join {{ ref('division_places') }} as places on asked.division = places.division
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
        from {{ current_ledger('contributions') }} as contributions
        where
            contributions.division is not null
            and {{ condition }}
        union all
        select
            contributions.*,
            coalesce(enrolments.division, '') as limits_division
        from {{ current_ledger('contributions') }} as contributions
        inner join {{ current_ledger('enrolments') }} as enrolments
            on contributions.enrolment_id = enrolments.enrolment_id
        where
            contributions.division is null
            and {{ condition }}
    )
{%- endmacro %}
