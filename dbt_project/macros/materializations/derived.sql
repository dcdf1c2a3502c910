{# A table made anew by `create table as`, which PostgreSQL runs in parallel (an `insert ... select` it does not),
   and held to its contract all the same: names, types and order are compared before, what may not be null after.
   A table that is kept (keep_until_changed) stays when nothing it is made from has changed.
   One transaction: whoever reads sees the old table or the new one. #}
{% materialization derived, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set is_kept = config.get('is_kept', false) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = {'staged': made_from() if is_kept else none, 'fingerprint': model_fingerprint(sql)} -%}
    {%- set held = remembered(this.identifier) if is_kept and existing is not none else {} -%}
    {% if now.staged and held.staged == now.staged and held.fingerprint == now.fingerprint %}
        {% call statement('main') %}select 1{% endcall %}
    {% else %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do derive(target_relation, sql) %}
        {%- if is_kept -%}{%- do remember(now) -%}{%- endif -%}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Makes the table of a query's result and puts it in the place of the one there was. A table that
   is never moved has its statistics taken when it is made: whoever vacuumed it later would be waited for. #}
{% macro derive(target_relation, sql) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set fresh = make_intermediate_relation(target_relation) -%}
    {%- set columns = model['columns'].values() | list -%}
    {{ drop_relation_if_exists(load_cached_relation(fresh)) }}
    {% call statement('allow_memory') %}
        set local work_mem = '{{ derived_memory() }}'
    {% endcall %}
    {% call statement('main') %}
        create {{ 'unlogged' if config.get('unlogged', false) }} table {{ fresh }}
        {{ 'with (autovacuum_enabled = false)' if config.get('materialized') == 'derived' }} as
        select {{ columns | map(attribute='name') | join(', ') }}
        from ({{ sql }}) as made
    {% endcall %}
    {% set required = [] %}
    {% for column in columns %}
        {% for constraint in column['constraints'] if constraint['type'] == 'not_null' %}
            {% do required.append('alter column ' ~ column['name'] ~ ' set not null') %}
        {% endfor %}
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

{# What one hash or sort of a statistic may take: persons of a whole city are grouped by, not a few hundred rows. #}
{% macro derived_memory() -%}
    256MB
{%- endmacro %}
