{# What the rules of the cross-checks share: from months of a wrong and rows of evidence to points. #}

{# The CTE `wrongs` of a rule: from a CTE with one row per case and month (the key columns, match_class, for_month,
   division, amount) the cases of `at_least` months; the division is that of the last month. #}
{% macro wrongs_of(months, keys, at_least=1) -%}
wrongs as (
    select
        {{ keys | join(',\n        ') }},
        match_class,
        max(case when recency = 1 then division end) as division,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(*) as month_count,
        sum(amount) as amount
    from (
        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }} order by for_month desc
            ) as recency
        from {{ months }}
    ) as ordered
    group by
        {{ keys | join(',\n        ') }},
        match_class
    having count(*) >= {{ at_least }}
)
{%- endmacro %}

{# The last CTEs of a rule: from `wrongs` (the key columns, division, match_class, first_month, last_month, month_count,
   amount) and `evidence_rows` (the key columns, landed_table, row_key, source_file_id, source_row; a row may be there
   twice) to the columns of the contract. #}
{% macro points(rule_id, keys) -%}
evidence as (
    select
        {{ keys | join(',\n        ') }},
        {{ evidence_list() }} as evidence
    from (
        select
            {{ keys | join(',\n            ') }},
            landed_table,
            row_key,
            source_file_id,
            source_row
        from evidence_rows
        group by
            {{ keys | join(',\n            ') }},
            landed_table,
            row_key,
            source_file_id,
            source_row
    ) as listed
    group by
        {{ keys | join(',\n        ') }}
),

final as (
    select
        '{{ rule_id }}' as rule_id,
        wrongs.division,
        wrongs.scheme,
        wrongs.person_id,
        {% if 'other_person_id' in keys -%}
        wrongs.other_person_id,
        {%- else -%}
        cast(null as {{ dbt.type_string() }}) as other_person_id,
        {%- endif %}
        wrongs.match_class,
        cast(null as date) as known_on,
        wrongs.first_month,
        wrongs.last_month,
        cast(wrongs.month_count as integer) as months,
        cast(coalesce(wrongs.amount, 0) as numeric(28, 2)) as amount,       -- yuan
        coalesce(evidence.evidence, '[]') as evidence
    from wrongs
    left join evidence
        on
            {% for key in keys -%}
            wrongs.{{ key }} = evidence.{{ key }}{{ '\n            and ' if not loop.last }}
            {%- endfor %}
)
{%- endmacro %}

{# The key of a case that speaks of a person in a scheme. #}
{% macro person_keys() -%}
    {{ return(['scheme', 'person_id']) }}
{%- endmacro %}

{# The key of a case that speaks of one human in a scheme: two ids of his, or one id twice. #}
{% macro pair_keys() -%}
    {{ return(['scheme', 'person_id', 'other_person_id']) }}
{%- endmacro %}

{# The key of a case that speaks of a person in a scheme and calendar year. #}
{% macro yearly_keys() -%}
    {{ return(['scheme', 'person_id', 'case_year']) }}
{%- endmacro %}

{# The rows of a CTE with person_id, once per pair of ids of one human they concern: the id with itself, and each pair
   that it belongs to (case_person_id the smaller id, case_other_id the larger, match_class that of the pair). #}
{% macro per_human(facts) -%}
    (
        select
            facts.*,
            facts.person_id as case_person_id,
            facts.person_id as case_other_id,
            'A' as match_class
        from {{ facts }} as facts
        union all
        select
            facts.*,
            humans.person_id as case_person_id,
            humans.other_person_id as case_other_id,
            humans.match_class
        from {{ facts }} as facts
        inner join {{ ref('humans') }} as humans on facts.person_id = humans.member_id
    )
{%- endmacro %}

{# What says that two ids are one human, as evidence: both rows of AC01 of every case in the CTE `wrongs`. #}
{% macro identity_evidence() -%}
    select
        wrongs.scheme,
        wrongs.person_id,
        wrongs.other_person_id,
        'AC01' as landed_table,
        persons.person_id as row_key,
        persons.source_file_id,
        persons.source_row
    from wrongs
    inner join {{ ref('humans') }} as humans
        on
            wrongs.person_id = humans.person_id
            and wrongs.other_person_id = humans.other_person_id
    inner join {{ ref('identified_persons') }} as persons on humans.member_id = persons.person_id
{%- endmacro %}
