-- Grain: one row per deceased person and scheme whose personal account still holds money in the
-- twelfth month after the month of death or later.
with wrongs as (
    select
        balances.person_id,
        coalesce(balances.scheme, '') as scheme,                -- empty when it is no standard code
        persons.division,
        {{ months_after('deceased.death_month', 12) }} as for_month,
        balances.balance_amount as amount,
        balances.row_key,
        balances.source_file_id,
        balances.source_row,
        deceased.match_class,
        deceased.first_registered_on
    from {{ checked_ledger('personal_accounts') }} as balances
    inner join {{ ref('deceased_persons') }} as deceased
        on balances.person_id = deceased.person_id
    left join {{ checked_ledger('persons') }} as persons
        on balances.person_id = persons.person_id
    where
        balances.balance_amount > 0
        and {{ months_after('deceased.death_month', 12) }} <= {{ this_month() }}
),

evidence_rows as (
    select
        person_id,
        scheme,
        'AC50' as landed_table,
        row_key,
        source_file_id,
        source_row
    from wrongs
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
),

final as (
    select *
    from {{ points_of(
        'account_unsettled_after_death',
        match_class='min(match_class)',
        known_on='min(first_registered_on)',
        last_month=this_month(),
        months='1 + ' ~ month_number(this_month()) ~ ' - ' ~ month_number('min(for_month)'),
    ) }} as points
)

select * from final
