-- Grain: one row per check, kind of payer, payer, scheme and month paid for; none before a tax file
-- of the month arrived. Both sides are summed; the rows behind a sum are read for what differs
-- alone.
{{ config(
    pre_hook=["{{ expect_cheap_gathering() }}", "{{ join_by_hash(without_merging=true) }}"],
    indexes=[
        {'columns': ['check_name', 'payer_kind', 'subject', 'scheme', 'for_month'], 'unique': true},
    ],
) }}

with files as (
    select count(*) as file_count
    from {{ ref('stg_tax__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'tax-voucher-csv/1'
),

payers as (
    select
        *,
        case when is_late_fee then 'late_fee' else 'arrival_review' end as check_name,
        coalesce(subject, '') as subject_key
    from {{ ref('review_voucher_payers') }}
    where left_out_reason is null
),

contributions as (
    select
        kind,
        reference,
        payer_kind,
        payer_id,
        scheme,
        for_month,
        received_amount,
        arrived_on
    from {{ booked_contributions() }} as booked
    where left_out_reason is null
),

agency as (
    select
        payer_kind,
        payer_id,
        scheme,
        for_month,
        sum(received_amount) as amount,
        count(*) as row_count,
        min(arrived_on) as first_moved_on,
        max(arrived_on) as last_moved_on
    from contributions
    group by payer_kind, payer_id, scheme, for_month
),

sides as (
    select
        check_name,
        reviewed_as as payer_kind,
        subject_key as subject,
        scheme,
        for_month,
        payer_division as voucher_division,
        amount as tax_amount,
        null as agency_amount,
        first_collected_on as first_moved_on,
        last_collected_on as last_moved_on,
        voucher_count as tax_count,
        0 as agency_count
    from payers
    union all
    select
        'arrival_review' as check_name,
        agency.payer_kind,
        agency.payer_id as subject,
        agency.scheme,
        agency.for_month,
        null as voucher_division,
        null as tax_amount,
        agency.amount as agency_amount,
        agency.first_moved_on,
        agency.last_moved_on,
        0 as tax_count,
        agency.row_count as agency_count
    from agency
    cross join files
    where files.file_count > 0
),

sums as (
    select
        check_name,
        payer_kind,
        subject,
        scheme,
        for_month,
        min(voucher_division) as voucher_division,
        cast(coalesce(sum(tax_amount), 0) as numeric(28, 2)) as tax_amount,
        cast(coalesce(sum(agency_amount), 0) as numeric(28, 2)) as agency_amount,
        min(first_moved_on) as first_moved_on,
        max(last_moved_on) as last_moved_on,
        sum(tax_count) as tax_count,
        sum(agency_count) as agency_count
    from sides
    group by check_name, payer_kind, subject, scheme, for_month
),

judged as (
    select
        *,
        case
            when check_name = 'late_fee' then 'late_fee'
            when payer_kind = 'unknown' then 'unknown_payer'
            when tax_amount = agency_amount then 'matched'
            when tax_count > 0 and agency_count > 0 then 'amount_differs'
            when tax_count > 0 then 'tax_only'
            else 'agency_only'
        end as status
    from sums
),

differing as (
    select * from judged
    where status <> 'matched'
),

differing_payers as (
    select
        payers.*,
        coalesce(payers.payer_number, '') as number_key
    from payers
    inner join differing
        on
            payers.check_name = differing.check_name
            and payers.reviewed_as = differing.payer_kind
            and payers.subject_key = differing.subject
            and payers.scheme = differing.scheme
            and payers.for_month = differing.for_month
),

-- What a refund belongs to its original says.
asked_vouchers as (
    select * from {{ ref('stg_tax__voucher') }}
    where
        file_month = {{ this_month() }}
        and (
            kind = 'refund'
            or coalesce(taxpayer_no, '') in (
                select payers.number_key from differing_payers as payers
            )
            or coalesce(person_id_number, '') in (
                select payers.number_key from differing_payers as payers
            )
        )
),

items as (
    select
        payers.check_name,
        payers.reviewed_as as payer_kind,
        payers.subject_key as subject,
        payers.scheme,
        payers.for_month,
        vouchers.kind as item_kind,
        vouchers.amount as item_amount,
        vouchers.collected_on as item_on,
        vouchers.voucher_no as item_reference
    from differing_payers as payers
    inner join {{ vouchers_with_originals('asked_vouchers', ref('stg_tax__voucher')) }} as vouchers
        on {{ is_summed_in('vouchers', 'payers') }}
    union all
    select
        differing.check_name,
        differing.payer_kind,
        differing.subject,
        differing.scheme,
        differing.for_month,
        contributions.kind as item_kind,
        contributions.received_amount as item_amount,
        contributions.arrived_on as item_on,
        contributions.reference as item_reference
    from differing
    inner join contributions
        on
            differing.payer_kind = contributions.payer_kind
            and differing.subject = contributions.payer_id
            and differing.scheme = contributions.scheme
            and differing.for_month = contributions.for_month
    where differing.check_name = 'arrival_review'
),

aged as (
    select
        *,
        {{ as_of_day() }} - item_on as item_age
    from items
),

explanations as (
    select
        check_name,
        payer_kind,
        subject,
        scheme,
        for_month,
        {{ item_list() }} as items
    from aged
    group by check_name, payer_kind, subject, scheme, for_month
),

final as (
    select
        judged.check_name,
        judged.payer_kind,
        judged.subject,
        judged.scheme,
        judged.for_month,
        judged.voucher_division,
        judged.tax_amount,                                      -- yuan
        judged.agency_amount,                                   -- yuan
        judged.first_moved_on,
        judged.last_moved_on,
        judged.status,
        coalesce(explanations.items, '[]') as items
    from judged
    left join explanations
        on
            judged.check_name = explanations.check_name
            and judged.payer_kind = explanations.payer_kind
            and judged.subject = explanations.subject
            and judged.scheme = explanations.scheme
            and judged.for_month = explanations.for_month
)

select * from final
