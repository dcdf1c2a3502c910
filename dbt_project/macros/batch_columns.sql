{# The months of a ledger version, as every ledger model selects them last: the materialisation scd2_by_month
   fills them in, and reads in built_months which months it has built before, and in staging what changed since. #}
{% macro batch_columns() -%}
    {#- A unit test lists the tables it reads, and this is none of its business. -#}
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
