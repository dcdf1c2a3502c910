{# How one SQL text serves a whole build and a build of what changed: the text as compiled is the whole one,
   portable and readable; the materialisations `staged` and `versioned` narrow it. #}

{# A condition that holds only while a model is built from what changed; a comment in the whole SQL. #}
{% macro when_narrowed(condition) -%}
    /* when narrowed: {{ condition }} :when narrowed */
{%- endmacro %}

{# The SQL with its conditions of when_narrowed taken in. #}
{% macro narrowed_sql(sql) -%}
    {{ return(sql | replace('/* when narrowed: ', '') | replace(' :when narrowed */', '')) }}
{%- endmacro %}

{# Which landed rows are staged: those current in the month being built. Other rows are asked for by replacing it. #}
{% macro wanted_rows() -%}
    ({{ is_current('_valid_from', '_valid_to') }})
{%- endmacro %}

{# A hash of the SQL that does not depend on the month being built. #}
{% macro monthless_hash(sql) -%}
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
{% macro monthless_fingerprint(sql) -%}
    {{ return(monthless_hash(sql ~ model['contract']['checksum'])) }}
{%- endmacro %}

{# Rows of a query as a list of dictionaries. #}
{% macro queried(query) -%}
    {%- set found = run_query(query) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}
        {%- do rows.append(row.dict()) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{# SQL texts as a list in parentheses. #}
{% macro listed_texts(values) -%}
    ('{{ values | join("', '") }}')
{%- endmacro %}

{# Until the transaction ends, let a few rows among millions be found by their index. #}
{% macro look_up_by_index() -%}
    set local random_page_cost = 1.1;
{%- endmacro %}

{# The condition that a column is among the keys a query returns. As an array they are looked up together, and their
   rows read in the order in which they lie: what a month left alone is on disk, where one by one takes far longer.
   The planner takes them for ten keys: this is for reading one table, not for what is joined to others after it.
   An array of more keys than this would be too large. #}
{% macro is_among(column, keys, number) -%}
    {%- if number <= 1000000 -%}
    {{ column }} = any(array({{ keys }}))
    {%- else -%}
    {{ column }} in ({{ keys }})
    {%- endif -%}
{%- endmacro %}

{# Let indexes tell only where rows lie, which are then read in the order in which they do; or no longer. #}
{% macro by_bitmap_only(is_wanted=true) -%}
    set local enable_indexscan = {{ 'off' if is_wanted else 'on' }};
{%- endmacro %}
