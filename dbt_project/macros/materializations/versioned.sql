{# Keeps every version of every row of a ledger, with the months in whose batches it was current.

   The model selects the state in the batch of var('month'). A version is a maximal run of built months in
   which a row was in the state unchanged: [valid_from_batch, valid_to_batch), the end null while it lasts.
   Building a month changes that month alone, so that any order of builds, and any repetition, ends in the
   same table; an unchanged month writes nothing. Config: unique_key, columns that are never null.
   One transaction per model; the table is never swapped, so its rights stay. #}
{% materialization versioned, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {% if existing is none %}
        {% call statement('create_ledger') %}
            create table {{ target_relation }} {{ get_table_columns_and_constraints() }}
        {% endcall %}
    {% else %}
        {% do refuse_other_columns(existing) %}
    {% endif %}
    {% set built = run_query(versioned_built_months()).rows[0] %}
    {% call statement('main') %}
        {% if built['month_count'] == 0 %}
            {{ versioned_first_build(target_relation, sql) }}
        {% else %}
            {{ versioned_compare(target_relation, sql) }}
        {% endif %}
    {% endcall %}
    {% if built['month_count'] > 0 and run_query(versioned_has_changes()).rows[0][0] %}
        {% call statement('keep_versions') %}
            {{ versioned_end_stale(target_relation, built['next_month']) }}
            {{ versioned_begin_fresh(target_relation, built['next_month']) }}
        {% endcall %}
    {% endif %}
    {% call statement('refresh_statistics') %}
        analyze {{ target_relation }}
    {% endcall %}
    {% call statement('remember_month') %}
        insert into {{ built_months_relation() }} (model, month)
        values ('{{ this.identifier }}', {{ this_month() }})
        on conflict do nothing
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Where the materialisation remembers which months it has built. #}
{% macro built_months_relation() -%}
    {{ return(api.Relation.create(database=this.database, schema=this.schema, identifier='built_months')) }}
{%- endmacro %}

{# How many months of this model are built, and the next one after the month being built. #}
{% macro versioned_built_months() -%}
    select
        count(*) as month_count,
        min(case when month > {{ this_month() }} then month end) as next_month
    from {{ built_months_relation() }}
    where model = '{{ this.identifier }}'
{%- endmacro %}

{# The columns a version is made of: all but the months of its batches. #}
{% macro versioned_columns(prefix='') -%}
    {%- set names = [] -%}
    {%- for name in model['columns'] if name not in ('valid_from_batch', 'valid_to_batch') -%}
        {%- do names.append(prefix ~ name) -%}
    {%- endfor -%}
    {{ return(names | join(', ')) }}
{%- endmacro %}

{% macro versioned_same_key(left, right) -%}
    {%- for name in config.require('unique_key') -%}
        {{ left }}.{{ name }} = {{ right }}.{{ name }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro versioned_first_build(relation, sql) -%}
    insert into {{ relation }} ({{ versioned_columns() }}, valid_from_batch)
    select {{ versioned_columns() }}, {{ this_month() }}
    from ({{ sql }}) as state
{%- endmacro %}

{# Makes versioned_changes: rows of the ledger that left the state, and rows of the state not in the ledger. #}
{% macro versioned_compare(relation, sql) -%}
    create temporary table versioned_state on commit drop as
    select {{ versioned_columns() }} from ({{ sql }}) as state;
    analyze versioned_state;

    create temporary table versioned_changes on commit drop as
    select
        held.held_row,
        state.{{ config.require('unique_key')[0] }} is not null as is_fresh,
        {{ versioned_columns('state.') }}
    from (
        select ctid as held_row, {{ versioned_columns() }}
        from {{ relation }}
        where {{ is_current('valid_from_batch', 'valid_to_batch') }}
    ) as held
    full outer join versioned_state as state on {{ versioned_same_key('held', 'state') }}
    where row({{ versioned_columns('held.') }}) is distinct from row({{ versioned_columns('state.') }})
{%- endmacro %}

{% macro versioned_has_changes() -%}
    select exists (select 1 from versioned_changes)
{%- endmacro %}

{# Takes rows that left the state out of this month; before it and after it they stay. #}
{% macro versioned_end_stale(relation, next_month) -%}
    {%- set lasts = "(held.valid_to_batch is null or held.valid_to_batch > '" ~ next_month ~ "')"
        if next_month else 'false' -%}
    insert into {{ relation }} ({{ versioned_columns() }}, valid_from_batch, valid_to_batch)
    select {{ versioned_columns('held.') }}, '{{ next_month }}', held.valid_to_batch
    from {{ relation }} as held
    inner join versioned_changes as changes on held.ctid = changes.held_row
    where held.valid_from_batch < {{ this_month() }} and {{ lasts }};

    delete from {{ relation }} as held
    using versioned_changes as changes
    where
        held.ctid = changes.held_row
        and held.valid_from_batch = {{ this_month() }}
        and not {{ lasts }};

    update {{ relation }} as held
    set
        valid_from_batch = case
            when held.valid_from_batch = {{ this_month() }} then '{{ next_month }}'
            else held.valid_from_batch
        end,
        valid_to_batch = case
            when held.valid_from_batch = {{ this_month() }} then held.valid_to_batch
            else {{ this_month() }}
        end
    from versioned_changes as changes
    where held.ctid = changes.held_row;
{%- endmacro %}

{# Puts rows that are new in the state into this month, joining equal versions that end or begin beside it. #}
{% macro versioned_begin_fresh(relation, next_month) -%}
    {%- set next_literal = "'" ~ next_month ~ "'" if next_month else 'cast(null as text)' -%}
    create temporary table versioned_fresh on commit drop as
    select
        before.ctid as before_row,
        after.ctid as after_row,
        case when after.ctid is null then {{ next_literal }} else after.valid_to_batch end as valid_to_batch,
        {{ versioned_columns('fresh.') }}
    from versioned_changes as fresh
    left join {{ relation }} as before
        on
            {{ versioned_same_key('before', 'fresh') }}
            and before.valid_to_batch = {{ this_month() }}
            and row({{ versioned_columns('before.') }}) is not distinct from row({{ versioned_columns('fresh.') }})
    left join {{ relation }} as after
        on
            {{ versioned_same_key('after', 'fresh') }}
            and after.valid_from_batch = {{ next_literal }}
            and row({{ versioned_columns('after.') }}) is not distinct from row({{ versioned_columns('fresh.') }})
    where fresh.is_fresh;

    delete from {{ relation }} as held
    using versioned_fresh as fresh
    where held.ctid = fresh.after_row;

    update {{ relation }} as held
    set valid_to_batch = fresh.valid_to_batch
    from versioned_fresh as fresh
    where held.ctid = fresh.before_row;

    insert into {{ relation }} ({{ versioned_columns() }}, valid_from_batch, valid_to_batch)
    select {{ versioned_columns() }}, {{ this_month() }}, valid_to_batch
    from versioned_fresh
    where before_row is null;
{%- endmacro %}

{# A ledger whose columns differ from its contract was built by another version of this project. #}
{% macro refuse_other_columns(relation) -%}
    {%- set held = adapter.get_columns_in_relation(relation) | map(attribute='name') | sort -%}
    {%- set declared = model['columns'].keys() | sort -%}
    {%- if held != declared -%}
        {{ exceptions.raise_compiler_error(
            "the ledger " ~ relation.identifier ~ " has other columns than its contract: drop it and its rows "
            ~ "in built_months, then build every month again"
        ) }}
    {%- endif -%}
{%- endmacro %}
