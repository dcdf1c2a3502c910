-- Grain: one row per person and scheme (AC50), the version current in this batch.
-- Its division is that of the person's enrolment in the scheme, the active one first and the
-- latest where several fit; without an enrolment that has a division, the person's own.
with accounts as (
    select * from {{ versions_in_scope('ac50') }} as versions
),

persons as (
    select * from {{ known_persons(of='accounts') }} as known
),

enrolments as (
    select
        person_id,
        scheme,
        division,
        row_number() over (
            partition by person_id, scheme
            order by case when status = '1' then 0 else 1 end, {{ latest_enrolment_first() }}
        ) as place
    from {{ current_ledger('enrolments') }} as enrolments
    where
        division is not null
        {{ incremental_only("and person_id in (select person_id from accounts)") }}
),

placed as (
    select
        accounts.*,
        coalesce(enrolments.division, persons.division) as division,
        persons.person_id is null as is_unknown_person
    from accounts
    left join persons on accounts.person_id = persons.person_id
    left join enrolments
        on
            accounts.person_id = enrolments.person_id
            and accounts.scheme = enrolments.scheme
            and enrolments.place = 1
),

final as (
    select
        placed.person_id,
        placed.scheme,
        placed.balance_amount,
        placed.paid_months_count,
        placed.handled_on,
        case when not placed.is_unknown_person then placed.division end as division,
        case
            when placed.is_unknown_person then 'unknown_person'
            when placed.division is null then 'unknown_division'
        end as orphan_reason,
        {{ origin_columns('placed') }}
    from placed
)

select * from final
