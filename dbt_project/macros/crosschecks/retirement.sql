{# CTEs from `asked` (asked_key, scheme, sex, category, identity, birth_month, at_month) to `terms`: the row of
   retirement_ages.csv for normal retirement (normal_ages) that is valid in at_month, the most specific one; nothing where
   none fits. #}
{% macro retirement_terms() -%}
kinds_of_persons as (
    select
        scheme,
        coalesce(sex, '') as sex,
        coalesce(category, '') as category,
        coalesce(identity, '') as identity,
        birth_month
    from asked
    group by scheme, coalesce(sex, ''), coalesce(category, ''), coalesce(identity, ''), birth_month
),

fitting as (
    select
        persons.*,
        ages.statutory_months,
        ages.earliest_months,
        ages.latest_months,
        ages.min_paid_months,
        ages.valid_from,
        ages.valid_to,
        ages.site_row,
        ages.empty_count
    from kinds_of_persons as persons
    inner join {{ ref('normal_ages') }} as ages
        on
            persons.scheme = coalesce(ages.scheme, persons.scheme)
            and persons.sex = coalesce(ages.sex, persons.sex)
            and persons.category = coalesce(ages.category, persons.category)
            and persons.identity = coalesce(ages.identity, persons.identity)
            and persons.birth_month >= coalesce(ages.birth_from_month, persons.birth_month)
            and persons.birth_month <= coalesce(ages.birth_to_month, persons.birth_month)
    {{ computed_once() }}
),

terms as (
    select *
    from (
        select
            asked.asked_key,
            fitting.statutory_months,
            fitting.earliest_months,
            fitting.latest_months,
            fitting.min_paid_months,
            row_number() over (
                partition by asked.asked_key
                order by fitting.empty_count, fitting.valid_from desc nulls last, fitting.site_row
            ) as place
        from asked
        inner join fitting
            on
                asked.scheme = fitting.scheme
                and coalesce(asked.sex, '') = fitting.sex
                and coalesce(asked.category, '') = fitting.category
                and coalesce(asked.identity, '') = fitting.identity
                and asked.birth_month = fitting.birth_month
                and asked.at_month >= coalesce(fitting.valid_from, asked.at_month)
                and asked.at_month <= coalesce(fitting.valid_to, asked.at_month)
    ) as ranked
    where place = 1
)
{%- endmacro %}

{# The enrolments (CTE enrolments, with began_month) of whom an entitlement (CTE entitlements) began at most six months
   after them. #}
{% macro claims_soon_after_enrolment() -%}
    select
        enrolments.employer_id,
        enrolments.scheme,
        enrolments.enrolment_id
    from enrolments
    inner join entitlements on enrolments.person_id = entitlements.person_id
    where
        {{ month_number('entitlements.first_month') }}
        - {{ month_number('enrolments.began_month') }} between 0 and 6
    group by enrolments.employer_id, enrolments.scheme, enrolments.enrolment_id
{%- endmacro %}

{# The latest enrolment of each person and scheme in a CTE, by AAC030. #}
{% macro latest_enrolments_of(persons) -%}
    (
        select *
        from (
            select
                enrolments.*,
                row_number() over (
                    partition by enrolments.person_id, enrolments.scheme
                    order by
                        enrolments.enrolled_on desc nulls last,
                        {{ by_code_point('enrolments.enrolment_id') }} desc nulls last
                ) as latest_rank
            from {{ checked_ledger('enrolments') }} as enrolments
            inner join (
                select
                    person_id,
                    scheme
                from {{ persons }}
                group by person_id, scheme
            ) as persons
                on
                    enrolments.person_id = persons.person_id
                    and enrolments.scheme = persons.scheme
        ) as ranked
        where latest_rank = 1
    )
{%- endmacro %}
