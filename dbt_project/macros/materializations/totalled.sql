{# A table of sums over rows of business ledgers that are current in the month being built.

   Made whole once. Afterwards the sums of the month they were last made for are moved to the month being built:
   rows that are current now and were not are added, rows that were and are not are taken away; sums of exact
   decimals come out the same. That is known only while no ledger's part of that month has been built from
   anything else since: otherwise, and for other SQL, the table is made whole again.
   Config: totals_of, the ledgers it adds up; sums, the columns that are sums. One of them is row_count, the
   number of rows: a line without rows goes.
   One transaction; the table is logged, as what remembers its month is. #}
{% materialization totalled, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {%- set now = {'month': var('month'), 'staged': totalled_marks(this_month()), 'fingerprint': monthless_hash(sql)} -%}
    {%- set before = totalled_before(now) if load_cached_relation(this) is not none else none -%}
    {% if before is none %}
        {% do derive(target_relation, sql) %}
    {% elif before != now.month %}
        {% do derive(target_relation, totalled_moved(sql, before, now.month)) %}
    {% else %}
        {% call statement('main') %}select 1{% endcall %}
    {% endif %}
    {% call statement('remember') %}
        delete from {{ ref('statistics_months') }} where model = '{{ this.identifier }}';
        {%- if now.staged is not none %}
        insert into {{ ref('statistics_months') }} (model, month, staged, fingerprint)
        values ('{{ this.identifier }}', '{{ now.month }}', '{{ now.staged }}', '{{ now.fingerprint }}')
        {%- endif %}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Makes a model a table of sums that is moved from month to month. What its materialisation reads is no business
   of a unit test, which lists the tables that the model reads. #}
{% macro keep_totals(of, sums) -%}
    {{ config(materialized='totalled', unlogged=false, totals_of=of, sums=sums) }}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('built_months') -%}
        {%- do ref('statistics_months') -%}
    {%- endif -%}
{%- endmacro %}

{# What the ledgers' part of a month was built from, as one text; none when that is not known of each of them. #}
{% macro totalled_marks(month) -%}
    {%- set ledgers = config.require('totals_of') -%}
    {%- set query -%}
        select model, staged, fingerprint from {{ ref('built_months') }}
        where month = {{ month }} and model in {{ listed_texts(ledgers) }} and staged is not null
        order by model
    {%- endset -%}
    {%- set found = queried(query) -%}
    {{ return(local_md5(tojson(found, sort_keys=true)) if found | length == ledgers | length else none) }}
{%- endmacro %}

{# The month the sums are of, where they may be moved from it; else none. #}
{% macro totalled_before(now) -%}
    {%- set query -%}
        select month, staged, fingerprint from {{ ref('statistics_months') }} where model = '{{ this.identifier }}'
    {%- endset -%}
    {%- set held = queried(query) | first -%}
    {%- if not held or not now.staged or held.fingerprint != now.fingerprint -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(held.month if totalled_marks("'" ~ held.month ~ "'") == held.staged else none) }}
{%- endmacro %}

{# The sums there are, with what the rows add and take away that are current in one of the two months alone. #}
{% macro totalled_moved(sql, before, month) -%}
    {%- set sums = config.require('sums') -%}
    {%- set keys = model['columns'] | reject('in', sums) | list -%}
    {%- set all_columns = model['columns'] | join(', ') -%}
    {%- set held = is_current('valid_from_batch', 'valid_to_batch') -%}
    select
        {{ keys | join(', ') }},
        {%- for name in sums %}
        cast(sum({{ name }}) as {{ model['columns'][name].data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select {{ all_columns }} from {{ this }}
        union all
        select {{ all_columns }} from ({{ sql | replace(held, current_only_in(month, before)) }}) as added
        union all
        select
            {{ keys | join(', ') }},
            {%- for name in sums %}
            -{{ name }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ sql | replace(held, current_only_in(before, month)) }}) as taken
    ) as parts
    group by {{ keys | join(', ') }}
    having sum(row_count) <> 0
{%- endmacro %}

{# The condition that a version is current in a month and not in another one. #}
{% macro current_only_in(month, other) -%}
    {%- if month > other -%}
    valid_from_batch > '{{ other }}' and valid_from_batch <= '{{ month }}'
    and (valid_to_batch is null or valid_to_batch > '{{ month }}')
    {%- else -%}
    valid_from_batch <= '{{ month }}' and valid_to_batch > '{{ month }}' and valid_to_batch <= '{{ other }}'
    {%- endif -%}
{%- endmacro %}
