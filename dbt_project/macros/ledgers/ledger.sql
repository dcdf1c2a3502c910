{# What the business ledgers share. #}

{# The last columns of every ledger: where the row belongs, where it landed, in which months it was current. #}
{% macro origin_columns(table) -%}
    {{ table }}.row_key,
    {{ table }}.source_file_id,
    {{ table }}.source_row,
    {{ batch_columns() }}
{%- endmacro %}

{# The order in which the latest enrolment comes first: by AAC030, then AAZ159. #}
{% macro latest_enrolment_first() -%}
    enrolled_on desc nulls last, {{ by_code_point('enrolment_id') }} desc nulls last
{%- endmacro %}

{# A month a contribution covers: as written; one end alone counts for both; when neither is written, a
   residents' pension contribution (170) covers the calendar year, any other the month it is for. #}
{% macro covered_month(column, other_end, month_of_year) -%}
    coalesce(
        placed.{{ column }},
        placed.{{ other_end }},
        case
            when placed.scheme = '170' then substring(placed.for_month, 1, 4) || '{{ month_of_year }}'
            else placed.for_month
        end
    )
{%- endmacro %}

{# The rows of a production table that count; an incremental build reads only those in the ledger's scope. #}
{% macro versions_in_scope(table) -%}
    (
        select *
        from {{ current_versions(table) }} as current_rows
        {{ incremental_only("where row_key in (select row_key from ledger_scope)") }}
    )
{%- endmacro %}

{# The persons AC01 knows, with their divisions; an incremental build reads only those named by the CTE `of`. #}
{% macro known_persons(of) -%}
    (
        select person_id, division
        from {{ current_versions('ac01') }} as current_rows
        {{ incremental_only("where row_key in (select person_id from " ~ of ~ ")") }}
    )
{%- endmacro %}

{# The employers AB01 knows, with their divisions; an incremental build reads only those named by the CTE `of`. #}
{% macro known_employers(of) -%}
    (
        select employer_id, division
        from {{ current_versions('ab01') }} as current_rows
        {{ incremental_only("where row_key in (select employer_id from " ~ of ~ ")") }}
    )
{%- endmacro %}

{# The rows of another ledger that the CTE `of` refers to by `key`; a full build reads all of them. #}
{% macro parents_of(ledger, of, key) -%}
    (
        select *
        from {{ current_ledger(ledger) }} as current_rows
        {{ incremental_only("where " ~ key ~ " in (select " ~ key ~ " from " ~ of ~ ")") }}
    )
{%- endmacro %}
