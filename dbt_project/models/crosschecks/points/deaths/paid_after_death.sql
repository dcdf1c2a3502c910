-- Grain: one row per deceased person and scheme paid for a month after the month of death.
with paid_after as (
    select
        paid.*,
        deceased.match_class,
        deceased.first_registered_on
    from {{ ref('paid_payments') }} as paid
    inner join {{ ref('deceased_persons') }} as deceased
        on
            paid.person_id = deceased.person_id
            and paid.for_month > deceased.death_month
    where
        not paid.is_death_benefit
        and paid.for_month <= {{ this_month() }}
),

wrongs as (
    {{ with_gross_amounts('paid_after') }}
),

-- Payments that came back because their holder is dead support the case; they are no part of it.
returned as (
    select
        named.person_id,
        named.scheme,
        bank.payment_id as row_key,
        bank.source_file_id,
        bank.source_row
    from {{ ref('stg_bank__payment_return') }} as bank
    inner join {{ ref('returned_payments') }} as returned on bank.payment_id = returned.payment_id
    inner join {{ cases_in('wrongs') }} as named
        on returned.person_id = named.person_id and returned.scheme = named.scheme
    where bank.result = 'returned' and bank.reason = 'MD07'
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC83', 'payment_items', 'payment_id') }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    {{ death_evidence() }}
    union all
    select
        named.person_id,
        named.scheme,
        'AC50' as landed_table,
        balances.row_key,
        balances.source_file_id,
        balances.source_row
    from {{ checked_ledger('personal_accounts') }} as balances
    inner join {{ cases_in('wrongs') }} as named
        on balances.person_id = named.person_id and balances.scheme = named.scheme
    union all
    select
        person_id,
        scheme,
        'payment_return' as landed_table,
        row_key,
        source_file_id,
        source_row
    from returned
),

final as (
    select *
    from {{ points_of(
        'paid_after_death', match_class='min(match_class)', known_on='min(first_registered_on)'
    ) }} as points
)

select * from final
