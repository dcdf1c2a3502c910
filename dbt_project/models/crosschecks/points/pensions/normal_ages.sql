-- Grain: one row per row of retirement_ages.csv that speaks of normal retirement (kind 01); bounds
-- of birth, which may be written as days, as months.
with ages as (
    select * from {{ ref('stg_site__retirement_ages') }}
    where coalesce(kind, '01') = '01'
),

final as (
    select
        scheme,
        sex,
        category,
        identity,
        case
            when {{ as_month('birth_from') }} is not null then {{ as_month('birth_from') }}
            else {{ month_of(as_date('birth_from')) }}
        end as birth_from_month,
        case
            when {{ as_month('birth_to') }} is not null then {{ as_month('birth_to') }}
            else {{ month_of(as_date('birth_to')) }}
        end as birth_to_month,
        months as statutory_months,
        earliest_months,
        latest_months,
        min_paid_months,
        cast(
            case when scheme is null then 1 else 0 end
            + case when sex is null then 1 else 0 end
            + case when kind is null then 1 else 0 end
            + case when category is null then 1 else 0 end
            + case when identity is null then 1 else 0 end as integer
        ) as empty_count,                                       -- the fewer, the more specific
        valid_from,
        valid_to,
        site_row
    from ages
)

select * from final
