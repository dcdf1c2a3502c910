{# Cases of a month checked before are checked anew for the persons, accounts and employers affected by what changed since.

   rechecked_subjects is built first: it compares the inputs saved in checked_months with those of now, lists whose
   points may differ, and copies the rows of the ledgers that these points rest on. The models of the points read the
   copies instead of the ledgers (checked_ledger), and the tables that stay replace the rows of these subjects alone.
   Another month, as-of day, site or code, an input whose change is not known, or a large part of the persons: it lists
   `everything`, and makes no copy.
   The cases are counted at the end of a check: what follows one that failed, or rows that went, is in full.
   checked_months and matched_states are unlogged alike: a crash of the server empties both. #}
{% materialization rechecked_subjects, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {% call statement('compare_matched') %}
        {{ compare_matched() }}
    {% endcall %}
    {%- set now = inputs_of_crosschecks() -%}
    {%- set held = inputs_checked() if existing is not none else none -%}
    {%- set changed = changed_since_check(held, now) -%}
    {%- if changed is not none and not find_rechecked(changed) -%}{%- set changed = none -%}{%- endif -%}
    {%- do forget_copies() -%}
    {%- set relations = [target_relation] -%}
    {%- if changed is not none -%}{%- do relations.extend(copy_rechecked_rows()) -%}{%- endif -%}
    {% do build_ctas(
        target_relation, 'select subject, subject_key from affected_now' if changed is not none else sql
    ) %}
    {% call statement('save_inputs') %}
        {{ save_inputs_of_crosschecks(now, changed) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': relations}) }}
{% endmaterialization %}

{# The rows of a ledger, current in the month being built, from which the points are made: in a full check all, else
   those that the points of the subjects checked anew rest on. #}
{% macro checked_ledger(name) -%}
    {%- if is_rechecked() -%}
    (select * from {{ copy_of(name) }})
    {%- else -%}
    {{ current_ledger(name) }}
    {%- endif -%}
{%- endmacro %}

{# As checked_ledger, the contributions to employers whose wage bill is checked. #}
{% macro checked_wage_rows() -%}
    {%- if is_rechecked() -%}
    (select * from {{ copy_of('wage_rows') }})
    {%- else -%}
    {{ current_ledger('contributions') }}
    {%- endif -%}
{%- endmacro %}

{# The condition that a landed row is current and, when listed subjects alone are checked, was landed since the last
   check. #}
{% macro is_landed_since_check(table) -%}
    {%- if model.resource_type != 'unit_test' -%}{%- do ref('checked_months') -%}{%- endif -%}
    {{ is_current('_valid_from', '_valid_to') }}
    {%- if is_rechecked() %}
    and ({{ landed_since_check().get(table, 'false') }})
    {%- endif -%}
{%- endmacro %}

{# By production table, the condition on rows landed since the last check. #}
{% macro landed_since_check() -%}
    {%- set saved = query_rows(
        'select landed_since from ' ~ ref('checked_months') ~ ' where month = ' ~ this_month()
    )[0] -%}
    {{ return(fromjson(saved.landed_since)) }}
{%- endmacro %}

{# The condition that a subject of a kind (`taxed_employer`, say) is checked in this build. #}
{% macro subject_is_checked(kind, column) -%}
    {%- if is_rechecked() -%}
    {{ column }} in (
        select rechecked.subject_key from {{ ref('rechecked_subjects') }} as rechecked
        where rechecked.subject = '{{ kind }}'
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The condition that a pair of persons, or a person with another or none, is checked in this build. #}
{% macro pair_is_checked() -%}
    {%- if is_rechecked() -%}
    ({{ subject_is_checked('person', 'person_id') }} or {{ subject_is_checked('person', 'other_person_id') }})
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The condition that a case is checked in this build. #}
{% macro case_is_checked() -%}
    {%- if is_rechecked() -%}
    case rule_id
        when 'shared_account' then {{ subject_is_checked('account', 'person_id') }}
        when 'shell_employer' then {{ subject_is_checked('enrolling_employer', 'person_id') }}
        when 'wage_below_tax_base' then {{ subject_is_checked('taxed_employer', 'person_id') }}
        else {{ pair_is_checked() }}
    end
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of a table of which other months and subjects stay: deletes the month's rows that are checked in this build.
   `rows` says which: cases or pairs. #}
{% macro forget_checked(rows) -%}
    {%- if is_incremental() and is_rechecked() -%}
        delete from {{ this }}
        where month = {{ this_month() }} and {{ case_is_checked() if rows == 'cases' else pair_is_checked() }}
    {%- elif is_incremental() -%}
        {{ forget_month() }}
    {%- endif -%}
{%- endmacro %}

{# Whether this build checks listed subjects alone: rechecked_subjects copied their rows, so whatever asks is built
   after it. #}
{% macro is_rechecked() -%}
    {#- A unit test lists the tables it reads, and a state table is none of them. -#}
    {%- if model.resource_type == 'unit_test' -%}{{ return(false) }}{%- endif -%}
    {%- do ref('rechecked_subjects') -%}
    {{ return(adapter.dispatch('is_rechecked', 'fundwatch')()) }}
{%- endmacro %}

{# On Spark everything is checked in every build. #}
{% macro default__is_rechecked() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro postgres__is_rechecked() -%}
    {#- What is compiled without a database is the SQL of a full check. -#}
    {%- if not execute or flags.INTROSPECT is sameas false -%}{{ return(false) }}{%- endif -%}
    {{ return(load_cached_relation(copy_of('persons')) is not none) }}
{%- endmacro %}
