-- Grain: one row per deceased person and scheme paid for a month after the month of death.
with deceased as (
    select * from {{ ref('deceased_persons') }}
),

-- Per payment: what is no death benefit; item_count is 0 when every item is one.
items as (
    select
        payment_items.payment_id,
        sum(case when death_benefits.item is null then payment_items.item_amount else 0 end) as amount,
        sum(case when death_benefits.item is null then 1 else 0 end) as item_count
    from {{ current_ledger('payment_items') }} as payment_items
    left join {{ ref('death_benefit_items') }} as death_benefits
        on payment_items.item = death_benefits.item
    group by payment_items.payment_id
),

payments as (
    select
        payments.*,
        coalesce(payments.scheme, '') as scheme_key,
        case when items.payment_id is null then payments.payment_amount else items.amount end as amount
    from {{ current_ledger('payments') }} as payments
    inner join deceased
        on
            payments.person_id = deceased.person_id
            and payments.for_month > deceased.death_month
    left join items on payments.payment_id = items.payment_id
    where
        payments.is_paid
        and case
            when items.payment_id is null then coalesce(payments.kind, '') <> '51'
            else items.item_count > 0
        end
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id, scheme_key
            order by for_month desc, {{ by_code_point('payment_id') }} desc
        ) as place
    from payments
),

wrongs as (
    select
        person_id,
        scheme_key,
        max(case when place = 1 then division end) as division,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(distinct for_month) as month_count,
        sum(amount) as amount
    from ranked
    group by person_id, scheme_key
),

evidence_rows as (
    select
        person_id,
        scheme_key,
        'AC82' as landed_table,
        payment_id as row_key,
        source_file_id,
        source_row
    from payments
    union all
    select
        wrongs.person_id,
        wrongs.scheme_key,
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
        scheme_key,
        {{ evidence_list() }} as evidence
    from evidence_rows
    group by person_id, scheme_key
),

final as (
    select
        'paid_after_death' as rule_id,
        wrongs.division,
        wrongs.scheme_key as scheme,
        wrongs.person_id,
        cast(null as {{ dbt.type_string() }}) as other_person_id,
        deceased.match_class,
        deceased.first_registered_on as known_on,
        wrongs.first_month,
        wrongs.last_month,
        cast(wrongs.month_count as integer) as months,
        cast(coalesce(wrongs.amount, 0) as numeric(18, 2)) as amount,       -- yuan
        evidence.evidence
    from wrongs
    inner join deceased on wrongs.person_id = deceased.person_id
    inner join evidence
        on
            wrongs.person_id = evidence.person_id
            and wrongs.scheme_key = evidence.scheme_key
)

select * from final
