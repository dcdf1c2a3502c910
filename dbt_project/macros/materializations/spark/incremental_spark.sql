{# Replaces the adapter's own, which can only append to Parquet: rows of the query replace existing rows with the same
   unique_key, if there is one, and are added otherwise. #}
{% materialization incremental, adapter='spark' %}
    {%- set existing = none if should_full_refresh() else load_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql) if existing is none else existing_and_new(contracted(sql))) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% macro existing_and_new(query) -%}
    {%- set keys = config.get('unique_key') -%}
    {%- set keys = [keys] if keys is string else (keys or []) -%}
    with fresh as ({{ query }})
    select held.*
    from {{ this }} as held
    {%- if keys %}
    where not exists (
        select 1 from fresh
        where {% for key in keys %}fresh.{{ key }} = held.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    )
    {%- endif %}
    union all
    select * from fresh
{%- endmacro %}
