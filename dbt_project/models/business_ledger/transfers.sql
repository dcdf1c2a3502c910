-- Grain: one row per person, scheme, direction and month (YC02), the version current in this batch.
with transfers as (
    select * from {{ current_versions('yc02') }} as transfers
    {{ when_narrowed("where row_key in (select row_key from ledger_scope)") }}
),

persons as (
    select * from {{ current_versions('ac01') }} as persons
    {{ when_narrowed("where row_key in (select person_id from transfers)") }}
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
