{# Keeps every version of every row of a ledger, with the months in whose batches it was current.

   The model selects the state in the batch of var('month'). A version is a maximal run of built months in
   which a row was in the state unchanged: [valid_from_batch, valid_to_batch), the end null while it lasts.
   Building a month changes that month alone, so that any order of builds, and any repetition, ends in the
   same table; an unchanged month writes nothing. Where it is known which keys of the staged tables, or which
   persons, were touched since the state in force was built, only the rows these reach are computed and compared.
   A state of a month has an id, which changes with it; what led to it from the state before may be kept
   (ledger_changes).
   Config: unique_key, columns that are never null.
   One transaction per model; the table is never swapped, so its rights stay. #}
{% materialization versioned, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is not none %}
        {% do refuse_other_columns(existing) %}
    {% endif %}
    {%- set scope = ledger_scope(this.identifier) -%}
    {#- Set for a ledger of persons alone, which moves as tables of persons do. -#}
    {%- set persons_of = config.get('ledgers') -%}
    {%- set now = {
        'staged': persons_now() if persons_of else staged_marks(scope),
        'fingerprint': fingerprint_of_persons(sql) if persons_of else monthless_fingerprint(sql),
    } -%}
    {%- set touched = none -%}
    {%- if existing is not none -%}
        {%- set touched = persons_touched_since(now, persons_of) if persons_of else touched_tables(scope, now) -%}
    {%- endif -%}
    {%- if touched is none -%}{%- do get_assert_columns_equivalent(sql) -%}{%- endif -%}
    {%- set held_state = versioned_state_id() if existing is not none else none -%}
    {%- set beside = queried(versioned_months_beside())[0] -%}
    {%- if touched and not persons_of -%}
        {%- do run_query(look_up_by_index() ~ versioned_scope(target_relation, scope, touched, now)) -%}
        {%- set in_scope = versioned_in_scope(scope, queried('select count(*) as rows from ledger_scope')[0].rows) -%}
    {%- elif touched -%}
        {%- set in_scope = is_touched_person(persons_of) -%}
    {%- endif -%}
    {% call statement('main') %}
        {% if existing is none %}
            {{ versioned_first_build(target_relation, sql) }}
        {% elif touched is none %}
            {{ versioned_compare(target_relation, sql) }}
        {% elif touched %}
            {{ look_up_by_index() }}
            {{ versioned_compare(target_relation, narrowed_sql(sql), in_scope) }}
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
    {% elif touched != [] and queried(versioned_has_changes())[0].has_changes %}
        {%- set has_changed = true -%}
        {%- set are_few = are_few_changes(target_relation) -%}
        {% call statement('keep_versions') %}
            {{ look_up_by_index() if are_few }}
            {{ keep_changes(target_relation, held_state, are_few) }}
            {{ versioned_pair(target_relation, beside) }}
            {{ versioned_correct(target_relation) }}
            {{ versioned_end_stale(target_relation, beside.next_month) }}
            {{ versioned_begin_fresh(target_relation) }}
            {{ 'analyze ' ~ target_relation if not are_few }}
        {% endcall %}
    {% endif %}
    {% call statement('remember_month') %}
        {{ versioned_remember(now, has_changed, held_state) }}
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

{# The built month after the one being built, and whether there is one before it. #}
{% macro versioned_months_beside() -%}
    select
        min(case when month > {{ this_month() }} then month end) as next_month,
        coalesce(bool_or(month < {{ this_month() }}), false) as has_former
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

{# Makes the table as a query's result, which engines compute in parallel, then holds it to its contract. Its pages
   are not filled: a row that is corrected stays in its page, and out of the indexes. #}
{% macro versioned_first_build(relation, sql) -%}
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

{# Makes versioned_changes: rows of the ledger that left the state, and rows of the state not in the ledger, in the
   order in which the ledger's lie. #}
{% macro versioned_compare(relation, sql, in_scope='true') -%}
    create temporary table versioned_state on commit drop as
    select {{ versioned_columns() }} from ({{ sql }}) as state;
    analyze versioned_state ({{ config.require('unique_key') | join(', ') }});

    {{ by_bitmap_only() if in_scope != 'true' }}
    create temporary table versioned_changes on commit drop as
    select
        held.held_row,
        held.valid_from_batch,
        held.valid_to_batch,
        state.{{ config.require('unique_key')[0] }} is not null as is_fresh,
        {{ versioned_columns('state.') }}
    from (
        select ctid as held_row, valid_from_batch, valid_to_batch, {{ versioned_columns() }}
        from {{ relation }}
        where {{ is_current('valid_from_batch', 'valid_to_batch') }} and {{ in_scope }}
    ) as held
    full outer join versioned_state as state on {{ versioned_same_key('held', 'state') }}
    where row({{ versioned_columns('held.') }}) is distinct from row({{ versioned_columns('state.') }})
    order by held.held_row;
    {{ by_bitmap_only(false) if in_scope != 'true' }}
    analyze versioned_changes ({{ config.require('unique_key') | join(', ') }})
{%- endmacro %}

{% macro versioned_has_changes() -%}
    select exists (select 1 from versioned_changes) as has_changes
{%- endmacro %}

{# Makes versioned_fresh: rows that are new in the state, each with the equal version that ends before this month
   or begins after it, and with the row it corrects: one that was current in this month alone. #}
{% macro versioned_pair(relation, beside) -%}
    {%- set next_literal = "'" ~ beside.next_month ~ "'" if beside.next_month else 'cast(null as text)' -%}
    create temporary table versioned_fresh on commit drop as
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
        {{ versioned_columns('fresh.') }}
    from versioned_changes as fresh
    left join {{ relation }} as before
        on
            {{ beside.has_former | lower }}
            and {{ versioned_same_key('before', 'fresh') }}
            and before.valid_to_batch = {{ this_month() }}
            and row({{ versioned_columns('before.') }}) is not distinct from row({{ versioned_columns('fresh.') }})
    left join {{ relation }} as after
        on
            {{ versioned_same_key('after', 'fresh') }}
            and after.valid_from_batch = {{ next_literal }}
            and row({{ versioned_columns('after.') }}) is not distinct from row({{ versioned_columns('fresh.') }})
    where fresh.is_fresh;
{%- endmacro %}

{# Corrects rows of this month alone in their place. #}
{% macro versioned_correct(relation) -%}
    update {{ relation }} as held
    set ({{ versioned_columns() }}) = row({{ versioned_columns('fresh.') }})
    from versioned_fresh as fresh
    where held.ctid = fresh.corrected_row;

    delete from versioned_changes as changes
    using versioned_fresh as fresh
    where changes.held_row = fresh.corrected_row;
    delete from versioned_fresh where corrected_row is not null;
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

{# Puts the fresh rows into this month, joined to the equal versions that end or begin beside it. #}
{% macro versioned_begin_fresh(relation) -%}
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
