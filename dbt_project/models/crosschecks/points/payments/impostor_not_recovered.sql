-- Grain: one row per person and scheme of an impostor's claim that is not recovered twelve months
-- after its last month.
with wrongs as (
    select
        person_id,
        coalesce(scheme, '') as scheme,                         -- empty when it is no standard code
        division,
        coalesce(from_month, to_month) as for_month,
        to_month,
        coalesce(claim_amount, 0) - coalesce(recovered_amount, 0) as amount,
        row_key,
        source_file_id,
        source_row
    from {{ current_ledger('impostor_claims') }} as claims
    where
        coalesce(claim_amount, 0) - coalesce(recovered_amount, 0) > 0.01
        and to_month <= {{ month_plus(-12) }}
),

evidence_rows as (
    select
        person_id,
        scheme,
        'YC01' as landed_table,
        row_key,
        source_file_id,
        source_row
    from wrongs
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
),

final as (
    select *
    from {{ points_of('impostor_not_recovered', last_month='max(to_month)', months='0') }} as points
)

select * from final
