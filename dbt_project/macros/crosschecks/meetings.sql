{# Rules about money that another fact excludes in the same month. A fact has person_id, for_month, is_wrong (whether it
   is the money that is wrong, or what speaks against it), scheme, amount, division, began, its landed row, and the
   landed row of its ground: the enrolment or entitlement that it rests on. #}

{# Facts of the contributions of the last twelve months (contributed_months) that fulfil a condition. #}
{% macro contribution_facts(condition, is_wrong='false') -%}
    select
        {{ is_wrong }} as is_wrong,
        person_id,
        for_month,
        scheme,
        received_amount as amount,
        covered_count,
        enrolment_division as division,
        division as own_division,
        cast(enrolled_on as {{ dbt.type_string() }}) as began,
        'AC43' as landed_table,
        row_key,
        source_file_id,
        source_row,
        'AC02' as ground_table,
        enrolment_id as ground_key,
        enrolment_file_id as ground_file_id,
        enrolment_row as ground_row
    from {{ ref('contributed_months') }}
    where {{ condition }}
{%- endmacro %}

{# Facts of the benefits paid (exclusive_benefits) that fulfil a condition. #}
{% macro benefit_facts(condition, is_wrong='true', amount='amount') -%}
    select
        {{ is_wrong }} as is_wrong,
        person_id,
        for_month,
        scheme,
        {{ amount }} as amount,
        1 as covered_count,
        division,
        division as own_division,
        first_month as began,
        'AC82' as landed_table,
        row_key,
        source_file_id,
        source_row,
        'AC60' as ground_table,
        entitlement_id as ground_key,
        entitlement_file_id as ground_file_id,
        entitlement_row as ground_row
    from {{ ref('exclusive_benefits') }}
    where {{ condition }}
{%- endmacro %}

{# CTEs from facts to their meeting: the facts that meet one of the other side in their month, once per pair of ids. Of one
   id both sides are its own; of two ids one side is of each. Who cannot have both sides is left out first. #}
{% macro meeting_ctes(facts='facts', meeting='meeting') -%}
concerned_in_{{ meeting }} as (
    select person_id
    from {{ facts }}
    group by person_id
    having min(case when is_wrong then 1 else 0 end) <> max(case when is_wrong then 1 else 0 end)
    union distinct
    select member_id as person_id
    from {{ ref('humans') }}
),

facts_of_{{ meeting }} as (
    select facts.*
    from {{ facts }} as facts
    inner join concerned_in_{{ meeting }} as concerned on facts.person_id = concerned.person_id
),

{{ meeting }} as (
    select *
    from (
        select
            *,
            sum(case when is_wrong then 1 else 0 end) over (
                partition by case_person_id, case_other_id, for_month
            ) as wrong_count,
            sum(case when is_wrong then 0 else 1 end) over (
                partition by case_person_id, case_other_id, for_month
            ) as right_count,
            sum(case when is_wrong then 1 else 0 end) over (
                partition by case_person_id, case_other_id, for_month, person_id
            ) as own_wrong_count,
            sum(case when is_wrong then 0 else 1 end) over (
                partition by case_person_id, case_other_id, for_month, person_id
            ) as own_right_count
        from {{ per_human('facts_of_' ~ meeting) }} as of_humans
    ) as counted
    where
        case
            when case_person_id = case_other_id
                then case when is_wrong then right_count else wrong_count end
            when is_wrong then right_count - own_right_count
            else wrong_count - own_wrong_count
        end > 0
)
{%- endmacro %}

{# The facts of humans (CTE of_humans) of the cases and months of a CTE, with latest_rank: 1 where the ground of the
   month that began last, a tie to the larger key. #}
{% macro latest_ground_first(months) -%}
    select
        of_humans.*,
        dense_rank() over (
            partition by
                of_humans.scheme,
                of_humans.case_person_id,
                of_humans.case_other_id,
                of_humans.for_month
            order by
                of_humans.began desc nulls last,
                {{ by_code_point('of_humans.ground_key') }} desc
        ) as latest_rank
    from of_humans
    inner join {{ months }} as months
        on
            of_humans.scheme = months.scheme
            and of_humans.case_person_id = months.case_person_id
            and of_humans.case_other_id = months.case_other_id
            and of_humans.for_month = months.for_month
{%- endmacro %}

{# The CTE `wrong_months`: one row per case and month; the division is that of the ground that began last. #}
{% macro wrong_months_of(facts, amount='sum(amount)') -%}
wrong_months as (
    select
        scheme,
        case_person_id as person_id,
        case_other_id as other_person_id,
        match_class,
        for_month,
        max(case when place = 1 then division end) as division,
        {{ amount }} as amount
    from (
        select
            *,
            row_number() over (
                partition by scheme, case_person_id, case_other_id, for_month
                order by
                    began desc nulls last,
                    {{ by_code_point('ground_key') }} desc nulls last,
                    {{ by_code_point('row_key') }} desc
            ) as place
        from {{ facts }}
        where is_wrong
    ) as ordered
    group by scheme, case_person_id, case_other_id, match_class, for_month
)
{%- endmacro %}

{# A row that covers several months counts with the share of those that are wrong: its `share_amount` stands in the
   first of them, half up to the cent. #}
{% macro with_shares(facts) -%}
    select
        *,
        case
            when row_number() over (
                partition by scheme, case_person_id, case_other_id, row_key order by for_month
            ) = 1
                then {{ exact_ratio(
                    'amount * count(*) over (partition by scheme, case_person_id, case_other_id, row_key)',
                    'covered_count', 2
                ) }}
            else 0
        end as share_amount
    from {{ facts }}
{%- endmacro %}

{# The CTE `proofs`: the facts of the months of each case, those of the wrong side in the scheme of the case alone. #}
{% macro proofs_of(facts) -%}
proofs as (
    select
        wrong_months.scheme,
        wrong_months.person_id,
        wrong_months.other_person_id,
        facts.landed_table,
        facts.row_key,
        facts.source_file_id,
        facts.source_row,
        facts.ground_table,
        facts.ground_key,
        facts.ground_file_id,
        facts.ground_row
    from wrong_months
    inner join {{ facts }} as facts
        on
            wrong_months.person_id = facts.case_person_id
            and wrong_months.other_person_id = facts.case_other_id
            and wrong_months.for_month = facts.for_month
    where
        not facts.is_wrong
        or wrong_months.scheme = facts.scheme
)
{%- endmacro %}

{# CTEs from `proofs` (facts under the key of their case) and `wrongs` to the points; `more` names a CTE of further rows of
   evidence. #}
{% macro proof_points(rule_id, more=none) -%}
evidence_rows as (
    select
        scheme,
        person_id,
        other_person_id,
        landed_table,
        row_key,
        source_file_id,
        source_row
    from proofs
    union all
    select
        scheme,
        person_id,
        other_person_id,
        ground_table as landed_table,
        ground_key as row_key,
        ground_file_id as source_file_id,
        ground_row as source_row
    from proofs
    where ground_file_id is not null
    {% if more -%}
    union all
    select
        scheme,
        person_id,
        other_person_id,
        landed_table,
        row_key,
        source_file_id,
        source_row
    from {{ more }}
    {% endif -%}
    union all
    {{ identity_evidence() }}
),

{{ points(rule_id, keys=pair_keys()) }}
{%- endmacro %}

{# One row per case ids and month of a meeting: the division of the ground that began last, on whichever side. #}
{% macro latest_divisions(meeting) -%}
    (
        select
            case_person_id,
            case_other_id,
            for_month,
            max(case when place = 1 then division end) as division
        from (
            select
                *,
                row_number() over (
                    partition by case_person_id, case_other_id, for_month
                    order by began desc nulls last, {{ by_code_point('ground_key') }} desc nulls last
                ) as place
            from {{ meeting }}
        ) as ordered
        group by case_person_id, case_other_id, for_month
    )
{%- endmacro %}
