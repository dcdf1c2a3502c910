{# Tables of persons, made whole once and afterwards moved on by the persons whom a change of the ledgers touched.

   touched_persons comes first: it tells from which state of the ledgers, the month and the site the tables of
   persons may be moved on, and to which, and lists the persons that the ledgers' changes touched in between.
   Each table remembers in kept_tables what it was made from. One that stands where the move begins makes the
   rows of those persons anew; one that stands where it ends stays; any other, or other SQL, is made whole.
   kept_tables is unlogged as they are: a crash of the server empties all, and they are made whole. #}

{# What the tables of persons read of each ledger; another value is another figure, anything else is none. #}
{% macro columns_read_by_person() -%}
    {{ return({
        'contributions': ['scheme', 'division', 'for_month', 'booked_month', 'kind', 'has_arrived'],
        'enrolments': ['scheme', 'division', 'status', 'first_insured_month'],
        'entitlements': ['scheme', 'division', 'kind', 'status', 'first_month'],
        'payments': ['scheme', 'division', 'kind', 'for_month', 'booked_month', 'is_paid'],
        'persons': ['sex', 'birth_on'],
    }) }}
{%- endmacro %}

{# In a model's SQL, when it is narrowed: only persons whom changes of some ledgers touched. `word` is what a further
   condition begins with. #}
{% macro affected_persons_only(ledgers, word='and', column='person_id') -%}
    {#- A unit test lists the tables it reads, and these are none of its business. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {{ incremental_only(word ~ ' ' ~ column ~ ' in (' ~ affected_persons_of(ledgers) ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{% macro affected_persons_of(ledgers) -%}
    select t.person_id from {{ ref('touched_persons') }} as t where t.ledger in {{ text_list(ledgers) }}
{%- endmacro %}

{# Makes a model a table of persons: `ledgers` tell what it says of them, `follows` are the tables of persons it is
   made from. #}
{% macro refresh_by_person(ledgers, follows=[]) -%}
    {{ config(materialized='incremental_by_person', ledgers=ledgers, follows=follows) }}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('kept_tables') -%}
        {%- do ref('touched_persons') -%}
    {%- endif -%}
{%- endmacro %}

{% materialization incremental_by_person, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = {
        'staged': person_inputs(),
        'fingerprint': person_fingerprint(sql),
    } -%}
    {%- set ledgers = config.require('ledgers') -%}
    {%- set held = build_state(this.identifier) if existing is not none else {} -%}
    {%- set fate = refresh_action(held, now, ledgers) -%}
    {% if fate == 'whole' %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do build_ctas(target_relation, sql) %}
        {% call statement('let_persons_be_found') %}
            create index on {{ target_relation }} (person_id);
            analyze {{ target_relation }}
        {% endcall %}
    {% else %}
        {%- set is_touched = is_affected_person(ledgers) if fate == 'move' else none -%}
        {% call statement('main') %}
            {%- if is_touched %}
            {{ prefer_index_scans() }}
            delete from {{ this }} where {{ is_touched }};
            insert into {{ this }} ({{ model['columns'] | join(', ') }})
            select {{ model['columns'] | join(', ') }} from ({{ incremental_sql(sql) }}) as made
            {%- else %}
            select 1
            {%- endif %}
        {% endcall %}
    {% endif %}
    {% do save_build_state(
        now, version=held.version if fate == 'stays' else none, generation=generation_of(held) if fate == 'move' else none
    ) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The materialisation of touched_persons itself. #}
{% materialization touched_persons, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {%- set held = build_state(this.identifier).staged if existing is not none else none -%}
    {%- set now = {
        'staged': {
            'month': var('month'), 'as_of': var('as_of'), 'site_version': var('site_version'),
            'ledgers': state_ids(columns_read_by_person().keys() | list, this_month()),
        },
        'fingerprint': local_md5(sql),
    } -%}
    {%- set changed = none -%}
    {%- if held and held.ledgers and now.staged.ledgers -%}
        {%- if dict(held, ledgers=none) == dict(now.staged, ledgers=none) -%}
            {%- set changed = changed_ledgers(held.ledgers) -%}
        {%- endif -%}
    {%- endif -%}
    {% do build_ctas(target_relation, affected_by(changed) if changed else sql) %}
    {% do save_build_state(now, former=held if changed is not none else none) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The persons of whom something else is read now in the changed ledgers: rows came or went that have no like. #}
{% macro affected_by(ledgers) -%}
    {%- for ledger in ledgers -%}
    {%- set columns = (['person_id'] + columns_read_by_person()[ledger]) | join(', ') %}
    select distinct '{{ ledger }}' as ledger, person_id from (
        select person_id from {{ delta_of(ref(ledger)) }}
        where person_id is not null
        group by {{ columns }}
        having sum(case when is_fresh then 1 else -1 end) <> 0
    ) as {{ ledger }}
    {{ 'union' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The condition that a row is of a touched person. #}
{% macro is_affected_person(ledgers) -%}
    {%- set touched = affected_persons_of(ledgers) -%}
    {%- set number = query_rows('select count(*) as number from (' ~ touched ~ ') as touched')[0].number -%}
    {{ is_in_keys('person_id', touched, number) }}
{%- endmacro %}

{# What a table of persons is made from now; none when the ledgers do not tell, or when a table of persons it
   follows is not made from the same. #}
{% macro person_inputs() -%}
    {%- set now = build_state('touched_persons').staged -%}
    {%- if not now or not now.ledgers -%}{{ return(none) }}{%- endif -%}
    {%- for name in config.require('follows') if build_state(name).staged != now -%}{{ return(none) }}{%- endfor -%}
    {{ return(now) }}
{%- endmacro %}

{# A hash of the SQL of a table of persons, and of when those it follows were last made whole, for whatever reason. #}
{% macro person_fingerprint(sql) -%}
    {%- set parts = [model_fingerprint(sql)] -%}
    {%- for name in config.require('follows') -%}{%- do parts.append(generation_of(build_state(name))) -%}{%- endfor -%}
    {{ return(local_md5(parts | join)) }}
{%- endmacro %}

{# What becomes of a table that was made from `held`: it 'stays', its touched persons 'move', or it is made 'whole'. #}
{% macro refresh_action(held, now, ledgers) -%}
    {%- if not now.staged or not held.staged or held.fingerprint != now.fingerprint -%}{{ return('whole') }}{%- endif -%}
    {%- if held.staged == now.staged -%}{{ return('stays') }}{%- endif -%}
    {%- if held.staged != build_state('touched_persons').former -%}{{ return('whole') }}{%- endif -%}
    {%- set found = query_rows('select exists (' ~ affected_persons_of(ledgers) ~ ') as are_touched') -%}
    {{ return('move' if found[0].are_touched else 'stays') }}
{%- endmacro %}

{# The same of the insured persons, who remember it by month, as the list of touched tables that `scd2_by_month` asks for. #}
{% macro affected_persons_since(now, ledgers) -%}
    {%- set fate = refresh_action(built_from(this.identifier, this_month()), now, ledgers) -%}
    {{ return({'whole': none, 'move': ['touched_persons'], 'stays': []}[fate]) }}
{%- endmacro %}
