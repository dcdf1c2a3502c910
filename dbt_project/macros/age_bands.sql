{# The band of persons a sex and a birthday put somebody in at the end of the month being built, as a breakdown:
   'sex=1;age=60-64'. Completed years, five to a band; who was born on 29 February turns a year on 1 March.
   Not known (no sex, no birthday, or one after the month): sex=9, age=unknown. #}
{% macro band_of_person(sex, birth_on) -%}
    {%- set days = _day_number(birth_on) -%}
    {%- set last_day = _day_number(last_day_of(this_month())) -%}
    {%- set age = "floor((" ~ last_day ~ " - " ~ days ~ ") / 10000.0)" -%}
    'sex=' || coalesce({{ sex }}, '9') || ';age=' || coalesce(
        case
            when {{ birth_on }} <= {{ last_day_of(this_month()) }}
                then
                    cast(cast({{ age }} - mod({{ age }}, 5) as integer) as {{ dbt.type_string() }})
                    || '-'
                    || cast(cast({{ age }} - mod({{ age }}, 5) + 4 as integer) as {{ dbt.type_string() }})
        end,
        'unknown'
    )
{%- endmacro %}

{# A day as a number that reads YYYYMMDD. #}
{% macro _day_number(day) -%}
    cast(replace(cast({{ day }} as {{ dbt.type_string() }}), '-', '') as integer)
{%- endmacro %}
