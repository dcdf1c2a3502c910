-- Grain: one row per person id and month in whose batch its number is another than before.
-- Nearly every row has one version: the others alone are compared.
with succeeded as (
    select row_key
    from {{ ref('persons') }}
    where valid_to_batch <= {{ this_month() }}
    group by row_key
),

versions as (
    select
        persons.person_id,
        persons.valid_from_batch,
        persons.valid_to_batch,
        persons.person_name,
        coalesce(persons.identity_number_18, persons.identity_number) as number_as_compared,
        persons.division,
        persons.row_key,
        persons.source_file_id,
        persons.source_row
    from {{ ref('persons') }} as persons
    inner join succeeded on persons.row_key = succeeded.row_key
    where
        persons.person_id is not null
        and persons.valid_from_batch <= {{ this_month() }}
),

placeholders as (
    select upper(placeholder) as placeholder
    from {{ ref('placeholders') }}
),

-- What was missing, or stood for nothing, was no identity that could be rewritten.
known as (
    select versions.*
    from versions
    left join placeholders as nobodies on upper(versions.person_name) = nobodies.placeholder
    left join placeholders as stubs on versions.number_as_compared = stubs.placeholder
    where
        versions.person_name is not null
        and versions.number_as_compared is not null
        and nobodies.placeholder is null
        and stubs.placeholder is null
        and replace(
            versions.number_as_compared, substring(versions.number_as_compared, 1, 1), ''
        ) <> ''
),

final as (
    select
        later.person_id,
        later.valid_from_batch as rewritten_month,
        former.person_name as former_name,
        later.person_name,
        later.division,
        later.row_key,
        former.source_file_id as former_source_file_id,
        former.source_row as former_source_row,
        later.source_file_id,
        later.source_row
    from known as former
    inner join known as later
        on
            former.row_key = later.row_key
            and former.valid_to_batch = later.valid_from_batch
    where former.number_as_compared <> later.number_as_compared
)

select * from final
