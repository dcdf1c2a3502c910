{# Person-level tables: built in full once, then refreshed for the persons affected by ledger changes.

   touched_persons is built first: it records from which state of the ledgers, the month and the site the tables of
   persons can be refreshed, and to which, and lists the persons the ledgers' deltas affect.
   Each table saves its inputs in kept_tables. With the inputs where the refresh starts, the rows of the affected persons
   are rebuilt; with those where it ends, nothing is; with any others, or other SQL, the table is built in full.
   kept_tables is unlogged as the tables are: a crash of the server empties all, and they are built in full. #}

{# The columns the tables of persons read of each ledger: only a change in one of them affects a person. #}
{% macro columns_read_by_person() -%}
    {{ return({
        'contributions': ['scheme', 'division', 'for_month', 'booked_month', 'kind', 'has_arrived'],
        'enrolments': ['scheme', 'division', 'status', 'first_insured_month'],
        'entitlements': ['scheme', 'division', 'kind', 'status', 'first_month'],
        'payments': ['scheme', 'division', 'kind', 'for_month', 'booked_month', 'is_paid'],
        'persons': ['sex', 'birth_on'],
    }) }}
{%- endmacro %}

{# In an incremental refresh, only persons affected by changes of some ledgers. `word` is what the condition begins with. #}
{% macro affected_persons_only(ledgers, word='and', column='person_id') -%}
    {#- A unit test lists the tables it reads, and a state table is none of them. -#}
    {%- if model.resource_type != 'unit_test' -%}
        {{ incremental_only(word ~ ' ' ~ column ~ ' in (' ~ affected_persons_of(ledgers) ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{% macro affected_persons_of(ledgers) -%}
    select t.person_id from {{ ref('touched_persons') }} as t where t.ledger in {{ text_list(ledgers) }}
{%- endmacro %}

{# Configure a model as a table of persons: `ledgers` decide its rows, `follows` are the tables of persons it reads. #}
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
    {%- set action = refresh_action(held, now, ledgers) -%}
    {% if action == 'full' %}
        {% do get_assert_columns_equivalent(sql) %}
        {% do build_ctas(target_relation, sql) %}
        {% call statement('index_persons') %}
            create index on {{ target_relation }} (person_id);
            analyze {{ target_relation }}
        {% endcall %}
    {% else %}
        {%- set is_affected = is_affected_person(ledgers) if action == 'incremental' else none -%}
        {% call statement('main') %}
            {%- if is_affected %}
            {{ prefer_index_scans() }}
            delete from {{ this }} where {{ is_affected }};
            insert into {{ this }} ({{ model['columns'] | join(', ') }})
            select {{ model['columns'] | join(', ') }} from ({{ incremental_sql(sql) }}) as rebuilt
            {%- else %}
            select 1
            {%- endif %}
        {% endcall %}
    {% endif %}
    {% do save_build_state(
        now, version=held.version if action == 'skip' else none, generation=generation_of(held) if action == 'incremental' else none
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

{# The persons affected by the deltas of the changed ledgers: added or removed rows without an equal counterpart. #}
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

{# The condition that a row is of an affected person. #}
{% macro is_affected_person(ledgers) -%}
    {%- set affected = affected_persons_of(ledgers) -%}
    {%- set number = query_rows('select count(*) as number from (' ~ affected ~ ') as affected')[0].number -%}
    {{ is_in_keys('person_id', affected, number) }}
{%- endmacro %}

{# The inputs of a table of persons now; none when the ledgers' states are unknown, or when a table of persons it follows
   has other inputs. #}
{% macro person_inputs() -%}
    {%- set now = build_state('touched_persons').staged -%}
    {%- if not now or not now.ledgers -%}{{ return(none) }}{%- endif -%}
    {%- for name in config.require('follows') if build_state(name).staged != now -%}{{ return(none) }}{%- endfor -%}
    {{ return(now) }}
{%- endmacro %}

{# A hash of the SQL of a table of persons, and of the generations of those it follows. #}
{% macro person_fingerprint(sql) -%}
    {%- set parts = [model_fingerprint(sql)] -%}
    {%- for name in config.require('follows') -%}{%- do parts.append(generation_of(build_state(name))) -%}{%- endfor -%}
    {{ return(local_md5(parts | join)) }}
{%- endmacro %}

{# Choose the refresh action of a table built from the inputs `held`: 'skip', 'incremental' or 'full'. #}
{% macro refresh_action(held, now, ledgers) -%}
    {%- if not now.staged or not held.staged or held.fingerprint != now.fingerprint -%}{{ return('full') }}{%- endif -%}
    {%- if held.staged == now.staged -%}{{ return('skip') }}{%- endif -%}
    {%- if held.staged != build_state('touched_persons').former -%}{{ return('full') }}{%- endif -%}
    {%- set rows = query_rows('select exists (' ~ affected_persons_of(ledgers) ~ ') as are_affected') -%}
    {{ return('incremental' if rows[0].are_affected else 'skip') }}
{%- endmacro %}

{# The refresh action of the insured persons, who save it by month, as the affected tables scd2_by_month asks for. #}
{% macro affected_persons_since(now, ledgers) -%}
    {%- set action = refresh_action(built_from(this.identifier, this_month()), now, ledgers) -%}
    {{ return({'full': none, 'incremental': ['touched_persons'], 'skip': []}[action]) }}
{%- endmacro %}
