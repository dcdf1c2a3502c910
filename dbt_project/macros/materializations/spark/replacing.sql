{# Shared by the materialisations for Spark. Over Parquet no row can be updated, and there are no transactions: a table
   is built beside the existing one, checked against its contract, and renamed. #}

{# Build a table from a query, which may read the table itself. #}
{% macro replace_table(relation, query) -%}
    {%- set existing = load_relation(relation) -%}
    {%- set target_relation = relation.incorporate(type='table') -%}
    {%- set fresh = make_intermediate_relation(target_relation) -%}
    {%- do run_query("drop table if exists " ~ fresh) -%}
    {% call statement('main') %}
        create table {{ fresh }} using parquet as {{ query }}
    {% endcall %}
    {%- if config.get('contract').enforced -%}
        {%- do refuse_rows_outside_the_contract(fresh) -%}
    {%- endif -%}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- do adapter.rename_relation(fresh, target_relation) -%}
{%- endmacro %}

{# A query with the names, order and types of the model's contract. #}
{% macro contracted(query) -%}
    {%- if not config.get('contract').enforced -%}{{ return(query) }}{%- endif -%}
    {%- do get_assert_columns_equivalent(query) -%}
    select
        {%- for name, column in model['columns'].items() %}
        cast({{ name }} as {{ engine_type(column.data_type) }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ({{ query }}) as made
{%- endmacro %}

{# Spark enforces no constraint: rows that break one stop the build, and the table stays as it was. #}
{% macro refuse_rows_outside_the_contract(relation) -%}
    {%- set missing = [] -%}
    {%- for name, column in model['columns'].items() -%}
        {%- for constraint in column.constraints if constraint.type == 'not_null' -%}
            {%- do missing.append(name ~ ' is null') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set broken = ["select 1 from " ~ relation ~ " where " ~ missing | join(' or ')] if missing else [] -%}
    {%- for constraint in model['constraints'] if constraint.type == 'primary_key' -%}
        {%- do broken.append(
            "select 1 from " ~ relation ~ " group by " ~ constraint.columns | join(', ') ~ " having count(*) > 1"
        ) -%}
    {%- endfor -%}
    {%- if broken and query_rows("select count(*) as refused from (" ~ broken | join(' union all ') ~ ")")[0].refused -%}
        {{ exceptions.raise_compiler_error("rows of " ~ relation.identifier ~ " break its contract") }}
    {%- endif -%}
{%- endmacro %}
