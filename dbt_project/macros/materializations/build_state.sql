{# Build state of tables that are not rebuilt while their inputs are unchanged.

   kept_tables holds for each its input versions, the hash of its SQL, and a version that changes whenever its rows may
   have changed: the generation, a new one with every full build, and the refresh within it. It is unlogged as most of
   the tables are: a crash of the server empties them together. #}

{# Configure a model as a table that is rebuilt only when an input changed. #}
{% macro skip_if_unchanged() -%}
    {{ config(materialized='ctas', skips_unchanged=true) }}
    {#- A unit test lists the tables it reads, and a state table is none of them. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('kept_tables') -%}
        {%- do ref('built_months') -%}
    {%- endif -%}
{%- endmacro %}

{# The versions of everything a model reads but seeds, by name; none when one of them is unknown. #}
{% macro input_versions() -%}
    {%- set versions = {'site_version': var('site_version')} -%}
    {%- set ledgers, tables = [], [] -%}
    {%- for id in model.depends_on.nodes -%}
        {%- set node = graph.nodes[id] -%}
        {%- if node.schema == 'staging_site' and node.resource_type == 'model' -%}
            {%- do versions.update({node.name: node.checksum.checksum}) -%}
        {%- elif node.schema == 'business_ledger' and node.name != 'built_months' -%}
            {%- do ledgers.append(node.name) -%}
        {%- elif node.schema == this.schema and node.name != 'kept_tables' -%}
            {%- do tables.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if ledgers -%}
        {%- set ids = state_ids(ledgers, this_month()) -%}
        {%- if not ids -%}{{ return(none) }}{%- endif -%}
        {%- do versions.update(ids) -%}
    {%- endif -%}
    {%- for name in tables -%}
        {%- set version = build_state(name).version -%}
        {%- if not version -%}{{ return(none) }}{%- endif -%}
        {%- do versions.update({name: version}) -%}
    {%- endfor -%}
    {{ return(versions) }}
{%- endmacro %}

{# The saved build state of a table; empty when there is none. `former` is set for touched_persons alone: the inputs from
   which an incremental refresh starts. #}
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

{# The generation of the last full build: the first part of a table's version. #}
{% macro generation_of(held) -%}
    {{ return((held.version or '').split(':')[0]) }}
{%- endmacro %}

{# Save the build state of the table. It gets a new version unless one is given, and a new generation unless one is
   given. #}
{% macro save_build_state(now, version=none, generation=none, former=none) -%}
    {%- set begin = "'" ~ generation ~ "'" if generation else 'gen_random_uuid()' -%}
    {% call statement('save_build_state') %}
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
