{# The five-year band of age of somebody born on a day, at the end of the month being built: '60-64', in completed
   years; who was born on 29 February turns a year on 1 March. Null for a birthday after the month. #}
{% macro age_band(birth_on) -%}
    {%- set age = completed_years(birth_on, last_day_of(this_month())) -%}
    {%- set first = "cast(" ~ age ~ " - mod(" ~ age ~ ", 5) as integer)" -%}
    case
        when {{ birth_on }} <= {{ last_day_of(this_month()) }}
            then
                cast({{ first }} as {{ dbt.type_string() }})
                || '-'
                || cast({{ first }} + 4 as {{ dbt.type_string() }})
    end
{%- endmacro %}

{# Sex and band as a breakdown: 'sex=1;age=60-64'. Not known: sex=9, age=unknown. #}
{% macro band_of_person(sex, age_band) -%}
    'sex=' || coalesce({{ sex }}, '9') || ';age=' || coalesce({{ age_band }}, 'unknown')
{%- endmacro %}

{# The years somebody born on a day has completed on another day. #}
{% macro completed_years(birth_on, day) -%}
    floor(({{ _day_number(day) }} - {{ _day_number(birth_on) }}) / 10000.0)
{%- endmacro %}

{# A day as a number that reads YYYYMMDD. #}
{% macro _day_number(day) -%}
    cast(replace(cast({{ day }} as {{ dbt.type_string() }}), '-', '') as integer)
{%- endmacro %}
