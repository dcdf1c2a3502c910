-- Grain: one row per pair of person ids of one human: class A, B, or linked in class D.
with pairs as (
    select
        person_id,
        other_person_id,
        match_class,
        cast(null as numeric(18, 6)) as score
    from {{ ref('person_matches') }}
    where match_class in ('A', 'B')
    union all
    select
        person_id,
        other_person_id,
        'D' as match_class,
        score
    from {{ source('linkage', 'linked_pairs') }}
    where is_linked
),

persons as (
    select * from {{ checked_ledger('persons') }} as current_rows
),

members as (
    select
        person_id,
        other_person_id,
        person_id as member_id
    from pairs
    union all
    select
        person_id,
        other_person_id,
        other_person_id as member_id
    from pairs
),

rows_of_both as (
    select
        members.person_id,
        members.other_person_id,
        'AC01' as landed_table,
        persons.row_key,
        persons.source_file_id,
        persons.source_row
    from members
    inner join persons on members.member_id = persons.person_id
),

cleared as (
    select * from {{ cleared_pairs('one_person_many_ids', 'rows_of_both') }} as cleared
),

evidence as (
    select
        person_id,
        other_person_id,
        {{ evidence_list() }} as evidence
    from rows_of_both
    group by person_id, other_person_id
),

-- The division is that of the later enrolment, else entitlement, else AC01's of the larger id.
places as (
    select
        members.person_id,
        members.other_person_id,
        1 as preference,
        cast(enrolments.enrolled_on as {{ dbt.type_string() }}) as began,
        enrolments.enrolment_id as place_key,
        enrolments.division
    from members
    inner join {{ checked_ledger('enrolments') }} as enrolments
        on members.member_id = enrolments.person_id
    union all
    select
        members.person_id,
        members.other_person_id,
        2 as preference,
        entitlements.first_month as began,
        entitlements.entitlement_id as place_key,
        entitlements.division
    from members
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on members.member_id = entitlements.person_id
    union all
    select
        members.person_id,
        members.other_person_id,
        3 as preference,
        null as began,
        persons.person_id as place_key,
        persons.division
    from members
    inner join persons on members.member_id = persons.person_id
),

ranked_places as (
    select
        person_id,
        other_person_id,
        division,
        row_number() over (
            partition by person_id, other_person_id
            order by
                preference,
                began desc nulls last,
                {{ by_code_point('place_key') }} desc nulls last
        ) as place
    from places
    where division is not null
),

final as (
    select
        'one_person_many_ids' as rule_id,
        ranked_places.division,
        '' as scheme,
        pairs.person_id,
        pairs.other_person_id,
        pairs.match_class,
        cast(null as date) as known_on,
        cast(null as {{ dbt.type_string() }}) as first_month,
        cast(null as {{ dbt.type_string() }}) as last_month,
        0 as months,
        cast(0 as numeric(28, 2)) as amount,        -- yuan
        evidence.evidence,
        pairs.score
    from pairs
    inner join evidence
        on
            pairs.person_id = evidence.person_id
            and pairs.other_person_id = evidence.other_person_id
    left join ranked_places
        on
            pairs.person_id = ranked_places.person_id
            and pairs.other_person_id = ranked_places.other_person_id
            and ranked_places.place = 1
    left join cleared
        on
            pairs.person_id = cleared.person_id
            and pairs.other_person_id = cleared.other_person_id
    where cleared.person_id is null
)

select * from final
