-- Grain: one row per entitlement (AC60) whose account and status both changed in the batch of the
-- month, with its person's name or number in AC01, both rows handled by one (AAE011).
with entitlements as (
    select
        later.entitlement_id,
        later.person_id,
        later.scheme,
        later.handled_on,
        later.row_key,
        later.source_file_id,
        later.source_row
    from {{ ref('entitlements') }} as later
    inner join {{ ref('entitlements') }} as former
        on
            later.row_key = former.row_key
            and later.valid_from_batch = former.valid_to_batch
    where
        later.valid_from_batch = {{ this_month() }}
        and coalesce(later.account_no, '') <> coalesce(former.account_no, '')
        and coalesce(later.status, '') <> coalesce(former.status, '')
),

persons as (
    select
        later.person_id,
        former.person_name as former_name,
        later.person_name,
        coalesce(
            coalesce(former.identity_number_18, former.identity_number)
            <> coalesce(later.identity_number_18, later.identity_number),
            false
        ) as has_another_number,
        later.row_key,
        later.source_file_id,
        later.source_row
    from {{ ref('persons') }} as later
    inner join {{ ref('persons') }} as former
        on
            later.row_key = former.row_key
            and later.valid_from_batch = former.valid_to_batch
    where later.valid_from_batch = {{ this_month() }}
),

landed_entitlements as (
    select
        _file_id,
        _row,
        {{ missing_to_null(trimmed('aae011')) }} as handled_by
    from {{ source('production', 'ac60') }}
),

landed_persons as (
    select
        _file_id,
        _row,
        {{ missing_to_null(trimmed('aae011')) }} as handled_by
    from {{ source('production', 'ac01') }}
),

final as (
    select
        entitlements.entitlement_id,
        entitlements.person_id,
        coalesce(entitlements.scheme, '') as scheme,            -- empty when it is no standard code
        {{ month_of('entitlements.handled_on') }} as handled_month,
        persons.former_name,
        persons.person_name,
        persons.has_another_number,
        entitlements.row_key,
        entitlements.source_file_id,
        entitlements.source_row,
        persons.row_key as person_key,
        persons.source_file_id as person_file_id,
        persons.source_row as person_row
    from entitlements
    inner join persons on entitlements.person_id = persons.person_id
    inner join landed_entitlements
        on
            entitlements.source_file_id = landed_entitlements._file_id
            and entitlements.source_row = landed_entitlements._row
    inner join landed_persons
        on
            persons.source_file_id = landed_persons._file_id
            and persons.source_row = landed_persons._row
    where
        landed_entitlements.handled_by = landed_persons.handled_by
        and (persons.has_another_number or persons.former_name <> persons.person_name)
)

select * from final
