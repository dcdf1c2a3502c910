{# A table of sums over rows of business ledgers that are current in the month being built.

   Made whole once. Afterwards the sums of the month they were last made for are moved to the month being built:
   rows that are current now and were not are added, rows that were and are not are taken away; sums of exact
   decimals come out the same. In the same month, these are the rows that the ledgers' kept changes hold; between
   two months, those current in one of them alone. What changed is known only while the ledgers' states say so:
   otherwise, and for other SQL, the table is made whole again.
   Config: totals_of, the ledgers it adds up; sums, the columns that are sums. One of them is row_count, the
   number of rows: a line without rows goes.
   One transaction; the table is logged, as what remembers its month is. #}
{% materialization incremental_aggregate, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = {'month': var('month'), 'staged': aggregate_states(this_month()), 'fingerprint': month_independent_fingerprint(sql)} -%}
    {%- set moved = aggregate_refresh(now, sql) if load_cached_relation(this) is not none else none -%}
    {% if moved is none %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do build_ctas(target_relation, sql) %}
    {% else %}
        {% call statement('main') %}
            {{ moved or 'select 1' }}
        {% endcall %}
    {% endif %}
    {% do save_build_state(
        {'staged': fromjson(now.staged) if now.staged else none, 'fingerprint': now.fingerprint},
        build_state(this.identifier).version if moved == '' else none,
    ) %}
    {% call statement('remember_the_month') %}
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
{% macro refresh_aggregate(of, sums) -%}
    {{ config(materialized='incremental_aggregate', unlogged=false, totals_of=of, sums=sums) }}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('built_months') -%}
        {%- do ref('statistics_months') -%}
        {%- do ref('kept_tables') -%}
    {%- endif -%}
{%- endmacro %}

{# The ids of the ledgers' states in a month, as one text; none when one of them is not known. #}
{% macro aggregate_states(month) -%}
    {%- set ids = state_ids(config.require('totals_of'), month) -%}
    {{ return(tojson(ids, sort_keys=true) if ids else none) }}
{%- endmacro %}

{# The statements that move the sums to now; empty when they are those of now; none when they have to be made whole. #}
{% macro aggregate_refresh(now, sql) -%}
    {%- set query -%}
        select month, staged, fingerprint from {{ ref('statistics_months') }} where model = '{{ this.identifier }}'
    {%- endset -%}
    {%- set held = query_rows(query) | first -%}
    {%- if not held or not held.staged or not now.staged or held.fingerprint != now.fingerprint -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if held.month == now.month -%}
        {%- if held.staged == now.staged -%}{{ return('') }}{%- endif -%}
        {%- set changed = changed_ledgers(fromjson(held.staged)) -%}
        {%- if changed is none -%}{{ return(none) }}{%- endif -%}
        {{ return(aggregate_merge(aggregate_of_delta(sql, changed, 'true'), aggregate_of_delta(sql, changed, 'false'))) }}
    {%- endif -%}
    {%- if aggregate_states("'" ~ held.month ~ "'") != held.staged -%}{{ return(none) }}{%- endif -%}
    {%- set current = is_current('valid_from_batch', 'valid_to_batch') -%}
    {{ return(aggregate_merge(
        replaced(sql, current, current_only_in(now.month, held.month)),
        replaced(sql, current, current_only_in(held.month, now.month))
    )) }}
{%- endmacro %}

{# The SQL over the kept changes of the changed ledgers, those that came or those that went, and over no row of the
   others. #}
{% macro aggregate_of_delta(sql, changed, came) -%}
    {%- set found = namespace(sql=sql) -%}
    {%- for ledger in config.require('totals_of') -%}
        {%- set rows -%}
            {%- if ledger in changed -%}
            (select * from {{ delta_of(ref(ledger)) }} where is_fresh = {{ came }})
            {%- else -%}
            (select * from {{ ref(ledger) }} where false)
            {%- endif -%}
        {%- endset -%}
        {%- set found.sql = replaced(found.sql, current_ledger(ledger), rows) -%}
    {%- endfor -%}
    {{ return(found.sql) }}
{%- endmacro %}

{# The SQL with a text of it replaced; refuses SQL that does not hold it, whose sums would move by nothing. #}
{% macro replaced(sql, text, other) -%}
    {%- if text not in sql -%}
        {{ exceptions.raise_compiler_error(this.identifier ~ " does not read its ledgers by current_ledger") }}
    {%- endif -%}
    {{ return(sql | replace(text, other)) }}
{%- endmacro %}

{# Adds the sums of what came to the table's, and takes those of what went away from them. #}
{% macro aggregate_merge(added, taken) -%}
    {%- set sums = config.require('sums') -%}
    {%- set keys = model['columns'] | reject('in', sums) | list -%}
    {%- set all_columns = model['columns'] | join(', ') -%}
    create temporary table aggregate_delta on commit drop as
    select
        {{ keys | join(', ') }},
        {%- for name in sums %}
        cast(sum({{ name }}) as {{ model['columns'][name].data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select {{ all_columns }} from ({{ added }}) as added
        union all
        select
            {{ keys | join(', ') }},
            {%- for name in sums %}
            -{{ name }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ taken }}) as taken
    ) as parts
    group by {{ keys | join(', ') }};
    analyze aggregate_delta;

    -- The few moves are looked up among the many sums, not sorted with them.
    set local enable_mergejoin = off;
    merge into {{ this }} as held
    using aggregate_delta as moves on {{ have_same_values('held', 'moves', keys) }}
    when matched then update set
        {%- for name in sums %}
        {{ name }} = held.{{ name }} + moves.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    when not matched then insert ({{ all_columns }})
    values (
        {%- for name in model['columns'] -%}moves.{{ name }}{{ ', ' if not loop.last }}{%- endfor -%}
    );
    delete from {{ this }} where row_count = 0
{%- endmacro %}

{# The condition that two rows have equal values, or none, in some columns of the model; one that can be hashed. #}
{% macro have_same_values(left, right, names) -%}
    {%- for name in names -%}
        {%- if model['columns'][name].constraints | selectattr('type', 'equalto', 'not_null') | list -%}
            {{ left }}.{{ name }} = {{ right }}.{{ name }}
        {%- else -%}
            coalesce({{ left }}.{{ name }}, '') = coalesce({{ right }}.{{ name }}, '')
            and {{ left }}.{{ name }} is not distinct from {{ right }}.{{ name }}
        {%- endif -%}
        {{ ' and ' if not loop.last }}
    {%- endfor -%}
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
