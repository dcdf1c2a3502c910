{# A table rebuilt by `create table as`, which PostgreSQL runs in parallel (an `insert ... select` it does not), with its
   contract enforced all the same: names, types and order are compared before, not-null constraints and the
   primary key are set after.
   With skip_if_unchanged, the table is not rebuilt while its inputs are unchanged; with grows_when_rechecked, rows are
   added to it while listed subjects alone are checked.
   One transaction: readers see the old table or the new one. #}
{% materialization ctas, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set skips_unchanged = config.get('skips_unchanged', false) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = {'staged': input_versions(), 'fingerprint': model_fingerprint(sql)} if skips_unchanged else {} -%}
    {%- set held = build_state(this.identifier) if skips_unchanged and existing is not none else {} -%}
    {% if now.staged and held.staged == now.staged and held.fingerprint == now.fingerprint %}
        {% call statement('main') %}select 1{% endcall %}
    {% elif existing is not none and config.get('grows_when_rechecked', false) and is_rechecked() %}
        {% call statement('main') %}
            insert into {{ this }} ({{ model['columns'] | join(', ') }})
            select {{ model['columns'] | join(', ') }} from ({{ sql }}) as added
        {% endcall %}
    {% else %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do build_ctas(target_relation, sql) %}
        {%- if skips_unchanged -%}{%- do save_build_state(now) -%}{%- endif -%}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Create the table from a query's result and swap it in. A table that is only ever rebuilt gets its statistics when it is
   built: an autovacuum later would be waited for. #}
{% macro build_ctas(target_relation, sql) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set fresh = make_intermediate_relation(target_relation) -%}
    {%- set columns = model['columns'].values() | list -%}
    {{ drop_relation_if_exists(load_cached_relation(fresh)) }}
    {% call statement('allow_memory') %}
        set local work_mem = '{{ ctas_work_mem() }}'
    {% endcall %}
    {% call statement('main') %}
        create {{ 'unlogged' if config.get('unlogged', false) }} table {{ fresh }}
        {{ 'with (autovacuum_enabled = false)' if config.get('materialized') == 'ctas' }} as
        select
            {%- for column in columns %}
            {{ contracted_column(column) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ sql }}) as made
    {% endcall %}
    {% set required = [] %}
    {% for column in columns %}
        {% for constraint in column['constraints'] if constraint['type'] == 'not_null' %}
            {% do required.append('alter column ' ~ column['name'] ~ ' set not null') %}
        {% endfor %}
    {% endfor %}
    {% for constraint in model['constraints'] if constraint['type'] == 'primary_key' %}
        {% do required.append('add primary key (' ~ constraint['columns'] | join(', ') ~ ')') %}
    {% endfor %}
    {% if required %}
        {% call statement('hold_to_the_contract') %}
            alter table {{ fresh }} {{ required | join(', ') }}
        {% endcall %}
    {% endif %}
    {% do create_indexes(fresh) %}
    {% if existing is not none %}
        {{ drop_relation_if_exists(existing) }}
    {% endif %}
    {{ adapter.rename_relation(fresh, target_relation) }}
{%- endmacro %}

{# A column as its contract has it: dbt compares types without their precision. #}
{% macro contracted_column(column) -%}
    {%- if '(' in column['data_type'] -%}
    cast({{ column['name'] }} as {{ column['data_type'] }}) as {{ column['name'] }}
    {%- else -%}
    {{ column['name'] }}
    {%- endif -%}
{%- endmacro %}

{# The memory one hash or sort of such a table may use: its groups are the persons of a whole city. #}
{% macro ctas_work_mem() -%}
    256MB
{%- endmacro %}
