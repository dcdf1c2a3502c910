-- Grain: one row per month, area and scheme (ALL included) in which persons became insured, or
-- ceased to be, since the month before as now built. For the month being built and for the next,
-- whose month before has just been built; where both months of a pair are.
{% set pairs = [(month_plus(-1), this_month()), (this_month(), month_plus(1))] %}

with
built as (
    select month
    from {{ ref('statistics_months') }}
    where model = 'insured_persons'
),

{% for before, after in pairs %}
moved_{{ loop.index }} as (
    select
        person_id,
        scheme
    from {{ ref('insured_persons') }}
    where
        ({{ is_current('valid_from_batch', 'valid_to_batch', before) }})
        <> ({{ is_current('valid_from_batch', 'valid_to_batch', after) }})
        and {{ before }} in (select built.month from built)
        and {{ after }} in (select built.month from built)
    group by person_id, scheme
),

moved_anywhere_{{ loop.index }} as (
    select person_id
    from moved_{{ loop.index }}
    group by person_id
),

{% set was = is_current('insured.valid_from_batch', 'insured.valid_to_batch', before) %}
{% set is_now = is_current('insured.valid_from_batch', 'insured.valid_to_batch', after) %}
stays_{{ loop.index }} as (
    select
        insured.person_id,
        insured.scheme,
        insured.division,
        {{ was }} as was_insured,
        {{ is_now }} as is_insured
    from {{ ref('insured_persons') }} as insured
    inner join moved_{{ loop.index }} as moved
        on
            insured.person_id = moved.person_id
            and insured.scheme = moved.scheme
    union all
    select
        insured.person_id,
        'ALL' as scheme,
        insured.division,
        {{ was }} as was_insured,
        {{ is_now }} as is_insured
    from {{ ref('insured_persons') }} as insured
    inner join moved_anywhere_{{ loop.index }} as moved on insured.person_id = moved.person_id
    where insured.is_in_all
),

persons_{{ loop.index }} as (
    select
        areas.area,
        stays.scheme,
        stays.person_id,
        {{ dbt.bool_or('stays.was_insured') }} as was_insured,
        {{ dbt.bool_or('stays.is_insured') }} as is_insured
    from stays_{{ loop.index }} as stays
    inner join {{ ref('areas') }} as areas on stays.division = areas.division
    group by areas.area, stays.scheme, stays.person_id
),

{% endfor %}
counted as (
    {% for before, after in pairs %}
    select
        {{ after }} as month,
        area,
        scheme,
        sum(case when is_insured and not was_insured then 1 else 0 end) as entered_count,
        sum(case when was_insured and not is_insured then 1 else 0 end) as left_count
    from persons_{{ loop.index }}
    group by area, scheme
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        month,
        area,
        scheme,
        cast(entered_count as integer) as entered_count,
        cast(left_count as integer) as left_count
    from counted
)

select * from final
