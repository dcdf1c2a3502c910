-- Grain: one row per pair of names to judge: those found under one identity number, equal ones
-- included, and payees with the holders of the accounts they were paid into.
with spellings as (
    select
        person_name as name_a,
        record_name as name_b
    from {{ ref('same_number_deaths') }}
    union all
    select
        person_name as name_a,
        other_person_name as name_b
    from {{ ref('same_number_pairs') }}
    union all
    select
        person_name as name_a,
        record_name as name_b
    from {{ ref('same_number_departures') }}
    union all
    select
        account_holder as name_a,
        payee_name as name_b
    from {{ ref('payee_names') }}
),

final as (
    select
        name_a,
        name_b
    from spellings
    where
        name_a is not null
        and name_b is not null
    group by name_a, name_b
)

select * from final
