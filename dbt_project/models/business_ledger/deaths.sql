-- Grain: one row per person the agency knows to be dead (AC01), the version current in this batch.
with persons as (
    select * from {{ current_ledger('persons') }} as persons
),

final as (
    select
        persons.person_id,
        persons.identity_number_18,
        persons.death_on,
        persons.survival,
        persons.division,
        persons.orphan_reason,
        {{ origin_columns('persons') }}
    from persons
    where
        persons.survival = '2'
        {{ incremental_only("and persons.row_key in (select row_key from ledger_scope)") }}
)

select * from final
