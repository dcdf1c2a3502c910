-- Grain: one row per pair of names to judge: those found under one identity number, equal ones
-- included, payees with the holders of the accounts they were paid into, and names of one person id
-- in two batches.
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
    union all
    select
        former_name as name_a,
        person_name as name_b
    from {{ ref('rewritten_numbers') }}
    union all
    select
        former_name as name_a,
        person_name as name_b
    from {{ ref('handled_changes') }}
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
