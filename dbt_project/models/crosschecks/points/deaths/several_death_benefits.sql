-- Grain: one row per human (one person id twice, or two of one human) for whose death the funeral
-- grant (item 501) was paid in more than one scheme.
with grants as (
    select
        paid.person_id,
        paid.scheme,
        paid.for_month,
        paid.payment_id,
        paid.entitlement_id,
        paid.row_key,
        paid.source_file_id,
        paid.source_row,
        paid.division,
        items.item_amount,
        items.row_key as item_key,
        items.source_file_id as item_file_id,
        items.source_row as item_row
    from {{ ref('paid_payments') }} as paid
    inner join {{ checked_ledger('payment_items') }} as items
        on paid.payment_id = items.payment_id
    where
        paid.kind = '51'
        and paid.person_id is not null
        and paid.for_month <= {{ this_month() }}
        and items.item = '501'
),

granted as (
    select person_id
    from grants
    group by person_id
),

humans as (
    select
        person_id,
        person_id as other_person_id,
        'A' as match_class
    from granted
    union all
    select
        pairs.person_id,
        pairs.other_person_id,
        pairs.match_class
    from {{ ref('person_matches') }} as pairs
    inner join granted as mine on pairs.person_id = mine.person_id
    inner join granted as theirs on pairs.other_person_id = theirs.person_id
    where pairs.match_class in ('A', 'B')
),

members as (
    select
        person_id,
        other_person_id,
        match_class,
        person_id as member_id
    from humans
    union distinct
    select
        person_id,
        other_person_id,
        match_class,
        other_person_id as member_id
    from humans
),

-- The latest is the one whose entitlement began last.
grants_of_humans as (
    select
        members.person_id,
        members.other_person_id,
        members.match_class,
        grants.person_id as granted_person_id,
        grants.scheme,
        grants.for_month,
        grants.entitlement_id,
        grants.item_amount,
        grants.row_key,
        grants.source_file_id,
        grants.source_row,
        grants.item_key,
        grants.item_file_id,
        grants.item_row,
        grants.division,
        row_number() over (
            partition by members.person_id, members.other_person_id
            order by
                entitlements.first_month desc nulls last,
                {{ by_code_point('grants.entitlement_id') }} desc nulls last,
                {{ by_code_point('grants.row_key') }} desc,
                {{ by_code_point('grants.item_key') }} desc
        ) as place
    from members
    inner join grants on members.member_id = grants.person_id
    left join {{ checked_ledger('entitlements') }} as entitlements
        on grants.entitlement_id = entitlements.entitlement_id
),

by_scheme as (
    select
        person_id,
        other_person_id,
        scheme,
        coalesce(sum(item_amount), 0) as amount
    from grants_of_humans
    group by person_id, other_person_id, scheme
),

excesses as (
    select
        person_id,
        other_person_id,
        sum(amount) - max(amount) as amount
    from by_scheme
    group by person_id, other_person_id
    having count(*) >= 2
),

wrongs as (
    select
        given.person_id,
        given.other_person_id,
        min(given.match_class) as match_class,
        max(case when given.place = 1 then given.division end) as division,
        min(given.for_month) as first_month,
        max(given.for_month) as last_month,
        count(distinct given.for_month) as month_count
    from grants_of_humans as given
    group by given.person_id, given.other_person_id
),

evidence_rows as (
    select
        person_id,
        other_person_id,
        'AC82' as landed_table,
        row_key,
        source_file_id,
        source_row
    from grants_of_humans
    union distinct
    select
        person_id,
        other_person_id,
        'AC83' as landed_table,
        item_key as row_key,
        item_file_id as source_file_id,
        item_row as source_row
    from grants_of_humans
    union distinct
    select
        given.person_id,
        given.other_person_id,
        'AC60' as landed_table,
        entitlements.row_key,
        entitlements.source_file_id,
        entitlements.source_row
    from grants_of_humans as given
    inner join {{ checked_ledger('entitlements') }} as entitlements
        on given.entitlement_id = entitlements.entitlement_id
    union distinct
    select
        given.person_id,
        given.other_person_id,
        'AC01' as landed_table,
        persons.row_key,
        persons.source_file_id,
        persons.source_row
    from grants_of_humans as given
    inner join {{ checked_ledger('persons') }} as persons
        on given.granted_person_id = persons.person_id
),

evidence as (
    select
        person_id,
        other_person_id,
        {{ evidence_list() }} as evidence
    from evidence_rows
    group by person_id, other_person_id
),

final as (
    select
        'several_death_benefits' as rule_id,
        wrongs.division,
        '' as scheme,
        wrongs.person_id,
        wrongs.other_person_id,
        wrongs.match_class,
        cast(null as date) as known_on,
        wrongs.first_month,
        wrongs.last_month,
        cast(wrongs.month_count as integer) as months,
        cast(excesses.amount as numeric(28, 2)) as amount,              -- yuan
        evidence.evidence
    from wrongs
    inner join excesses
        on
            wrongs.person_id = excesses.person_id
            and wrongs.other_person_id = excesses.other_person_id
    inner join evidence
        on
            wrongs.person_id = evidence.person_id
            and wrongs.other_person_id = evidence.other_person_id
)

select * from final
