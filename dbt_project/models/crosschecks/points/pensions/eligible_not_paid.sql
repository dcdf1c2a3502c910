-- Grain: one row per person and scheme who reached the latest statutory month half a year ago or
-- earlier with the months paid, and has no pension under any id.
with pensioners as (
    select person_id
    from {{ checked_ledger('entitlements') }} as current_rows
    where
        kind in ('01', '02', '03')
        and person_id is not null
    group by person_id
),

pensioned_humans as (
    select person_id
    from pensioners
    union distinct
    select
        case
            when humans.member_id = humans.person_id then humans.other_person_id
            else humans.person_id
        end as person_id
    from {{ ref('humans') }} as humans
    inner join pensioners on humans.member_id = pensioners.person_id
),

-- Who is younger than any latest age is left out first.
accounts as (
    select
        current_accounts.*,
        persons.division as person_division,
        persons.sex,
        persons.personal_status as category,
        {{ month_of('persons.birth_on') }} as birth_month,
        persons.source_file_id as person_file_id,
        persons.source_row as person_row
    from {{ checked_ledger('personal_accounts') }} as current_accounts
    inner join {{ checked_ledger('persons') }} as persons
        on current_accounts.person_id = persons.person_id
    left join pensioned_humans on current_accounts.person_id = pensioned_humans.person_id
    left join {{ ref('deceased_persons') }} as deceased
        on current_accounts.person_id = deceased.person_id
    where
        pensioned_humans.person_id is null
        and deceased.person_id is null
        and coalesce(persons.survival, '') <> '2'
        and {{ month_number(month_of('persons.birth_on')) }} + (
            select min(normal_ages.latest_months) from {{ ref('normal_ages') }} as normal_ages
        ) + 6 <= {{ month_number(this_month()) }}
),

latest_enrolments as (
    select * from {{ latest_enrolments_of('accounts') }} as latest
),

asked as (
    select
        accounts.row_key as asked_key,
        accounts.scheme,
        accounts.sex,
        accounts.category,
        latest_enrolments.enrolment_identity as identity,
        accounts.birth_month,
        {{ this_month() }} as at_month
    from accounts
    left join latest_enrolments
        on
            accounts.person_id = latest_enrolments.person_id
            and accounts.scheme = latest_enrolments.scheme
),

{{ retirement_terms() }},

eligible as (
    select
        accounts.*,
        {{ month_number('accounts.birth_month') }} + terms.latest_months as latest_number
    from accounts
    inner join terms on accounts.row_key = terms.asked_key
    where accounts.paid_months_count >= terms.min_paid_months
),

wrongs as (
    select
        scheme,
        person_id,
        'A' as match_class,
        person_division as division,
        {{ month_of_number('latest_number') }} as first_month,
        {{ this_month() }} as last_month,
        {{ month_number(this_month()) }} - latest_number + 1 as month_count,
        0 as amount
    from eligible
    where {{ month_number(this_month()) }} >= latest_number + 6
),

evidence_rows as (
    select
        eligible.scheme,
        eligible.person_id,
        'AC50' as landed_table,
        eligible.row_key,
        eligible.source_file_id,
        eligible.source_row
    from eligible
    union all
    select
        scheme,
        person_id,
        'AC01' as landed_table,
        person_id as row_key,
        person_file_id as source_file_id,
        person_row as source_row
    from eligible
    union all
    select
        eligible.scheme,
        eligible.person_id,
        'AC02' as landed_table,
        latest_enrolments.row_key,
        latest_enrolments.source_file_id,
        latest_enrolments.source_row
    from eligible
    inner join latest_enrolments
        on
            eligible.person_id = latest_enrolments.person_id
            and eligible.scheme = latest_enrolments.scheme
),

{{ points('eligible_not_paid', keys=person_keys()) }}

select * from final
