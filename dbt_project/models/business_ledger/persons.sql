-- Grain: one row per person id (AC01), the version current in this batch.
with persons as (
    select
        *,
        {{ identity_number_18('identity_number') }} as identity_number_18
    from {{ current_versions('ac01') }} as versions
    {{ incremental_only("where row_key in (select row_key from ledger_scope)") }}
),

final as (
    select
        persons.person_id,
        persons.identity_number,
        persons.identity_number_18,
        persons.identity_number_18 is not null as is_identity_valid,
        persons.person_name,
        persons.sex,
        persons.birth_on,
        persons.first_work_on,
        persons.household_type,
        persons.personal_status,
        persons.identity_type,
        persons.survival,
        persons.death_on,
        persons.handled_on,
        persons.division,
        case when persons.division is null then 'unknown_division' end as orphan_reason,
        {{ origin_columns('persons') }}
    from persons
)

select * from final
