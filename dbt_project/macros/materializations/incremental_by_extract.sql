{# The typed rows of a production table that are current in the month being built.

   Built in full once. Afterwards refreshed from the month and extracts it was last built for to those of now: only keys
   with a landed row that was opened or closed in between are typed again. Every key that may have changed is recorded
   with the number of the refresh in stg_production__touched_keys, so that the ledgers know what changed since they were
   built. Another site, code list or SQL, or a change of a large part, causes a full build under a new generation:
   refresh numbers compare within one generation.
   One transaction per table. #}
{% materialization incremental_by_extract, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set table = this.identifier.split('__')[1] -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set now = query_rows(extract_inputs_now(table, sql))[0] -%}
    {%- set before = (query_rows(extract_inputs_before(table)) if existing is not none and existing.is_table else []) | first -%}
    {%- set is_known = before and before.fingerprint == now.fingerprint -%}
    {%- set changed_rows = changed_landed_rows(table, before, now) if is_known else none -%}
    {%- set affected = record_affected_keys(table, before, changed_rows, sql) if changed_rows else 0 -%}
    {%- if affected and not refresh_is_small(affected) -%}
        {%- set is_known = false -%}
    {%- endif -%}
    {% call statement('main') %}
        {% if not is_known %}
            {{ full_stage(target_relation, existing, table, now, sql) }}
        {% elif affected %}
            {{ incremental_stage(target_relation, table, before, changed_rows, affected, sql) }}
        {% else %}
            select 1
        {% endif %}
    {% endcall %}
    {% if is_known and (before.extracts != now.extracts or before.month != now.month) %}
        {% call statement('remember') %}
            update {{ ref('stg_production__staged_tables') }}
            set
                month = {{ this_month() }},
                extracts = '{{ now.extracts }}',
                move_number = {{ before.move_number + (1 if affected else 0) }}
            where table_name = '{{ table }}'
        {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The inputs of the table now: its extracts, and a hash of everything else that decides its rows. #}
{% macro extract_inputs_now(table, sql) -%}
    select
        {{ this_month() }} as month,
        coalesce((
            select string_agg(month || '/' || sequence, ',' order by month, sequence)
            from {{ source('production', 'extracts') }}
            where table_name = '{{ table | upper }}'
        ), '') as extracts,
        md5(concat(
            '{{ month_independent_hash(sql) }}',
            (
                select string_agg(concat_ws('|', class, raw, code, origin), ';' order by class, raw)
                from {{ ref('stg_production__codes') }}
            ),
            (select string_agg(division, ';' order by division) from {{ ref('stg_site__divisions') }})
        )) as fingerprint
{%- endmacro %}

{% macro extract_inputs_before(table) -%}
    select generation, move_number, month, extracts, fingerprint
    from {{ ref('stg_production__staged_tables') }}
    where table_name = '{{ table }}'
{%- endmacro %}

{# The condition that a landed row was opened or closed between then and now; none when there can be no such row.
   An extract changes its own month and those up to the next built one: rows it opened carry its id, rows it closed end
   at its month or begin at the next. Between two months, rows that begin or end differ. #}
{% macro changed_landed_rows(table, before, now) -%}
    {%- set conditions = [] -%}
    {%- if before.month != now.month -%}
        {%- set first, last = [before.month, now.month] | sort -%}
        {%- do conditions.append("_valid_from > '" ~ first ~ "' and _valid_from <= '" ~ last ~ "'") -%}
        {%- do conditions.append("_valid_to > '" ~ first ~ "' and _valid_to <= '" ~ last ~ "'") -%}
    {%- endif -%}
    {%- set new = [] -%}
    {%- for extract in now.extracts.split(',') if extract not in before.extracts.split(',') -%}
        {%- if extract.split('/')[0] <= before.month -%}{%- do new.append(extract) -%}{%- endif -%}
    {%- endfor -%}
    {%- if new -%}
        {%- set extracts = query_rows(extract_files(table, new)) -%}
        {%- do conditions.append("_file_id in " ~ text_list(extracts | map(attribute='file_id'))) -%}
        {%- do conditions.append("_valid_to in " ~ text_list(extracts | map(attribute='month'))) -%}
        {%- do conditions.append("_valid_from in " ~ text_list(extracts | map(attribute='following'))) -%}
    {%- endif -%}
    {{ return(conditions | join(' or ')) }}
{%- endmacro %}

{% macro extract_files(table, names) -%}
    select
        file_id,
        month,
        coalesce((
            select min(later.month) from {{ source('production', 'extracts') }} as later
            where later.month > extracts.month
        ), '') as following
    from {{ source('production', 'extracts') }} as extracts
    where table_name = '{{ table | upper }}' and month || '/' || sequence in {{ text_list(names) }}
{%- endmacro %}

{# Record the keys of the changed rows; returns their number. #}
{% macro record_affected_keys(table, before, changed_rows, sql) -%}
    {%- set person = 'person_id' if 'person_id' in model['columns'] else 'null' -%}
    {% call statement('record_affected_keys') %}
        insert into {{ ref('stg_production__touched_keys') }} (table_name, move_number, row_key, person_id)
        select distinct '{{ table }}', {{ before.move_number + 1 }}, row_key, {{ person }}
        from ({{ sql | replace(selected_rows(), '(' ~ changed_rows ~ ')') }}) as changed
    {% endcall %}
    {%- set affected = query_rows(
        "select count(*) as affected from " ~ ref('stg_production__touched_keys') ~ " where " ~ affected_now(table, before)
    )[0].affected | int -%}
    {%- if affected -%}
        {%- do run_query("analyze " ~ ref('stg_production__touched_keys')) -%}
    {%- endif -%}
    {{ return(affected) }}
{%- endmacro %}

{# Whether a refresh of so many keys is cheaper than a full build. #}
{% macro refresh_is_small(affected) -%}
    {%- set staged = query_rows(
        "select reltuples as staged from pg_class where oid = cast('" ~ this ~ "' as regclass)"
    )[0].staged -%}
    {{ return(affected <= 1000 or affected * 4 <= staged) }}
{%- endmacro %}

{% macro affected_now(table, before) -%}
    table_name = '{{ table }}' and move_number = {{ before.move_number + 1 }}
{%- endmacro %}

{% macro full_stage(relation, existing, table, now, sql) -%}
    {%- set new = make_intermediate_relation(relation) -%}
    drop table if exists {{ new }};
    create unlogged table {{ new }} with (autovacuum_vacuum_insert_threshold = -1) as {{ sql }};
    create index on {{ new }} (row_key);
    create index on {{ new }} (row_key) where is_superseded;
    analyze {{ new }};
    {% if existing is not none %}
    drop {{ existing.type }} {{ existing }} cascade;
    {% endif %}
    alter table {{ new }} rename to {{ relation.identifier }};
    delete from {{ ref('stg_production__touched_keys') }} where table_name = '{{ table }}';
    delete from {{ ref('stg_production__staged_tables') }} where table_name = '{{ table }}';
    insert into {{ ref('stg_production__staged_tables') }}
        (table_name, generation, move_number, month, extracts, fingerprint)
    values (
        '{{ table }}', cast(gen_random_uuid() as text), 0,
        {{ this_month() }}, '{{ now.extracts }}', '{{ now.fingerprint }}'
    )
{%- endmacro %}

{# Type the rows of the affected keys again: changed rows that are current, and unchanged rows of the same keys.
   The staged table knows the latter; they are few, because a key is seldom written twice. #}
{% macro incremental_stage(relation, table, before, changed_rows, affected, sql) -%}
    {%- do run_query(prefer_index_scans() ~ remove_affected_rows(relation, table, before, changed_rows, affected)) -%}
    {%- set rows = "(" ~ changed_rows ~ ")" -%}
    {%- if query_rows("select exists (select 1 from unchanged_rows) as any_stayed")[0].any_stayed -%}
        {%- set rows = "(" ~ rows ~ " or (_file_id, _row) in (select source_file_id, source_row from unchanged_rows))" -%}
    {%- endif -%}
    insert into {{ relation }}
    select * from ({{ sql | replace(selected_rows(), '(' ~ selected_rows() ~ ' and ' ~ rows ~ ')') }}) as new;
    {{ 'analyze ' ~ relation if before.month != var('month') }}
{%- endmacro %}

{% macro remove_affected_rows(relation, table, before, changed_rows, affected) -%}
    {%- set keys -%}
        select row_key from {{ ref('stg_production__touched_keys') }} where {{ affected_now(table, before) }}
    {%- endset -%}
    create temporary table unchanged_rows (source_file_id text, source_row bigint) on commit drop;
    {{ bitmap_scans_only() }}
    with removed as (
        delete from {{ relation }}
        where {{ is_in_keys('row_key', keys, affected) }}
        returning source_file_id, source_row
    )
    insert into unchanged_rows
    select source_file_id, source_row from removed
    except
    select _file_id, _row from {{ source('production', table) }} where {{ changed_rows }};
    {{ bitmap_scans_only(false) }}
    analyze unchanged_rows
{%- endmacro %}
