{# One SQL text for full and incremental builds: the compiled text is that of a full build, portable and readable.
   The materialisations `incremental_by_extract` and `scd2_by_month` add the conditions of an incremental build to it. #}

{# A condition of incremental builds alone; a comment in the SQL of a full build. #}
{% macro incremental_only(condition) -%}
    /* incremental only: {{ condition }} :incremental only */
{%- endmacro %}

{# The SQL with the conditions of incremental_only enabled. #}
{% macro incremental_sql(sql) -%}
    {{ return(sql | replace('/* incremental only: ', '') | replace(' :incremental only */', '')) }}
{%- endmacro %}

{# The landed rows to stage: those current in the month being built. incremental_by_extract replaces this condition to
   stage other rows. #}
{% macro selected_rows() -%}
    ({{ is_current('_valid_from', '_valid_to') }})
{%- endmacro %}

{# A hash of the SQL that is the same for every month. #}
{% macro month_independent_hash(sql) -%}
    {{ return(local_md5(sql | replace(this_month(), 'month'))) }}
{%- endmacro %}

{# A hash of a model's SQL, its contract and the seeds it reads: when it changes, the table is built in full. #}
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

{# As model_fingerprint, for SQL that names the month being built: the same for every month. #}
{% macro month_independent_fingerprint(sql) -%}
    {{ return(month_independent_hash(sql ~ model['contract']['checksum'])) }}
{%- endmacro %}

{# The rows of a query as a list of dictionaries. #}
{% macro query_rows(query) -%}
    {%- set found = run_query(query) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}
        {%- do rows.append(row.dict()) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{# Texts as a list in parentheses, for `in`. #}
{% macro text_list(values) -%}
    ('{{ values | join("', '") }}')
{%- endmacro %}

{# Make the planner prefer index scans until the transaction ends: a few rows are read of millions. #}
{% macro prefer_index_scans() -%}
    set local random_page_cost = 1.1;
{%- endmacro %}

{# The condition that a column is among the keys a query returns. As an array they are looked up together, and the rows
   are read in physical order, which is far faster than one by one when the pages are not in memory. The planner
   estimates ten keys for an array: use it to read one table, not below a join. Above a million keys the array would be
   too large. #}
{% macro is_in_keys(column, keys, number) -%}
    {%- if number <= 1000000 -%}
    {{ column }} = any(array({{ keys }}))
    {%- else -%}
    {{ column }} in ({{ keys }})
    {%- endif -%}
{%- endmacro %}

{# Allow or forbid plain index scans: without them, rows are read in physical order through bitmaps. #}
{% macro bitmap_scans_only(is_wanted=true) -%}
    set local enable_indexscan = {{ 'off' if is_wanted else 'on' }};
{%- endmacro %}
