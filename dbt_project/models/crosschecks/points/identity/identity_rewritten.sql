-- Grain: one row per person id whose name and number both became others between two batches.
with rewritten as (
    select * from {{ ref('rewritten_numbers') }}
),

judgements as (
    select * from {{ source('name_judgements', 'name_matches') }}
),

-- Names are the same when they fold alike, unknown signs and all.
wrongs as (
    select rewritten.*
    from rewritten
    inner join judgements
        on
            rewritten.former_name = judgements.name_a
            and rewritten.person_name = judgements.name_b
    where not judgements.is_written_alike
),

rows_of_both as (
    select
        person_id,
        'AC01' as landed_table,
        row_key,
        former_source_file_id as source_file_id,
        former_source_row as source_row
    from wrongs
    union
    select
        person_id,
        'AC01' as landed_table,
        row_key,
        source_file_id,
        source_row
    from wrongs
),

evidence as (
    select
        person_id,
        {{ evidence_list() }} as evidence
    from rows_of_both
    group by person_id
),

-- AC01's division in m; of a person AC01 no longer knows, the last it said.
divisions as (
    select
        wrongs.person_id,
        min(wrongs.rewritten_month) as first_month,
        max(wrongs.rewritten_month) as last_month,
        max(persons.division) as division,
        max(persons.person_id) as present_person_id
    from wrongs
    left join {{ checked_ledger('persons') }} as persons on wrongs.person_id = persons.person_id
    group by wrongs.person_id
),

final as (
    select
        'identity_rewritten' as rule_id,
        case
            when divisions.present_person_id is null then latest.division
            else divisions.division
        end as division,
        '' as scheme,
        divisions.person_id,
        cast(null as {{ dbt.type_string() }}) as other_person_id,
        'A' as match_class,
        cast(null as date) as known_on,
        divisions.first_month,
        divisions.last_month,
        0 as months,
        cast(0 as numeric(28, 2)) as amount,        -- yuan
        evidence.evidence,
        cast(null as numeric(18, 6)) as score
    from divisions
    inner join wrongs as latest
        on
            divisions.person_id = latest.person_id
            and divisions.last_month = latest.rewritten_month
    inner join evidence on divisions.person_id = evidence.person_id
)

select * from final
