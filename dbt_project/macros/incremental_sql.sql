{# How one SQL text serves a whole build and a build of what changed: the text as compiled is the whole one,
   portable and readable; the materialisations `incremental_by_extract` and `scd2_by_month` narrow it. #}

{# A condition that holds only while a model is built from what changed; a comment in the whole SQL. #}
{% macro incremental_only(condition) -%}
    /* incremental only: {{ condition }} :incremental only */
{%- endmacro %}

{# The SQL with its conditions of incremental_only taken in. #}
{% macro incremental_sql(sql) -%}
    {{ return(sql | replace('/* incremental only: ', '') | replace(' :incremental only */', '')) }}
{%- endmacro %}

{# Which landed rows are staged: those current in the month being built. Other rows are asked for by replacing it. #}
{% macro selected_rows() -%}
    ({{ is_current('_valid_from', '_valid_to') }})
{%- endmacro %}

{# A hash of the SQL that does not depend on the month being built. #}
{% macro month_independent_hash(sql) -%}
    {{ return(local_md5(sql | replace(this_month(), 'month'))) }}
{%- endmacro %}

{# A hash of a model's SQL, of the contract it was held to and of the seeds it reads: what was made with others is made
   whole. #}
{% macro model_fingerprint(sql) -%}
    {{ return(local_md5(sql ~ model['contract']['checksum'] ~ seed_checksums() | join)) }}
{%- endmacro %}

{% macro seed_checksums() -%}
    {%- set found = [] -%}
    {%- for id in model.depends_on.nodes if graph.nodes[id].resource_type == 'seed' -%}
        {%- do found.append(graph.nodes[id].checksum.checksum) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The same, of SQL that speaks of the month being built in any month alike. #}
{% macro month_independent_fingerprint(sql) -%}
    {{ return(month_independent_hash(sql ~ model['contract']['checksum'])) }}
{%- endmacro %}

{# Rows of a query as a list of dictionaries. #}
{% macro query_rows(query) -%}
    {%- set found = run_query(query) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}
        {%- do rows.append(row.dict()) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{# SQL texts as a list in parentheses. #}
{% macro text_list(values) -%}
    ('{{ values | join("', '") }}')
{%- endmacro %}

{# Until the transaction ends, let a few rows among millions be found by their index. #}
{% macro prefer_index_scans() -%}
    set local random_page_cost = 1.1;
{%- endmacro %}

{# The condition that a column is among the keys a query returns. As an array they are looked up together, and their
   rows read in the order in which they lie: what a month left alone is on disk, where one by one takes far longer.
   The planner takes them for ten keys: this is for reading one table, not for what is joined to others after it.
   An array of more keys than this would be too large. #}
{% macro is_in_keys(column, keys, number) -%}
    {%- if number <= 1000000 -%}
    {{ column }} = any(array({{ keys }}))
    {%- else -%}
    {{ column }} in ({{ keys }})
    {%- endif -%}
{%- endmacro %}

{# Let indexes tell only where rows lie, which are then read in the order in which they do; or no longer. #}
{% macro bitmap_scans_only(is_wanted=true) -%}
    set local enable_indexscan = {{ 'off' if is_wanted else 'on' }};
{%- endmacro %}
