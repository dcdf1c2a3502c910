{# Every version of every row of a ledger, with the months in whose batches it was current.

   The model selects the state in the batch of var('month'). A version is a maximal run of built months in which a row
   was unchanged: [valid_from_batch, valid_to_batch), the end null while it lasts. Building a month changes that month
   alone, so that any order of builds, and any repetition, ends in the same table; an unchanged month writes nothing.
   Where the keys affected since the last build are known, only the rows they reach are computed and compared.
   The state of a month has an id, which changes with it. The delta from the state before may be saved
   (ledger_changes).
   Config: unique_key, columns that are never null.
   One transaction per model; the table is never swapped, so its grants stay. #}
{% materialization scd2_by_month, adapter='postgres' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set existing = without_other_columns(load_cached_relation(this)) -%}
    {%- set scope = ledger_scope(this.identifier) -%}
    {#- Set only for insured_persons, which is refreshed as tables of persons are. -#}
    {%- set persons_of = config.get('ledgers') -%}
    {%- set now = {
        'staged': person_inputs() if persons_of else extract_versions(scope),
        'fingerprint': person_fingerprint(sql) if persons_of else month_independent_fingerprint(sql),
    } -%}
    {%- set affected = none -%}
    {%- if existing is not none -%}
        {%- set affected = affected_persons_since(now, persons_of) if persons_of else affected_tables(scope, now) -%}
    {%- endif -%}
    {%- if affected is none -%}{%- do get_assert_columns_equivalent(sql) -%}{%- endif -%}
    {%- set held_state = scd2_state_id() if existing is not none else none -%}
    {%- set beside = query_rows(scd2_neighbour_months())[0] -%}
    {%- if affected and not persons_of -%}
        {%- do run_query(prefer_index_scans() ~ scd2_scope(target_relation, scope, affected, now)) -%}
        {%- set in_scope = scd2_in_scope(scope, query_rows('select count(*) as rows from ledger_scope')[0].rows) -%}
    {%- elif affected -%}
        {%- set in_scope = is_affected_person(persons_of) -%}
    {%- endif -%}
    {% call statement('main') %}
        {% if existing is none %}
            {{ scd2_first_build(target_relation, sql) }}
        {% elif affected is none %}
            {{ scd2_compare(target_relation, sql) }}
        {% elif affected %}
            {{ prefer_index_scans() }}
            {{ scd2_compare(target_relation, incremental_sql(sql), in_scope) }}
        {% else %}
            select 1
        {% endif %}
    {% endcall %}
    {%- set has_changed = held_state is none -%}
    {% if existing is none %}
        {% do create_indexes(target_relation) %}
        {% call statement('forget_months_of_a_table_that_is_no_more') %}
            delete from {{ built_months_relation() }} where model = '{{ this.identifier }}'
        {% endcall %}
        {% call statement('refresh_statistics') %}
            analyze {{ target_relation }}
        {% endcall %}
    {% elif affected != [] and query_rows(scd2_has_changes())[0].has_changes %}
        {%- set has_changed = true -%}
        {%- set are_few = delta_is_small(target_relation) -%}
        {% call statement('keep_versions') %}
            {{ prefer_index_scans() if are_few }}
            {{ save_delta(target_relation, held_state, are_few) }}
            {{ scd2_match_neighbours(target_relation, beside) }}
            {{ scd2_update_in_place(target_relation) }}
            {{ scd2_close_removed(target_relation, beside.next_month) }}
            {{ scd2_open_added(target_relation) }}
            {#- A month that is new is estimated at one row until then, however few its rows are of the table. -#}
            {{ 'analyze ' ~ target_relation if held_state is none or not are_few }}
        {% endcall %}
    {% endif %}
    {% call statement('remember_month') %}
        {{ scd2_save_month(now, has_changed, held_state) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The table that records which months were built, and from what. #}
{% macro built_months_relation() -%}
    {{ return(api.Relation.create(database=this.database, schema=this.schema, identifier='built_months')) }}
{%- endmacro %}

{# The next built month after the one being built, and whether there is an earlier one. #}
{% macro scd2_neighbour_months() -%}
    select
        min(case when month > {{ this_month() }} then month end) as next_month,
        coalesce(bool_or(month < {{ this_month() }}), false) as has_former
    from {{ built_months_relation() }}
    where model = '{{ this.identifier }}'
{%- endmacro %}

{# The columns that make a version: all but the months of its batches. #}
{% macro scd2_columns(prefix='') -%}
    {%- set names = [] -%}
    {%- for name in model['columns'] if name not in ('valid_from_batch', 'valid_to_batch') -%}
        {%- do names.append(prefix ~ name) -%}
    {%- endfor -%}
    {{ return(names | join(', ')) }}
{%- endmacro %}

{% macro scd2_same_key(left, right) -%}
    {%- for name in config.require('unique_key') -%}
        {{ left }}.{{ name }} = {{ right }}.{{ name }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Create the table from a query's result, which PostgreSQL computes in parallel, then apply the contract. Pages are
   left partly empty: a row updated in place stays in its page, and out of the indexes. #}
{% macro scd2_first_build(relation, sql) -%}
    create table {{ relation }} with (fillfactor = 90) as
    select
        {% for name, column in model['columns'].items() if name not in ('valid_from_batch', 'valid_to_batch') %}
        cast({{ name }} as {{ column.data_type }}) as {{ name }},
        {% endfor %}
        cast({{ this_month() }} as text) as valid_from_batch,
        cast(null as text) as valid_to_batch
    from ({{ sql }}) as state;
    {%- set clauses = [] -%}
    {%- for name, column in model['columns'].items() -%}
        {%- for constraint in column.constraints if constraint.type == 'not_null' -%}
            {%- do clauses.append('alter column ' ~ name ~ ' set not null') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for constraint in model['constraints'] if constraint.type == 'primary_key' -%}
        {%- do clauses.append('add primary key (' ~ constraint.columns | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- if clauses %}
    alter table {{ relation }} {{ clauses | join(', ') }};
    {%- endif %}
{%- endmacro %}

{# Create scd2_changes: rows of the ledger that left the state, and rows of the state not in the ledger, in the physical
   order of the ledger. #}
{% macro scd2_compare(relation, sql, in_scope='true') -%}
    create temporary table scd2_state on commit drop as
    select {{ scd2_columns() }} from ({{ sql }}) as state;
    analyze scd2_state ({{ config.require('unique_key') | join(', ') }});

    {{ bitmap_scans_only() if in_scope != 'true' }}
    create temporary table scd2_changes on commit drop as
    select
        held.held_row,
        held.valid_from_batch,
        held.valid_to_batch,
        state.{{ config.require('unique_key')[0] }} is not null as is_fresh,
        {{ scd2_columns('state.') }}
    from (
        select ctid as held_row, valid_from_batch, valid_to_batch, {{ scd2_columns() }}
        from {{ relation }}
        where {{ is_current('valid_from_batch', 'valid_to_batch') }} and {{ in_scope }}
    ) as held
    full outer join scd2_state as state on {{ scd2_same_key('held', 'state') }}
    where row({{ scd2_columns('held.') }}) is distinct from row({{ scd2_columns('state.') }})
    order by held.held_row;
    {{ bitmap_scans_only(false) if in_scope != 'true' }}
    analyze scd2_changes ({{ config.require('unique_key') | join(', ') }})
{%- endmacro %}

{% macro scd2_has_changes() -%}
    select exists (select 1 from scd2_changes) as has_changes
{%- endmacro %}

{# Create scd2_added: rows new in the state, each with the equal version that ends before this month or begins after it,
   and with the row it replaces: one that was current in this month alone. #}
{% macro scd2_match_neighbours(relation, beside) -%}
    {%- set next_literal = "'" ~ beside.next_month ~ "'" if beside.next_month else 'cast(null as text)' -%}
    create temporary table scd2_added on commit drop as
    select
        before.ctid as before_row,
        after.ctid as after_row,
        case
            when
                before.ctid is null
                and after.ctid is null
                and fresh.valid_from_batch = {{ this_month() }}
                and fresh.valid_to_batch is not distinct from {{ next_literal }}
                then fresh.held_row
        end as corrected_row,
        case when after.ctid is null then {{ next_literal }} else after.valid_to_batch end as valid_to_batch,
        {{ scd2_columns('fresh.') }}
    from scd2_changes as fresh
    left join {{ relation }} as before
        on
            {{ beside.has_former | lower }}
            and {{ scd2_same_key('before', 'fresh') }}
            and before.valid_to_batch = {{ this_month() }}
            and row({{ scd2_columns('before.') }}) is not distinct from row({{ scd2_columns('fresh.') }})
    left join {{ relation }} as after
        on
            {{ scd2_same_key('after', 'fresh') }}
            and after.valid_from_batch = {{ next_literal }}
            and row({{ scd2_columns('after.') }}) is not distinct from row({{ scd2_columns('fresh.') }})
    where fresh.is_fresh;
{%- endmacro %}

{# Update rows of this month alone in place. #}
{% macro scd2_update_in_place(relation) -%}
    update {{ relation }} as held
    set ({{ scd2_columns() }}) = row({{ scd2_columns('fresh.') }})
    from scd2_added as fresh
    where held.ctid = fresh.corrected_row;

    delete from scd2_changes as changes
    using scd2_added as fresh
    where changes.held_row = fresh.corrected_row;
    delete from scd2_added where corrected_row is not null;
{%- endmacro %}

{# Remove rows that left the state from this month; earlier and later months keep them. #}
{% macro scd2_close_removed(relation, next_month) -%}
    {%- set lasts = "(held.valid_to_batch is null or held.valid_to_batch > '" ~ next_month ~ "')"
        if next_month else 'false' -%}
    insert into {{ relation }} ({{ scd2_columns() }}, valid_from_batch, valid_to_batch)
    select {{ scd2_columns('held.') }}, '{{ next_month }}', held.valid_to_batch
    from {{ relation }} as held
    inner join scd2_changes as changes on held.ctid = changes.held_row
    where held.valid_from_batch < {{ this_month() }} and {{ lasts }};

    delete from {{ relation }} as held
    using scd2_changes as changes
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
    from scd2_changes as changes
    where held.ctid = changes.held_row;
{%- endmacro %}

{# Add the new rows to this month, joined to equal versions that end before it or begin after it. #}
{% macro scd2_open_added(relation) -%}
    delete from {{ relation }} as held
    using scd2_added as fresh
    where held.ctid = fresh.after_row;

    update {{ relation }} as held
    set valid_to_batch = fresh.valid_to_batch
    from scd2_added as fresh
    where held.ctid = fresh.before_row;

    insert into {{ relation }} ({{ scd2_columns() }}, valid_from_batch, valid_to_batch)
    select {{ scd2_columns() }}, {{ this_month() }}, valid_to_batch
    from scd2_added
    where before_row is null;
{%- endmacro %}

{# The table as it is, or none: a ledger whose columns differ from its contract was built by another version of this
   project. It is dropped and built anew from what was landed, this month now, every other when it is built next: its
   products are due, for the table they were built from is gone. #}
{% macro without_other_columns(existing) -%}
    {%- if existing is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set held = adapter.get_columns_in_relation(existing) | map(attribute='name') | sort -%}
    {%- if held == model['columns'].keys() | sort -%}
        {{ return(existing) }}
    {%- endif -%}
    {%- do adapter.drop_relation(existing) -%}
    {{ return(none) }}
{%- endmacro %}
