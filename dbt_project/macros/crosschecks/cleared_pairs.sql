{# The pairs of a rule that stay cleared: an auditor cleared them, and every row of their evidence was known
   then. `evidence_rows` is a relation with person_id, other_person_id, landed_table, row_key, source_file_id
   and source_row. A record of who somebody is (AC01, death_event) that was landed anew is new evidence; of
   other tables only a row of another key is. #}
{% macro cleared_pairs(rule_id, evidence_rows) -%}
    (
        select
            evidence.person_id,
            evidence.other_person_id
        from {{ evidence_rows }} as evidence
        inner join (
            select
                person_id,
                other_person_id
            from {{ source('verdicts', 'cleared_evidence') }}
            where rule_id = '{{ rule_id }}'
            group by person_id, other_person_id
        ) as cleared
            on
                evidence.person_id = cleared.person_id
                and evidence.other_person_id = cleared.other_person_id
        group by evidence.person_id, evidence.other_person_id
        having
            sum(case when exists (
                select known.row_key
                from {{ source('verdicts', 'cleared_evidence') }} as known
                where
                    known.rule_id = '{{ rule_id }}'
                    and known.person_id = evidence.person_id
                    and known.other_person_id = evidence.other_person_id
                    and known.landed_table = evidence.landed_table
                    and known.row_key = evidence.row_key
                    and (
                        evidence.landed_table not in ('AC01', 'death_event')
                        or (
                            known.source_file_id = evidence.source_file_id
                            and known.source_row = evidence.source_row
                        )
                    )
            ) then 0 else 1 end) = 0
    )
{%- endmacro %}
