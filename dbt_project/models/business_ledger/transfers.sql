-- Grain: one row per person, scheme, direction and month (YC02), the version current in this batch.
with transfers as (
    select * from {{ versions_in_scope('yc02') }} as versions
),

persons as (
    select * from {{ known_persons(of='transfers') }} as known
),

final as (
    select
        transfers.person_id,
        transfers.scheme,
        transfers.direction,
        transfers.for_month,
        transfers.other_division,
        transfers.transfer_amount,
        persons.division,
        case
            when persons.person_id is null then 'unknown_person'
            when persons.division is null then 'unknown_division'
        end as orphan_reason,
        {{ origin_columns('transfers') }}
    from transfers
    left join persons on transfers.person_id = persons.person_id
)

select * from final
