{# Bases of a month verified before are verified anew for the units and persons affected by what changed since.

   affected_subjects is built first: it compares the inputs saved in verified_months with those of now, and lists whose
   bases may differ. The models of bases read the rows of these alone, and the exports replace their rows alone
   (unit_is_affected, person_is_affected). Another month, as-of day, site or code, an input whose change is not known, or
   a large part of the persons: it lists `everything`.
   The rows of the exports are counted at the end of a verification: what follows one that failed, or rows that went,
   is in full.
   verified_months and declared_states are unlogged alike: a crash of the server empties both. #}
{% materialization affected_subjects, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do get_assert_columns_equivalent(sql) %}
    {% call statement('compare_declared') %}
        {{ compare_declared() }}
    {% endcall %}
    {%- set now = inputs_of_bases() -%}
    {%- set held = inputs_verified() if existing is not none else none -%}
    {%- set changed = changed_inputs(held, now) -%}
    {%- if changed is not none -%}
        {% call statement('find_affected') %}
            create temporary table affected_now on commit drop as
            {{ affected_by_inputs(changed) }};
            analyze affected_now
        {% endcall %}
        {%- if not affected_persons_are_few() -%}{%- set changed = none -%}{%- endif -%}
    {%- endif -%}
    {% do build_ctas(target_relation, 'select subject, subject_key from affected_now' if changed is not none else sql) %}
    {% call statement('save_inputs') %}
        {{ save_inputs_of_bases(now) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The condition that a unit's own rows are verified in this build. #}
{% macro unit_is_affected(unit) -%}
    {{ subject_is_affected([['unit', unit]]) }}
{%- endmacro %}

{# The condition that a person's rows, by default without a unit, are verified in this build. #}
{% macro person_is_affected(person, unit=none) -%}
    {{ subject_is_affected([['person', person]] + ([['persons_of_unit', unit]] if unit else [])) }}
{%- endmacro %}

{% macro subject_is_affected(conditions) -%}
    {#- A unit test lists the tables it reads, and a state table is none of them. -#}
    {%- if model.resource_type == 'unit_test' -%}
    true
    {%- else -%}
    (
        exists (
            select 1 from {{ ref('affected_subjects') }} as affected
            where affected.subject = 'everything'
        )
        {%- for subject, column in conditions %}
        or {{ column }} in (
            select affected.subject_key from {{ ref('affected_subjects') }} as affected
            where affected.subject = '{{ subject }}'
        )
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of an export of bases: deletes the month's rows that are verified in this build. `of_unit`: the condition of
   those that are a unit's own; by default all are. #}
{% macro forget_affected(of_unit=none) -%}
    {%- if is_incremental() -%}
        {{ adapter.dispatch('forget_affected', 'fundwatch')(of_unit) }}
    {%- endif -%}
{%- endmacro %}

{# On Spark everything is verified in every build. #}
{% macro default__forget_affected(of_unit) -%}
    {{ forget_month() }}
{%- endmacro %}

{% macro postgres__forget_affected(of_unit) -%}
    delete from {{ this }}
    where
        month = {{ this_month() }}
        {%- if of_unit %}
        and case
            when {{ of_unit }} then {{ unit_is_affected('unit_id') }}
            else {{ person_is_affected('person_id', 'unit_id') }}
        end
        {%- else %}
        and {{ unit_is_affected('unit_id') }}
        {%- endif %}
{%- endmacro %}

{# Post-hook of the last export of bases: the month's verification came to its end. #}
{% macro complete_verification() -%}
    {{ adapter.dispatch('complete_verification', 'fundwatch')() }}
{%- endmacro %}

{% macro default__complete_verification() -%}{%- endmacro %}

{% macro postgres__complete_verification() -%}
    update {{ ref('verified_months') }} set row_counts = {{ rows_exported() }} where month = {{ this_month() }}
{%- endmacro %}
