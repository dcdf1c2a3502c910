-- Grain: one row per month and exception that holds; the export base_exceptions.
{{ config(
    materialized='incremental',
    unlogged=false,
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_affected(\"(person_id is null or exception = 'excluded_without_proof')\") }}",
) }}
-- depends_on: {{ ref('affected_subjects') }}

with ranked as (
    select
        *,
        row_number() over (partition by exception_id order by for_month) as place
    from {{ ref('exception_months') }}
),

summed as (
    select
        exception_id,
        min(exception) as exception,
        min(division) as division,
        min(scheme) as scheme,
        min(wage_year) as wage_year,
        min(unit_id) as unit_id,
        min(person_id) as person_id,
        min(document_code) as document_code,
        min(for_month) as first_month,
        max(for_month) as last_month,
        count(distinct case when not is_state then for_month end) as month_count,
        min(case when place = 1 then expected end) as expected,
        min(case when place = 1 then found end) as found,
        sum(amount) as amount,
        min(due_on) as due_on
    from ranked
    group by exception_id
),

evidence as (
    select
        exception_id,
        {{ evidence_list() }} as evidence
    from {{ ref('exception_evidence') }}
    group by exception_id
),

final as (
    select
        summed.exception_id,
        summed.exception,
        {{ this_month() }} as month,
        summed.division,
        summed.scheme,
        summed.wage_year,
        summed.unit_id,
        summed.person_id,
        summed.document_code,
        summed.first_month,
        summed.last_month,
        cast(summed.month_count as integer) as months,
        summed.expected,
        summed.found,
        cast(summed.amount as numeric(28, 2)) as amount,        -- yuan
        summed.due_on,
        coalesce(evidence.evidence, '[]') as evidence
    from summed
    left join evidence on summed.exception_id = evidence.exception_id
)

select * from final
