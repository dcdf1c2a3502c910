{# The delta of a ledger's last build, from which tables of persons are refreshed.

   The state of a ledger in a month has an id in built_months. When a build changes the state of a month that was built
   before, the removed and the added rows are saved in <ledger>__changes, and built_months names the state they start
   from. One delta per ledger: the last, unless it is too large to be useful. #}

{# The ledgers whose deltas are saved. #}
{% macro ledgers_with_delta() -%}
    {{ return((
        columns_read_by_person().keys() | list + ledgers_of_bases() + ledgers_of_crosschecks()
    ) | unique | list) }}
{%- endmacro %}

{# The relation of a ledger's last delta: its columns but the months, and whether the row was added or removed. #}
{% macro delta_of(ledger) -%}
    {{ return(api.Relation.create(
        database=ledger.database, schema=ledger.schema, identifier=ledger.identifier ~ '__changes'
    )) }}
{%- endmacro %}

{# The id of the state of the month being built; none when it was never built. #}
{% macro scd2_state_id() -%}
    {%- set query -%}
        select state_id from {{ built_months_relation() }}
        where model = '{{ this.identifier }}' and month = {{ this_month() }}
    {%- endset -%}
    {%- set held = query_rows(query) | first -%}
    {{ return(held.state_id if held else none) }}
{%- endmacro %}

{# Save what scd2_changes is about to change in the state of the month. #}
{% macro save_delta(relation, held_state, are_few) -%}
    {%- if held_state and relation.identifier in ledgers_with_delta() -%}
    drop table if exists {{ delta_of(relation) }};
    {%- if are_few %}
    create table {{ delta_of(relation) }} as
    select false as is_fresh, {{ scd2_columns('held.') }}
    from {{ relation }} as held
    inner join scd2_changes as changes on held.ctid = changes.held_row
    union all
    select true as is_fresh, {{ scd2_columns() }}
    from scd2_changes
    where is_fresh;
    analyze {{ delta_of(relation) }};
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# Whether a delta is so small that a refresh from it is cheaper than a full build. #}
{% macro delta_is_small(relation) -%}
    {%- set counted = query_rows(
        "select (select count(*) from scd2_changes) as changed, reltuples as held from pg_class"
        ~ " where oid = cast('" ~ relation ~ "' as regclass)"
    )[0] -%}
    {{ return(counted.changed <= 1000 or counted.changed * 4 <= counted.held) }}
{%- endmacro %}

{# Record that the month is built, from which inputs, and the id of its state: a new one when the state changed. #}
{% macro scd2_save_month(now, has_changed, held_state) -%}
    {%- set staged = "'" ~ tojson(now.staged, sort_keys=true) ~ "'" if now.staged else 'null' -%}
    {%- set delta = delta_of(this) if this.identifier in ledgers_with_delta() else none -%}
    {%- if has_changed %}
    update {{ built_months_relation() }} set former_state_id = null where model = '{{ this.identifier }}';
    {%- endif %}
    insert into {{ built_months_relation() }} (model, month, staged, fingerprint, state_id, former_state_id)
    values (
        '{{ this.identifier }}', {{ this_month() }}, {{ staged }}, '{{ now.fingerprint }}',
        cast(gen_random_uuid() as text), null
    )
    on conflict (model, month) do update set
        staged = excluded.staged,
        fingerprint = excluded.fingerprint
        {%- if has_changed %},
        state_id = excluded.state_id,
        former_state_id = {{
            "case when to_regclass('" ~ delta ~ "') is not null then '" ~ held_state ~ "' end"
            if delta and held_state else 'null'
        }}
        {%- endif %}
{%- endmacro %}

{# For each ledger, the id of its state in a month and of the state its delta starts from: {ledger: row}. #}
{% macro ledger_states(ledgers, month) -%}
    {%- set query -%}
        select
            model, state_id, former_state_id,
            to_regclass('{{ ref('built_months').schema }}.' || model || '__changes') is not null as has_changes
        from {{ ref('built_months') }}
        where month = {{ month }} and model in {{ text_list(ledgers) }} and state_id is not null
    {%- endset -%}
    {%- set states = {} -%}
    {%- for row in query_rows(query) -%}{%- do states.update({row.model: row}) -%}{%- endfor -%}
    {{ return(states) }}
{%- endmacro %}

{# The ids of the ledgers' states in a month: {ledger: id}; none when one of them is unknown. #}
{% macro state_ids(ledgers, month) -%}
    {%- set ids = {} -%}
    {%- for ledger, row in ledger_states(ledgers, month).items() -%}
        {%- do ids.update({ledger: row.state_id}) -%}
    {%- endfor -%}
    {{ return(ids if ids | length == ledgers | length else none) }}
{%- endmacro %}

{# The ledgers whose deltas lead from the states with these ids to those of the month being built; none when a changed
   ledger has no such delta. #}
{% macro changed_ledgers(held_ids) -%}
    {%- set changed = [] -%}
    {%- for ledger, row in ledger_states(held_ids.keys() | list, this_month()).items() -%}
        {%- if row.state_id != held_ids[ledger] -%}
            {%- if row.former_state_id != held_ids[ledger] or not row.has_changes -%}{{ return(none) }}{%- endif -%}
            {%- do changed.append(ledger) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changed) }}
{%- endmacro %}
