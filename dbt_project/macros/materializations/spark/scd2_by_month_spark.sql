{# Every version of every row of a ledger, as on PostgreSQL; the table is rewritten: the versions before and after the
   month, the state of the month, equal neighbours joined. #}
{% materialization scd2_by_month, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {%- set existing = without_other_columns(load_relation(this)) -%}
    {%- set next_month = query_rows(scd2_neighbour_months())[0].next_month -%}
    {% do replace_table(this, scd2_rewritten(existing, contracted(sql), next_month)) %}
    {% if not query_rows(scd2_is_built())[0].is_built %}
        {% do run_query(scd2_note_month()) %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{# The versions of a ledger with the month's state inserted. A version is [valid_from_batch, valid_to_batch). #}
{% macro scd2_rewritten(existing, state, next_month) -%}
    {%- set month, columns = this_month(), scd2_columns() -%}
    {%- set next_literal = "'" ~ next_month ~ "'" if next_month else "cast(null as string)" -%}
    with pieces as (
        select {{ columns }}, {{ month }} as valid_from_batch, {{ next_literal }} as valid_to_batch
        from ({{ state }}) as state
        {%- if existing is not none %}
        union all
        select
            {{ columns }},
            valid_from_batch,
            case when valid_to_batch <= {{ month }} then valid_to_batch else {{ month }} end
        from {{ existing }}
        where valid_from_batch < {{ month }}
        {%- endif %}
        {%- if existing is not none and next_month %}
        union all
        select
            {{ columns }},
            case when valid_from_batch > {{ next_literal }} then valid_from_batch else {{ next_literal }} end,
            valid_to_batch
        from {{ existing }}
        where valid_to_batch is null or valid_to_batch > {{ next_literal }}
        {%- endif %}
    ),
    followed as (
        select
            *,
            lag(valid_to_batch) over (partition by {{ columns }} order by valid_from_batch) as piece_before
        from pieces
    ),
    numbered as (
        select
            *,
            sum(case when piece_before = valid_from_batch then 0 else 1 end) over (
                partition by {{ columns }} order by valid_from_batch
            ) as version_number
        from followed
    )
    select
        {{ columns }},
        min(valid_from_batch) as valid_from_batch,
        case when count(valid_to_batch) = count(*) then max(valid_to_batch) end as valid_to_batch
    from numbered
    group by {{ columns }}, version_number
{%- endmacro %}

{% macro scd2_is_built() -%}
    select count(*) > 0 as is_built
    from {{ built_months_relation() }}
    where model = '{{ this.identifier }}' and month = {{ this_month() }}
{%- endmacro %}

{% macro scd2_note_month() -%}
    insert into {{ built_months_relation() }} (model, month, staged, fingerprint)
    values ('{{ this.identifier }}', {{ this_month() }}, null, null)
{%- endmacro %}
