-- Grain: one row per pair of person ids (one id twice for two divisions) and scheme.
with doubled as (
    select * from {{ ref('overlapping_months') }}
),

-- In each month the enrolment that began later is the wrong one; a tie goes to the larger id.
ranked as (
    select
        doubled.person_id,
        doubled.other_person_id,
        doubled.scheme,
        doubled.for_month,
        contributed.division,
        contributed.received_amount,
        row_number() over (
            partition by
                doubled.person_id, doubled.other_person_id, doubled.scheme, doubled.for_month
            order by
                contributed.enrolled_on desc nulls last,
                {{ by_code_point('contributed.enrolment_id') }} desc
        ) as place
    from doubled
    inner join {{ ref('contributed_months') }} as contributed
        on
            contributed.person_id in (doubled.person_id, doubled.other_person_id)
            and doubled.scheme = contributed.scheme
            and doubled.for_month = contributed.for_month
),

later as (
    select
        *,
        row_number() over (
            partition by person_id, other_person_id, scheme order by for_month desc
        ) as recency
    from ranked
    where place = 1
),

wrongs as (
    select
        person_id,
        other_person_id,
        scheme,
        max(case when recency = 1 then division end) as division,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(*) as month_count,
        sum(received_amount) as amount
    from later
    group by person_id, other_person_id, scheme
),

evidence as (
    select
        doubled.person_id,
        doubled.other_person_id,
        doubled.scheme,
        doubled.match_class,
        {{ json_list(
            evidence_item("'AC43'", 'contributions.contribution_id', 'contributions.source_file_id', 'contributions.source_row'),
            by_code_point('contributions.contribution_id')
        ) }} as evidence
    from doubled
    inner join {{ current_ledger('contributions') }} as contributions
        on
            contributions.person_id in (doubled.person_id, doubled.other_person_id)
            and doubled.scheme = contributions.scheme
            and doubled.for_month = contributions.for_month
    where
        contributions.has_arrived
        and contributions.enrolment_id is not null
    group by doubled.person_id, doubled.other_person_id, doubled.scheme, doubled.match_class
),

final as (
    select
        'duplicate_enrolment' as rule_id,
        wrongs.division,
        wrongs.scheme,
        wrongs.person_id,
        wrongs.other_person_id,
        evidence.match_class,
        cast(null as date) as known_on,
        wrongs.first_month,
        wrongs.last_month,
        cast(wrongs.month_count as integer) as months,
        cast(coalesce(wrongs.amount, 0) as numeric(28, 2)) as amount,       -- yuan
        evidence.evidence
    from wrongs
    inner join evidence
        on
            wrongs.person_id = evidence.person_id
            and wrongs.other_person_id = evidence.other_person_id
            and wrongs.scheme = evidence.scheme
)

select * from final
