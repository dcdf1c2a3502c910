{# What the staging models of the production tables share. #}

{# The rows of a landed table that are current in the month being built, cleaned and typed; codes are not
   yet mapped. Besides its columns: written_key (the key as cleaned), the months of the key as text
   (<month>_text), handled_digits and handled_on (AAE036).
   Typing tries a value as it is first and trimmed only when that fails: trimming costs as much as typing.
   All of it is computed in one pass over the table, which lets an engine share the work among processes. #}
{% macro landed_rows(table, codes, names=[], months=[], dates=[], amounts=[], counts=[]) -%}
    {%- set key = production_keys()[table] -%}
    {{ config(materialized='incremental_by_extract') }}
    {#- State the materialisation reads. A unit test lists every table its model reads, so it is left out there. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('stg_production__staged_tables') -%}
        {%- do ref('stg_production__touched_keys') -%}
        {%- do ref('stg_production__codes') -%}
        {%- do ref('stg_site__divisions') -%}
        {%- do source('production', 'extracts') -%}
    {%- endif -%}
    (
        select
            {%- for column in codes %}
            {{ clean_code(column) }} as {{ column }},
            {%- endfor %}
            {%- for column in names %}
            {{ clean_text(column) }} as {{ column }},
            {%- endfor %}
            {%- for column in months %}
            coalesce({{ as_month(column) }}, {{ as_month(trimmed(column)) }}) as {{ column }},
            {%- if column in key %}
            {{ missing_to_null(trimmed(column)) }} as {{ column }}_text,
            {%- endif %}
            {%- endfor %}
            {%- for column in dates %}
            coalesce({{ as_date(column) }}, {{ as_date(trimmed(column)) }}) as {{ column }},
            {%- endfor %}
            {%- for column in amounts %}
            coalesce({{ as_amount(column) }}, {{ as_amount(trimmed(column)) }}) as {{ column }},
            {%- endfor %}
            {%- for column in counts %}
            coalesce({{ as_count(column) }}, {{ as_count(trimmed(column)) }}) as {{ column }},
            {%- endfor %}
            {{ row_key(cleaned(key, table='production')) }} as written_key,
            {{ digits_of('aae036') }} as handled_digits,
            coalesce(
                {{ as_date("substring(replace(aae036, '-', ''), 1, 8)") }},
                {{ as_date("substring(replace(" ~ trimmed('aae036') ~ ", '-', ''), 1, 8)") }}
            ) as handled_on,
            _file_id as source_file_id,
            _row as source_row
        from {{ source('production', table) }} as production
        where {{ selected_rows() }}
        {{ computed_once() }}
    )
{%- endmacro %}

{# Joins what a coded column means in this month as `alias`.code; `table` is the table it stands in. #}
{% macro join_code(alias, column, table='landed') -%}
    left join {{ ref('stg_production__codes') }} as {{ alias }}
        on {{ alias }}.class = '{{ column | upper }}'
        and {{ alias }}.raw = {{ without_decimals(table ~ '.' ~ column) }}
{%- endmacro %}

{# The code of a column whose list is open: as written where neither AA10 nor the site's map knows the class. #}
{% macro open_code(alias, column, table='landed') -%}
    case
        when {{ alias }}.code is not null then {{ alias }}.code
        when not exists (
            select 1 from {{ ref('stg_production__codes') }} as known
            where known.class = '{{ column | upper }}' and known.origin <> 'standard'
        ) then {{ table }}.{{ column }}
    end
{%- endmacro %}

{# Joins the division of the site that AAB301 names as `divisions`.division. #}
{% macro join_division(table='landed') -%}
    {{ join_code('division_codes', 'aab301', table) }}
    left join {{ ref('stg_site__divisions') }} as divisions
        on divisions.division = coalesce(division_codes.code, {{ table }}.aab301)
{%- endmacro %}

{# The natural key of a row as one text; the parts are its keyword arguments' expressions, in order. #}
{% macro row_key(parts) -%}
    {%- for part in parts -%}
        coalesce({{ part }}, ''){{ " || '|' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Of the rows of a CTE that share a row_key, one counts: the latest AAE036, then the last landed; the others are
   superseded. Keys that differ as written but not as standardised are ordered by `written_key`, part by part: its
   separator stands before every character, as a shorter part does before a longer. #}
{% macro versions_of_keys(cte) -%}
    (
        select
            *,
            row_number() over (
                partition by row_key
                order by
                    handled_digits desc nulls last,
                    {{ by_code_point("replace(written_key, '|', chr(1))") }} desc nulls last,
                    source_row desc,
                    {{ by_code_point('source_file_id') }} desc
            ) > 1 as is_superseded
        from {{ cte }}
    )
{%- endmacro %}

{# The rows of a staged production table that count. #}
{% macro current_versions(table) -%}
    (
        select *
        from {{ ref('stg_production__' ~ table) }}
        where is_superseded is not true
    )
{%- endmacro %}

{# The production tables that become ledgers, each with its key columns. AA10 is a code list, no ledger. #}
{% macro production_keys() -%}
    {{ return({
        'ab01': ['aab001'],
        'ab02': ['aab001', 'aae140'],
        'ab07': ['aab001', 'aae140', 'aae003'],
        'ac01': ['aac001'],
        'ac02': ['aaz159'],
        'ac43': ['aaz223'],
        'ac50': ['aac001', 'aae140'],
        'ac60': ['aaz257'],
        'ac61': ['aaz257', 'aaa036', 'aae041'],
        'ac82': ['aaz220'],
        'ac83': ['aaz220', 'aaa036'],
        'yc01': ['aac001', 'aae140', 'aae041'],
        'yc02': ['aac001', 'aae140', 'yae001', 'aae003'],
    }) }}
{%- endmacro %}

{# The cleaned expressions of key columns of a landed table. #}
{% macro cleaned(columns, table='landed') -%}
    {%- set expressions = [] -%}
    {%- for column in columns -%}
        {%- do expressions.append(clean_code(table ~ '.' ~ column)) -%}
    {%- endfor -%}
    {{ return(expressions) }}
{%- endmacro %}
