-- Grain: one row per ledger and person affected by its delta; none where all are rebuilt.
{{ config(materialized='touched_persons') }}
-- depends_on: {{ ref('kept_tables') }}
-- depends_on: {{ ref('built_months') }}
{% for ledger in columns_read_by_person() %}
-- depends_on: {{ ref(ledger) }}
{% endfor %}

select
    cast(null as {{ dbt.type_string() }}) as ledger,
    cast(null as {{ dbt.type_string() }}) as person_id
where 1 = 0
