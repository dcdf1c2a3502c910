{# Tables of persons, made whole once and afterwards moved on by the persons whom a change of the ledgers touched.

   touched_persons comes first: it tells from which state of the ledgers, the month and the site the tables of
   persons may be moved on, and to which, and lists the persons that the ledgers' changes touched in between.
   Each table remembers in person_tables what it was made from. One that stands where the move begins makes the
   rows of those persons anew; one that stands where it ends stays; any other, or other SQL, is made whole.
   person_tables is unlogged as they are: a crash of the server empties all, and they are made whole. #}

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

{# In a model's SQL: only touched persons, when it is narrowed. `word` is what a further condition begins with. #}
{% macro among_touched(word='and', column='person_id') -%}
    {#- A unit test lists the tables it reads, and these are none of its business. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {{ when_narrowed(word ~ ' ' ~ column ~ ' in (select t.person_id from ' ~ ref('touched_persons') ~ ' as t)') }}
    {%- endif -%}
{%- endmacro %}

{# Makes a model a table of persons; `follows` are the tables of persons it is made from. #}
{% macro keep_persons(follows=[]) -%}
    {{ config(materialized='of_persons', follows=follows) }}
    {%- if model.resource_type != 'unit_test' -%}
        {%- do ref('person_tables') -%}
        {%- do ref('touched_persons') -%}
    {%- endif -%}
{%- endmacro %}

{% materialization of_persons, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {%- set now = {'staged': persons_now(config.get('follows')), 'fingerprint': local_md5(sql)} -%}
    {%- set touched = moved_since(remembered_of_persons(this.identifier), now) if existing is not none else none -%}
    {% if touched is none %}
        {% do derive(target_relation, sql) %}
        {% call statement('let_persons_be_found') %}
            create index on {{ target_relation }} (person_id);
            analyze {{ target_relation }}
        {% endcall %}
    {% else %}
        {% call statement('main') %}
            {%- if touched %}
            {{ look_up_by_index() }}
            delete from {{ this }} where {{ is_touched_person() }};
            insert into {{ this }} ({{ model['columns'] | join(', ') }})
            select {{ model['columns'] | join(', ') }} from ({{ narrowed_sql(sql) }}) as made
            {%- else %}
            select 1
            {%- endif %}
        {% endcall %}
    {% endif %}
    {% do remember_of_persons(now) %}
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
    {%- set held = remembered_of_persons(this.identifier).staged if existing is not none else none -%}
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
    {% do remember_of_persons(now, held if changed is not none else none) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The persons whose rows came to, or went from, what is read of the changed ledgers. #}
{% macro touched_by(ledgers) -%}
    {%- for ledger in ledgers -%}
    {%- set columns = (['person_id'] + read_of_persons()[ledger]) | join(', ') -%}
    {%- set changes = changes_of(ref(ledger)) -%}
    {%- for came in [true, false] %}
    select person_id from (
        select {{ columns }} from {{ changes }} where is_fresh = {{ came }}
        except all
        select {{ columns }} from {{ changes }} where is_fresh <> {{ came }}
    ) as {{ ledger ~ ('_came' if came else '_went') }}
    where person_id is not null
    {{ 'union' if not loop.last }}
    {%- endfor %}
    {{ 'union' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro is_touched_person() -%}
    person_id in (select person_id from {{ ref('touched_persons') }})
{%- endmacro %}

{# What a table of persons remembers that it was made from; touched_persons also, where the move begins. #}
{% macro remembered_of_persons(name) -%}
    {%- set query -%}
        select staged, former, fingerprint from {{ ref('person_tables') }} where model = '{{ name }}'
    {%- endset -%}
    {%- set held = (queried(query) | first) or {} -%}
    {{ return({
        'staged': fromjson(held.staged) if held.staged else none,
        'former': fromjson(held.former) if held.former else none,
        'fingerprint': held.fingerprint,
    }) }}
{%- endmacro %}

{% macro remember_of_persons(now, former=none) -%}
    {% call statement('remember') %}
        delete from {{ ref('person_tables') }} where model = '{{ this.identifier }}';
        {%- if now.staged %}
        insert into {{ ref('person_tables') }} (model, staged, former, fingerprint)
        values (
            '{{ this.identifier }}', '{{ tojson(now.staged, sort_keys=true) }}',
            {{ "'" ~ tojson(former, sort_keys=true) ~ "'" if former else 'null' }}, '{{ now.fingerprint }}'
        )
        {%- endif %}
    {% endcall %}
{%- endmacro %}

{# What a table of persons is made from now; none when the ledgers do not tell, or when a table of persons it
   follows is not made from the same. #}
{% macro persons_now(follows=['person_states']) -%}
    {%- set now = remembered_of_persons('touched_persons').staged -%}
    {%- if not now or not now.ledgers -%}{{ return(none) }}{%- endif -%}
    {%- for name in follows if remembered_of_persons(name).staged != now -%}{{ return(none) }}{%- endfor -%}
    {{ return(now) }}
{%- endmacro %}

{# Which touched persons a table has to make anew that was made from `held`: a list, empty when it stands where the
   move ends; none when it has to be made whole. #}
{% macro moved_since(held, now) -%}
    {%- if not now.staged or not held.staged or held.fingerprint != now.fingerprint -%}{{ return(none) }}{%- endif -%}
    {%- if held.staged == now.staged -%}{{ return([]) }}{%- endif -%}
    {%- set former = remembered_of_persons('touched_persons').former -%}
    {{ return(['touched_persons'] if held.staged == former else none) }}
{%- endmacro %}

{# The same of the insured persons, who remember it by month. #}
{% macro persons_touched_since(now) -%}
    {{ return(moved_since(built_from(this.identifier, this_month()), now)) }}
{%- endmacro %}
