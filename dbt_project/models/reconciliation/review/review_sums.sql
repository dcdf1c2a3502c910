-- Grain: one row per check, kind of payer, payer, scheme and month paid for: what each side sums
-- to; none before a tax file of the month arrived.
{{ config(indexes=[
    {'columns': ['check_name', 'payer_kind', 'subject', 'scheme', 'for_month'], 'unique': true},
]) }}

with files as (
    select count(*) as file_count
    from {{ ref('stg_tax__file') }}
    where
        file_month = {{ this_month() }}
        and format = 'tax-voucher-csv/1'
),

tax as (
    select
        is_late_fee,
        reviewed_as,
        subject,
        scheme,
        for_month,
        min(payer_division) as voucher_division,
        sum(amount) as amount,
        count(*) as row_count,
        min(collected_on) as first_moved_on,
        max(collected_on) as last_moved_on
    from {{ ref('review_voucher_payers') }}
    where left_out_reason is null
    group by is_late_fee, reviewed_as, subject, scheme, for_month
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
    from {{ ref('review_contributions') }}
    where left_out_reason is null
    group by payer_kind, payer_id, scheme, for_month
),

sides as (
    select
        case when is_late_fee then 'late_fee' else 'arrival_review' end as check_name,
        reviewed_as as payer_kind,
        coalesce(subject, '') as subject,
        scheme,
        for_month,
        voucher_division,
        amount as tax_amount,
        null as agency_amount,
        first_moved_on,
        last_moved_on,
        row_count as tax_count,
        0 as agency_count
    from tax
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
        cast(sum(tax_count) as bigint) as tax_count,
        cast(sum(agency_count) as bigint) as agency_count
    from sides
    group by check_name, payer_kind, subject, scheme, for_month
),

final as (
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
)

select * from final
