{# What changed in staging since a ledger's month was built, for the materialisation `scd2_by_month`. #}

{# For each staged table a ledger rests on, its generation and the number of its last move; none when the ledger
   is not listed, or a ledger it is made from was not built from the same. #}
{% macro extract_versions(scope) -%}
    {%- if not scope -%}{{ return(none) }}{%- endif -%}
    {%- set marks = {} -%}
    {%- set query -%}
        select table_name, generation, move_number from {{ ref('stg_production__staged_tables') }}
        where table_name in {{ text_list(followed_tables(scope)) }}
    {%- endset -%}
    {%- for row in query_rows(query) -%}
        {%- do marks.update({row.table_name: [row.generation, row.move_number | int]}) -%}
    {%- endfor -%}
    {%- for ledger in scope.get('reads', []) -%}
        {%- set theirs = built_from(ledger, this_month()) -%}
        {%- for table, mark in (theirs.staged or {}).items() if marks.get(table, mark) != mark -%}
            {{ return(none) }}
        {%- endfor -%}
        {%- if not theirs.staged -%}{{ return(none) }}{%- endif -%}
    {%- endfor -%}
    {{ return(marks if marks | length == followed_tables(scope) | unique | list | length else none) }}
{%- endmacro %}

{# What the state of a ledger that is in force in a month was built from: that month, or the last one built before. #}
{% macro built_from(ledger, month) -%}
    {%- set query -%}
        select month, staged, fingerprint from {{ built_months_relation() }}
        where model = '{{ ledger }}' and month <= {{ month }}
        order by month desc
        limit 1
    {%- endset -%}
    {%- set built = (query_rows(query) | first) or {} -%}
    {{ return({
        'staged': fromjson(built.staged) if built.staged else none,
        'fingerprint': built.fingerprint,
    }) }}
{%- endmacro %}

{# The staged tables with keys touched since the state in force was built; none when that is not known. #}
{% macro affected_tables(scope, now) -%}
    {%- set before = built_from(this.identifier, this_month()) -%}
    {%- if not now.staged or not before.staged or before.fingerprint != now.fingerprint -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set touched = [] -%}
    {%- for table, mark in now.staged.items() -%}
        {%- set known = before.staged.get(table) -%}
        {%- if not known or known[0] != mark[0] or known[1] > mark[1] -%}{{ return(none) }}{%- endif -%}
        {%- if known[1] < mark[1] -%}{%- do touched.append([table, known[1]]) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(touched) }}
{%- endmacro %}

{# Makes affected_<table>, and ledger_scope: the keys of the ledger's rows that the touched keys reach. #}
{% macro scd2_scope(relation, scope, touched, now) -%}
    {%- set since = {} -%}
    {%- for table, move in touched -%}{%- do since.update({table: move}) -%}{%- endfor -%}
    {%- set parts = [] -%}
    {%- for table in now.staged %}
    create temporary table affected_{{ table }} on commit drop as
    select distinct row_key, person_id
    from {{ ref('stg_production__touched_keys') }}
    where table_name = '{{ table }}' and move_number > {{ since.get(table, 9223372036854775807) }};
    analyze affected_{{ table }};
    {%- if table in since -%}
        {%- if table == scope.staged or table in scope.get('excludes', []) -%}
            {%- do parts.append("select row_key, '" ~ table | upper ~ "' as table_name from affected_" ~ table) -%}
        {%- endif -%}
        {%- for condition in scope.get('follows', {}).get(table, []) -%}
            {%- do parts.append(
                "select row_key, '' from " ~ ref('stg_production__' ~ scope.staged) ~ " where " ~ condition
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- endfor %}
    create temporary table ledger_scope on commit drop as
    {{ parts | join(' union ') }};
    analyze ledger_scope;
{%- endmacro %}

{# The condition that a held row is within the scope. #}
{% macro scd2_in_scope(scope, rows) -%}
    {%- if scope.excludes -%}
    (table_name, row_key) in (select table_name, row_key from ledger_scope)
    {%- else -%}
    {{ is_in_keys('row_key', 'select row_key from ledger_scope', rows) }}
    {%- endif -%}
{%- endmacro %}
