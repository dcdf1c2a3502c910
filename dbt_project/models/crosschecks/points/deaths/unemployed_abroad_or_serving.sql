-- Grain: one row per person paid unemployment benefit for a month after the police said that he had
-- emigrated or joined the army.
with departed as (
    select
        person_id,
        min(match_class) as match_class,
        min({{ month_of('latest_departed_on') }}) as departure_month,
        min(registered_on) as first_registered_on
    from {{ ref('departure_matches') }}
    group by person_id
),

wrongs as (
    select
        paid.*,
        paid.payment_amount as amount,
        departed.match_class,
        departed.first_registered_on
    from {{ ref('paid_payments') }} as paid
    inner join departed
        on
            paid.person_id = departed.person_id
            and paid.for_month > departed.departure_month
    where
        paid.scheme = '210'
        and paid.for_month <= {{ this_month() }}
),

evidence_rows as (
    {{ payment_evidence() }}
    union all
    {{ ledger_evidence('AC01', 'persons', 'person_id') }}
    union all
    select
        named.person_id,
        named.scheme,
        'death_event' as landed_table,
        events.source || '/' || events.source_event_id as row_key,
        events.source_file_id,
        events.source_row
    from {{ ref('departure_matches') }} as events
    inner join {{ cases_in('wrongs') }} as named
        on events.person_id = named.person_id
),

final as (
    select *
    from {{ points_of(
        'unemployed_abroad_or_serving',
        match_class='min(match_class)',
        known_on='min(first_registered_on)',
    ) }} as points
)

select * from final
