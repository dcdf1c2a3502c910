{# What tables remember that stay as they are while nothing they are made from changes.

   kept_tables holds for each what it was made from, the hash of its SQL, and a version, another one whenever its rows
   may be others: the generation, another one whenever it is made whole, and the move. It is unlogged like most of
   the tables: a crash of the server empties them together. #}

{# Makes a model a table that is kept until something it is made from changes. #}
{% macro skip_if_unchanged() -%}
    {{ config(materialized='ctas', skips_unchanged=true) }}
    {#- A unit test lists the tables it reads, and these are none of its business. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('kept_tables') -%}
        {%- do ref('built_months') -%}
    {%- endif -%}
{%- endmacro %}

{# The state or version of everything a model reads but seeds: {name: version}; none when one of them is not known. #}
{% macro input_versions() -%}
    {%- set found = {'site_version': var('site_version')} -%}
    {%- set ledgers, tables = [], [] -%}
    {%- for id in model.depends_on.nodes -%}
        {%- set node = graph.nodes[id] -%}
        {%- if node.schema == 'staging_site' and node.resource_type == 'model' -%}
            {%- do found.update({node.name: node.checksum.checksum}) -%}
        {%- elif node.schema == 'business_ledger' and node.name != 'built_months' -%}
            {%- do ledgers.append(node.name) -%}
        {%- elif node.schema == this.schema and node.name != 'kept_tables' -%}
            {%- do tables.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if ledgers -%}
        {%- set ids = state_ids(ledgers, this_month()) -%}
        {%- if not ids -%}{{ return(none) }}{%- endif -%}
        {%- do found.update(ids) -%}
    {%- endif -%}
    {%- for name in tables -%}
        {%- set version = build_state(name).version -%}
        {%- if not version -%}{{ return(none) }}{%- endif -%}
        {%- do found.update({name: version}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# What a table remembers; an empty one nothing. Of touched_persons also, where the move begins. #}
{% macro build_state(name) -%}
    {%- set query -%}
        select staged, former, fingerprint, table_version from {{ ref('kept_tables') }} where model = '{{ name }}'
    {%- endset -%}
    {%- set held = (query_rows(query) | first) or {} -%}
    {{ return({
        'staged': fromjson(held.staged) if held.staged else none,
        'former': fromjson(held.former) if held.former else none,
        'fingerprint': held.fingerprint,
        'version': held.table_version,
    }) }}
{%- endmacro %}

{# When the table was last made whole: the first part of its version. #}
{% macro generation_of(held) -%}
    {{ return((held.version or '').split(':')[0]) }}
{%- endmacro %}

{# Lets the table remember what it was made from; it has another version unless one is given, and another generation
   unless that is. #}
{% macro save_build_state(now, version=none, generation=none, former=none) -%}
    {%- set begin = "'" ~ generation ~ "'" if generation else 'gen_random_uuid()' -%}
    {% call statement('remember_what_it_was_made_from') %}
        delete from {{ ref('kept_tables') }} where model = '{{ this.identifier }}';
        insert into {{ ref('kept_tables') }} (model, staged, former, fingerprint, table_version)
        values (
            '{{ this.identifier }}',
            {{ "'" ~ tojson(now.staged, sort_keys=true) ~ "'" if now.staged else 'null' }},
            {{ "'" ~ tojson(former, sort_keys=true) ~ "'" if former else 'null' }},
            '{{ now.fingerprint }}',
            {{ "'" ~ version ~ "'" if version else 'concat(' ~ begin ~ ", ':', gen_random_uuid())" }}
        )
    {% endcall %}
{%- endmacro %}
