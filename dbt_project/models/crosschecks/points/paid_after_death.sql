-- Grain: one row per deceased person and scheme paid for a month after the month of death.
with deceased as (
    select * from {{ ref('deceased_persons') }}
),

payments as (
    select * from {{ ref('payments_after_death') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id, scheme
            order by for_month desc, {{ by_code_point('payment_id') }} desc
        ) as place
    from payments
),

wrongs as (
    select
        person_id,
        scheme,
        max(case when place = 1 then division end) as division,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(distinct for_month) as month_count,
        sum(amount) as amount
    from ranked
    group by person_id, scheme
),

evidence_rows as (
    select
        person_id,
        scheme,
        'AC82' as landed_table,
        payment_id as row_key,
        source_file_id,
        source_row
    from payments
    union all
    select
        wrongs.person_id,
        wrongs.scheme,
        'death_event' as landed_table,
        matches.source || '/' || matches.source_event_id as row_key,
        matches.source_file_id,
        matches.source_row
    from wrongs
    inner join {{ ref('death_matches') }} as matches on wrongs.person_id = matches.person_id
    where matches.match_class in ('A', 'B')
),

evidence as (
    select
        person_id,
        scheme,
        {{ evidence_list() }} as evidence
    from evidence_rows
    group by person_id, scheme
),

final as (
    select
        'paid_after_death' as rule_id,
        wrongs.division,
        wrongs.scheme,
        wrongs.person_id,
        cast(null as {{ dbt.type_string() }}) as other_person_id,
        deceased.match_class,
        deceased.first_registered_on as known_on,
        wrongs.first_month,
        wrongs.last_month,
        cast(wrongs.month_count as integer) as months,
        cast(wrongs.amount as numeric(28, 2)) as amount,        -- yuan
        evidence.evidence
    from wrongs
    inner join deceased on wrongs.person_id = deceased.person_id
    inner join evidence
        on
            wrongs.person_id = evidence.person_id
            and wrongs.scheme = evidence.scheme
)

select * from final
