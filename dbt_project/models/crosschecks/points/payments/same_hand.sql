-- Grain: one row per person and scheme with records that one hand entered and reviewed, or with an
-- entitlement whose account and status one hand changed together with the person's identity.
with changes as (
    select changes.*
    from {{ ref('handled_changes') }} as changes
    left join {{ source('name_judgements', 'name_matches') }} as judgements
        on
            changes.former_name = judgements.name_a
            and changes.person_name = judgements.name_b
    where
        changes.has_another_number
        or not judgements.is_written_alike
),

facts as (
    select
        landed_table,
        row_key,
        person_id,
        scheme,
        handled_month,
        source_file_id,
        source_row
    from {{ ref('handled_records') }}
    union all
    select
        'AC60' as landed_table,
        row_key,
        person_id,
        scheme,
        handled_month,
        source_file_id,
        source_row
    from changes
),

wrongs as (
    select
        facts.person_id,
        facts.scheme,
        facts.handled_month as for_month,
        facts.landed_table,
        facts.row_key,
        facts.source_file_id,
        facts.source_row,
        persons.division,
        paid.payment_amount as amount
    from facts
    left join {{ checked_ledger('persons') }} as persons on facts.person_id = persons.person_id
    left join {{ ref('paid_payments') }} as paid
        on
            facts.landed_table = 'AC82'
            and facts.row_key = paid.row_key
    where facts.handled_month <= {{ this_month() }}
),

evidence_rows as (
    select
        person_id,
        scheme,
        landed_table,
        row_key,
        source_file_id,
        source_row
    from wrongs
    union distinct
    select
        person_id,
        scheme,
        'AC01' as landed_table,
        person_key as row_key,
        person_file_id as source_file_id,
        person_row as source_row
    from changes
),

final as (
    select * from {{ points_of('same_hand') }} as points
)

select * from final
