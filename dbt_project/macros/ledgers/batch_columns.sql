{# The months of a ledger version, the last columns every ledger model selects: the materialisation scd2_by_month fills
   them in. It reads the state of months built before and what changed in staging, which are referenced here. #}
{% macro batch_columns() -%}
    {#- A unit test lists the tables it reads, which excludes state tables. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('built_months') -%}
        {%- set scope = ledger_scope(model.name) -%}
        {%- if scope -%}
            {%- do ref('stg_production__staged_tables') -%}
            {%- do ref('stg_production__touched_keys') -%}
            {%- if scope.staged -%}{%- do ref('stg_production__' ~ scope.staged) -%}{%- endif -%}
        {%- endif -%}
    {%- endif -%}
    cast(null as {{ dbt.type_string() }}) as valid_from_batch,
    cast(null as {{ dbt.type_string() }}) as valid_to_batch
{%- endmacro %}
