{# The months of a ledger version, as every ledger model selects them last: the versioned materialisation
   fills them in, and reads in built_months which months it has built before. #}
{% macro batch_columns() -%}
    {%- do ref('built_months') -%}
    cast(null as {{ dbt.type_string() }}) as valid_from_batch,
    cast(null as {{ dbt.type_string() }}) as valid_to_batch
{%- endmacro %}
