-- Grain: one row per person and scheme paid, by a bank's return file, to a payee whose name is
-- neither equal nor close to the account holder's. A missing name is unrelated to any name.
with wrongs as (
    select payees.*
    from {{ ref('payee_names') }} as payees
    left join {{ source('name_judgements', 'name_matches') }} as judgements
        on
            payees.account_holder = judgements.name_a
            and payees.payee_name = judgements.name_b
    where
        coalesce(judgements.match_class, 'C') = 'C'
        and payees.for_month <= {{ this_month() }}
),

concerned as (
    select
        person_id,
        scheme,
        entitlement_id,
        row_key,
        source_file_id,
        source_row
    from wrongs
    group by person_id, scheme, entitlement_id, row_key, source_file_id, source_row
),

evidence_rows as (
    {{ payment_evidence('concerned') }}
    union all
    select
        person_id,
        scheme,
        'payment_return' as landed_table,
        payment_id as row_key,
        bank_file_id as source_file_id,
        bank_row as source_row
    from wrongs
),

final as (
    select * from {{ points_of('payee_name_mismatch') }} as points
)

select * from final
