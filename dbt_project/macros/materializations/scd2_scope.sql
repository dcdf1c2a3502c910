{# What changed in staging since a ledger's month was built, for the materialisation `scd2_by_month`. #}

{# For each staged table a ledger depends on, its generation and the number of its last refresh; none when the ledger
   is not listed in ledger_scope, or when a ledger it reads was built from others. #}
{% macro extract_versions(scope) -%}
    {%- if not scope -%}{{ return(none) }}{%- endif -%}
    {%- set versions = {} -%}
    {%- set query -%}
        select table_name, generation, move_number from {{ ref('stg_production__staged_tables') }}
        where table_name in {{ text_list(followed_tables(scope)) }}
    {%- endset -%}
    {%- for row in query_rows(query) -%}
        {%- do versions.update({row.table_name: [row.generation, row.move_number | int]}) -%}
    {%- endfor -%}
    {%- for ledger in scope.get('reads', []) -%}
        {%- set theirs = built_from(ledger, this_month()) -%}
        {%- for table, version in (theirs.staged or {}).items() if versions.get(table, version) != version -%}
            {{ return(none) }}
        {%- endfor -%}
        {%- if not theirs.staged -%}{{ return(none) }}{%- endif -%}
    {%- endfor -%}
    {{ return(versions if versions | length == followed_tables(scope) | unique | list | length else none) }}
{%- endmacro %}

{# The inputs of the state of a ledger that is current in a month: of that month, or of the last one built before. #}
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

{# The staged tables with affected keys since the current state was built; none when that is unknown. #}
{% macro affected_tables(scope, now) -%}
    {%- set before = built_from(this.identifier, this_month()) -%}
    {%- if not now.staged or not before.staged or before.fingerprint != now.fingerprint -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set affected = [] -%}
    {%- for table, version in now.staged.items() -%}
        {%- set was = before.staged.get(table) -%}
        {%- if not was or was[0] != version[0] or was[1] > version[1] -%}{{ return(none) }}{%- endif -%}
        {%- if was[1] < version[1] -%}{%- do affected.append([table, was[1]]) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(affected) }}
{%- endmacro %}

{# Create affected_<table>, and ledger_scope: the keys of the ledger's rows that the affected keys reach. #}
{% macro scd2_scope(relation, scope, affected, now) -%}
    {%- set since = {} -%}
    {%- for table, refresh in affected -%}{%- do since.update({table: refresh}) -%}{%- endfor -%}
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

{# The condition that a row of the ledger is in scope. #}
{% macro scd2_in_scope(scope, rows) -%}
    {%- if scope.excludes -%}
    (table_name, row_key) in (select table_name, row_key from ledger_scope)
    {%- else -%}
    {{ is_in_keys('row_key', 'select row_key from ledger_scope', rows) }}
    {%- endif -%}
{%- endmacro %}
