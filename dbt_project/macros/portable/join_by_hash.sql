{# Pre-hook of a model that joins many small sets by several columns at once: no engine foresees how many rows that gives,
   and one that expects a single row compares every row with every other. `without_merging`: nor may it merge by the one
   column that is sorted already and compare all rows that are equal in it. Groups and hashed sides by the million get
   more memory than usual; a `ctas` gives it anyway. #}
{% macro join_by_hash(without_merging=false) -%}
    {{ return(adapter.dispatch('join_by_hash', 'fundwatch')(without_merging)) }}
{%- endmacro %}

{% macro default__join_by_hash(without_merging) -%}{%- endmacro %}

{% macro postgres__join_by_hash(without_merging) -%}
    set local enable_nestloop = off
    {%- if without_merging -%}
    ; set local enable_mergejoin = off
    {%- endif -%}
    {%- if config.get('materialized') != 'ctas' -%}
    ; set local hash_mem_multiplier = 4
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of a model that keeps one month of a ledger of many: each worker reads its share of the ledger, though the rows
   kept are so many that the engine, at its usual price for handing a row over, would read all of it alone. #}
{% macro expect_cheap_gathering() -%}
    {{ return(adapter.dispatch('expect_cheap_gathering', 'fundwatch')()) }}
{%- endmacro %}

{% macro default__expect_cheap_gathering() -%}{%- endmacro %}

{% macro postgres__expect_cheap_gathering() -%}
    set local parallel_tuple_cost = 0.01
{%- endmacro %}
