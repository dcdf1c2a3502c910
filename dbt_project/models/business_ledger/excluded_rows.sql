-- Grain: one row per production row superseded by another version of its key.
{{ config(unique_key=['table_name', 'source_file_id', 'source_row']) }}
-- The invariant over all ledgers reads the landed rows too, and runs with this layer only when
-- one of its models descends from them: depends_on: {{ ref('stg_production__landed_rows') }}

with repeated as (
    {% for table in production_keys() %}
    select
        '{{ table | upper }}' as table_name,
        row_key,
        source_file_id,
        source_row
    from {{ ref('stg_production__' ~ table) }}
    where
        is_superseded
        {{ incremental_only("and row_key in (select row_key from affected_" ~ table ~ ")") }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        repeated.table_name,
        'repeated_key' as reason,
        {{ origin_columns('repeated') }}
    from repeated
)

select * from final
