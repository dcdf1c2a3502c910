{# Tables of persons, made whole once and afterwards moved on by the persons whom a change of the ledgers touched.

   touched_persons comes first: it tells from which state of the ledgers, the month and the site the tables of
   persons may be moved on, and to which, and lists the persons that the ledgers' changes touched in between.
   Each table remembers in kept_tables what it was made from. One that stands where the move begins makes the
   rows of those persons anew; one that stands where it ends stays; any other, or other SQL, is made whole.
   kept_tables is unlogged as they are: a crash of the server empties all, and they are made whole. #}

{# What the tables of persons read of each ledger; another value is another figure, anything else is none. #}
{% macro read_of_persons() -%}
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
{% macro among_touched(ledgers, word='and', column='person_id') -%}
    {#- A unit test lists the tables it reads, and these are none of its business. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {{ when_narrowed(word ~ ' ' ~ column ~ ' in (' ~ touched_persons_of(ledgers) ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{% macro touched_persons_of(ledgers) -%}
    select t.person_id from {{ ref('touched_persons') }} as t where t.ledger in {{ listed_texts(ledgers) }}
{%- endmacro %}

{# Makes a model a table of persons: `ledgers` tell what it says of them, `follows` are the tables of persons it is
   made from. #}
{% macro keep_persons(ledgers, follows=[]) -%}
    {{ config(materialized='of_persons', ledgers=ledgers, follows=follows) }}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('kept_tables') -%}
        {%- do ref('touched_persons') -%}
    {%- endif -%}
{%- endmacro %}

{% materialization of_persons, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = {
        'staged': persons_now(),
        'fingerprint': fingerprint_of_persons(sql),
    } -%}
    {%- set ledgers = config.require('ledgers') -%}
    {%- set held = remembered(this.identifier) if existing is not none else {} -%}
    {%- set fate = fate_of_persons(held, now, ledgers) -%}
    {% if fate == 'whole' %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do derive(target_relation, sql) %}
        {% call statement('let_persons_be_found') %}
            create index on {{ target_relation }} (person_id);
            analyze {{ target_relation }}
        {% endcall %}
    {% else %}
        {%- set is_touched = is_touched_person(ledgers) if fate == 'move' else none -%}
        {% call statement('main') %}
            {%- if is_touched %}
            {{ look_up_by_index() }}
            delete from {{ this }} where {{ is_touched }};
            insert into {{ this }} ({{ model['columns'] | join(', ') }})
            select {{ model['columns'] | join(', ') }} from ({{ narrowed_sql(sql) }}) as made
            {%- else %}
            select 1
            {%- endif %}
        {% endcall %}
    {% endif %}
    {% do remember(
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
    {%- set held = remembered(this.identifier).staged if existing is not none else none -%}
    {%- set now = {
        'staged': {
            'month': var('month'), 'as_of': var('as_of'), 'site_version': var('site_version'),
            'ledgers': state_ids(read_of_persons().keys() | list, this_month()),
        },
        'fingerprint': local_md5(sql),
    } -%}
    {%- set changed = none -%}
    {%- if held and held.ledgers and now.staged.ledgers -%}
        {%- if dict(held, ledgers=none) == dict(now.staged, ledgers=none) -%}
            {%- set changed = changed_ledgers(held.ledgers) -%}
        {%- endif -%}
    {%- endif -%}
    {% do derive(target_relation, touched_by(changed) if changed else sql) %}
    {% do remember(now, former=held if changed is not none else none) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The persons of whom something else is read now in the changed ledgers: rows came or went that have no like. #}
{% macro touched_by(ledgers) -%}
    {%- for ledger in ledgers -%}
    {%- set columns = (['person_id'] + read_of_persons()[ledger]) | join(', ') %}
    select distinct '{{ ledger }}' as ledger, person_id from (
        select person_id from {{ changes_of(ref(ledger)) }}
        where person_id is not null
        group by {{ columns }}
        having sum(case when is_fresh then 1 else -1 end) <> 0
    ) as {{ ledger }}
    {{ 'union' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The condition that a row is of a touched person. #}
{% macro is_touched_person(ledgers) -%}
    {%- set touched = touched_persons_of(ledgers) -%}
    {%- set number = queried('select count(*) as number from (' ~ touched ~ ') as touched')[0].number -%}
    {{ is_among('person_id', touched, number) }}
{%- endmacro %}

{# What a table of persons is made from now; none when the ledgers do not tell, or when a table of persons it
   follows is not made from the same. #}
{% macro persons_now() -%}
    {%- set now = remembered('touched_persons').staged -%}
    {%- if not now or not now.ledgers -%}{{ return(none) }}{%- endif -%}
    {%- for name in config.require('follows') if remembered(name).staged != now -%}{{ return(none) }}{%- endfor -%}
    {{ return(now) }}
{%- endmacro %}

{# A hash of the SQL of a table of persons, and of when those it follows were last made whole, for whatever reason. #}
{% macro fingerprint_of_persons(sql) -%}
    {%- set parts = [model_fingerprint(sql)] -%}
    {%- for name in config.require('follows') -%}{%- do parts.append(generation_of(remembered(name))) -%}{%- endfor -%}
    {{ return(local_md5(parts | join)) }}
{%- endmacro %}

{# What becomes of a table that was made from `held`: it 'stays', its touched persons 'move', or it is made 'whole'. #}
{% macro fate_of_persons(held, now, ledgers) -%}
    {%- if not now.staged or not held.staged or held.fingerprint != now.fingerprint -%}{{ return('whole') }}{%- endif -%}
    {%- if held.staged == now.staged -%}{{ return('stays') }}{%- endif -%}
    {%- if held.staged != remembered('touched_persons').former -%}{{ return('whole') }}{%- endif -%}
    {%- set found = queried('select exists (' ~ touched_persons_of(ledgers) ~ ') as are_touched') -%}
    {{ return('move' if found[0].are_touched else 'stays') }}
{%- endmacro %}

{# The same of the insured persons, who remember it by month, as the list of touched tables that `versioned` asks for. #}
{% macro persons_touched_since(now, ledgers) -%}
    {%- set fate = fate_of_persons(built_from(this.identifier, this_month()), now, ledgers) -%}
    {{ return({'whole': none, 'move': ['touched_persons'], 'stays': []}[fate]) }}
{%- endmacro %}
