-- Grain: one row per month and suspicious point known in it: per rule, scheme and person (or
-- pair), of some rules also per calendar year.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_checked('cases') }}",
) }}

{% set rule_models = crosscheck_rules() %}
{# Part of the id of a case of a rule that has one a year; the ids of others never change. #}
{% set year_of_case -%}
    case
        when points.rule_id in ('{{ yearly_rules() | join("', '") }}')
            then substring(points.first_month, 1, 4)
    end
{%- endset %}

with points as (
    {% for model in rule_models %}
    select
        rule_id,
        division,
        scheme,
        person_id,
        other_person_id,
        match_class,
        known_on,
        first_month,
        last_month,
        months,
        amount,
        {{ 'score' if model in scored_rules() else 'cast(null as numeric(18, 6)) as score' }},
        evidence
    from {{ ref(model) }}
    where {{ case_is_checked() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

rules as (
    select * from {{ ref('crosscheck_rules') }}
),

-- A point opens when its wait window has passed by the as-of day and its division is known.
stated as (
    select
        {{ content_id([
            'points.rule_id', 'points.scheme', 'points.person_id',
            'coalesce(points.other_person_id, ' ~ year_of_case ~ ')',
        ]) }} as case_id,
        points.rule_id,
        {{ this_month() }} as month,
        points.division,
        points.scheme,
        points.person_id,
        points.other_person_id,
        points.match_class,
        points.score,
        points.first_month,
        points.last_month,
        points.months,
        points.amount,
        case
            when points.division is null then 'candidate'
            when {{ as_of_day() }} - points.known_on < coalesce(rules.wait_days, 0) then 'candidate'
            else 'open'
        end as state,
        cast(null as {{ dbt.type_string() }}) as outcome,
        points.evidence,
        points.known_on,
        {{ as_of_day() }} as judged_on
    from points
    left join rules on points.rule_id = rules.rule_id
),

-- What the data say is kept beside the state, which the events of the case decide once it has any.
final as (
    select
        *,
        state as point_state
    from stated
)

select * from final
