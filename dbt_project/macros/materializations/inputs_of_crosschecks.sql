{# What the points of a month are made from, and what changed in it: for the materialisation rechecked_subjects. #}

{% macro ledgers_of_crosschecks() -%}
    {{ return([
        'contributions', 'employer_enrolments', 'employers', 'enrolments', 'entitlement_items', 'entitlements',
        'impostor_claims', 'payment_items', 'payments', 'personal_accounts', 'persons', 'unit_contributions',
    ]) }}
{%- endmacro %}

{# The ledgers whose rows are copied, of those that are checked anew. The others are small, or read by employer. #}
{% macro copied_ledgers() -%}
    {{ return([
        'contributions', 'enrolments', 'entitlement_items', 'entitlements', 'payment_items', 'payments',
        'personal_accounts', 'persons',
    ]) }}
{%- endmacro %}

{# What other feeds, names, linkage and verdicts say of the persons, employers and payments. #}
{% macro models_of_matches() -%}
    {{ return([
        'person_matches', 'humans', 'death_matches', 'departure_matches', 'rewritten_numbers', 'handled_changes',
        'payee_names', 'applied_bases', 'stg_tax__voucher', 'stg_bank__payment_return',
    ]) }}
{%- endmacro %}

{# The production tables whose landed rows say who handled and who reviewed a record, and their ledgers. #}
{% macro handled_tables() -%}
    {{ return({
        'AC01': 'persons',
        'AC02': 'enrolments',
        'AC43': 'contributions',
        'AC50': 'personal_accounts',
        'AC60': 'entitlements',
        'AC61': 'entitlement_items',
        'AC82': 'payments',
    }) }}
{%- endmacro %}

{# The inputs now; none when one is unknown. `whole` decides every row. #}
{% macro inputs_of_crosschecks() -%}
    {%- set ledgers = state_ids(ledgers_of_crosschecks(), this_month()) -%}
    {%- set code = env_var('FUNDWATCH_DBT_CODE', '') -%}
    {%- if not ledgers or not code -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select table_name, string_agg(month || '/' || sequence, ',' order by month, sequence) as extracts
        from {{ source('production', 'extracts') }}
        where table_name in {{ text_list(handled_tables()) }}
        group by table_name
    {%- endset -%}
    {%- set extracts = {} -%}
    {%- for table in handled_tables() -%}{%- do extracts.update({table: ''}) -%}{%- endfor -%}
    {%- for row in query_rows(query) -%}{%- do extracts.update({row.table_name: row.extracts}) -%}{%- endfor -%}
    {{ return({
        'whole': {'as_of': var('as_of'), 'site_version': var('site_version'), 'code': code},
        'ledgers': ledgers,
        'extracts': extracts,
    }) }}
{%- endmacro %}

{# The inputs the month was last checked from; none when that was not completed, or rows of it are gone. #}
{% macro inputs_checked() -%}
    {%- if not all_are_built(['cases', 'review_pairs', 'one_hand_rows']) -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select inputs from {{ ref('checked_months') }}
        where
            month = {{ this_month() }}
            and case_count = (
                select count(*) from {{ of_last_build('cases') }} as cases where cases.month = {{ this_month() }}
            )
            and pair_count = (
                select count(*) from {{ of_last_build('review_pairs') }} as pairs
                where pairs.month = {{ this_month() }}
            )
            and not exists (
                select 1 from {{ ref('matched_states') }} as states
                where states.month <> {{ this_month() }}
            )
    {%- endset -%}
    {%- set held = query_rows(query) | first -%}
    {{ return(fromjson(held.inputs) if held and held.inputs else none) }}
{%- endmacro %}

{# What leads from the inputs `held` to those of now, as changed_inputs says it; none when it is not known, or when a
   bank's file no longer counts: whose rows it held is not kept. #}
{% macro changed_since_check(held, now) -%}
    {%- if query_rows(
        "select exists (select 1 from matched_changes where kind = 'bank_file' and is_held) as is_known_no_more"
    )[0].is_known_no_more -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(changed_inputs(held, now)) }}
{%- endmacro %}

{# Create matched_now, what the other feeds, the names, the linkage and the verdicts say of each person, the vouchers of
   each taxpayer and the files of banks; and matched_changes, whose states differ. A bank's file never changes. #}
{% macro compare_matched() -%}
    create temporary table matched_now on commit drop as
    select kind, subject_key, string_agg(source || ':' || state, ';' order by source) as state
    from (
        {%- for column in ['person_id', 'other_person_id'] %}
        {{ states_of('person', 'same_number/' ~ column, column, ref('person_matches')) }}
        union all
        {{ states_of('person', 'linked/' ~ column, column, source('linkage', 'linked_pairs')) }}
        union all
        {{ states_of('person', 'cleared/' ~ column, column, source('verdicts', 'cleared_evidence')) }}
        union all
        {%- endfor %}
        {%- for name in ['death_matches', 'departure_matches', 'applied_bases'] %}
        {{ states_of('person', name, 'person_id', ref(name)) }}
        union all
        {%- endfor %}
        {%- for name, columns in [
            ('rewritten_numbers', ['former_name', 'person_name']),
            ('handled_changes', ['former_name', 'person_name']),
            ('payee_names', ['account_holder', 'payee_name']),
        ] %}
        {{ states_of('person', name, 'person_id', judged_names(name, *columns)) }}
        union all
        {%- endfor %}
        {{ states_of('taxpayer', 'voucher', 'taxpayer_no', ref('stg_tax__voucher')) }}
        union all
        select 'bank_file', 'rows', source_file_id, cast(count(*) as text)
        from {{ ref('stg_bank__payment_return') }}
        group by source_file_id
    ) as states
    group by kind, subject_key;
    create temporary table matched_changes on commit drop as
    select
        coalesce(now.kind, held.kind) as kind,
        coalesce(now.subject_key, held.subject_key) as subject_key,
        held.kind is not null as is_held
    from matched_now as now
    full outer join {{ ref('matched_states') }} as held
        on now.kind = held.kind and now.subject_key = held.subject_key
    where now.state is distinct from held.state
{%- endmacro %}

{% macro states_of(kind, source, key, relation) -%}
    select '{{ kind }}' as kind, '{{ source }}' as source, {{ key }} as subject_key, {{ state_of_rows() }} as state
    from {{ relation }} as declared
    where {{ key }} is not null
    group by {{ key }}
{%- endmacro %}

{# The rows of a table of names under one key, with how alike they are. #}
{% macro judged_names(name, column, other_column) -%}
    (
        select names.*, judgements.match_class, judgements.is_written_alike
        from {{ ref(name) }} as names
        left join {{ source('name_judgements', 'name_matches') }} as judgements
            on names.{{ column }} = judgements.name_a and names.{{ other_column }} = judgements.name_b
    )
{%- endmacro %}

{# Save the inputs of the check that begins; it is completed by counting the cases. #}
{% macro save_inputs_of_crosschecks(now, changed) -%}
    delete from {{ ref('matched_states') }};
    insert into {{ ref('matched_states') }} (month, kind, subject_key, state)
    select {{ this_month() }}, kind, subject_key, state from matched_now;
    delete from {{ ref('checked_months') }} where month = {{ this_month() }};
    insert into {{ ref('checked_months') }} (month, inputs, landed_since)
    values (
        {{ this_month() }},
        {{ json_literal(now) }},
        {{ json_literal(changed.landed if changed is not none else none) }}
    )
{%- endmacro %}

{% macro json_literal(value) -%}
    {{ "'" ~ (tojson(value, sort_keys=true) | replace("'", "''")) ~ "'" if value is not none else 'null' }}
{%- endmacro %}
