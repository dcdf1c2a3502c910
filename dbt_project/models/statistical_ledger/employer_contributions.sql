-- Grain: one row per ledger, employer, division, scheme, both months, kind and employee flag; yuan.
-- What is added up of contributions is added up from here, so that their rows are read once.
-- Orphans and unreal months are here too (division or month null): they put their scheme in use.
{{ skip_if_unchanged() }}

with of_persons as (
    select
        'contributions' as ledger,
        employer_id,
        division,
        scheme,
        booked_month,
        for_month,
        kind,
        is_employee,
        sum(due_amount) as due_amount,              -- yuan
        sum(received_amount) as received_amount,    -- yuan
        sum(base_amount) as base_amount,            -- yuan
        count(*) as row_count
    from {{ current_ledger('contributions') }} as contributions
    where scheme is not null
    group by employer_id, division, scheme, booked_month, for_month, kind, is_employee
),

of_units as (
    select
        'unit_contributions' as ledger,
        employer_id,
        division,
        scheme,
        booked_month,
        for_month,
        '10' as kind,
        true as is_employee,
        sum(due_amount) as due_amount,
        sum(received_amount) as received_amount,
        sum(unit_base_amount) as base_amount,
        count(*) as row_count
    from {{ current_ledger('unit_contributions') }} as unit_contributions
    where scheme is not null
    group by employer_id, division, scheme, booked_month, for_month
),

totals as (
    {% for source in ['of_persons', 'of_units'] %}
    select
        ledger,
        employer_id,
        division,
        scheme,
        booked_month,
        for_month,
        kind,
        is_employee,
        due_amount,
        received_amount,
        base_amount,
        row_count
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        ledger,
        employer_id,
        division,
        scheme,
        booked_month,
        for_month,
        coalesce(kind, '') as kind,
        coalesce(is_employee, false) as is_employee,
        cast(coalesce(due_amount, 0) as numeric(28, 2)) as due_amount,
        cast(coalesce(received_amount, 0) as numeric(28, 2)) as received_amount,
        cast(coalesce(base_amount, 0) as numeric(28, 2)) as base_amount,
        row_count
    from totals
)

select * from final
