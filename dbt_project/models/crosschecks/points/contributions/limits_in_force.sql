-- Grain: one row per division, scheme, identity and month contributions are made for, that has
-- limits: floor and cap in force, the month their average wage was published in, last year's.
with contributions as (
    select * from {{ current_ledger('contributions') }} as current_rows
    where
        enrolment_id is not null
        and scheme is not null
        and for_month <= {{ this_month() }}
),

enrolments as (
    select * from {{ current_ledger('enrolments') }} as current_rows
),

limits as (
    select
        *,
        -- Several rows of one wage year are one year.
        case
            when wage_year is null then valid_from
            else min(valid_from) over (partition by division, scheme, identity, wage_year)
        end as year_from
    from {{ ref('stg_site__contribution_limits') }}
),

used as (
    select
        division,
        scheme,
        coalesce(enrolment_identity, '') as identity,
        for_month,
        case when division is null then enrolment_id end as enrolment_id
    from contributions
    group by
        division,
        scheme,
        coalesce(enrolment_identity, ''),
        for_month,
        case when division is null then enrolment_id end
),

-- Orphans, too, are judged where their enrolment is.
in_use as (
    select
        coalesce(used.division, enrolments.division, '') as division,
        used.scheme,
        used.identity,
        used.for_month
    from used
    left join enrolments on used.enrolment_id = enrolments.enrolment_id
    group by
        coalesce(used.division, enrolments.division, ''),
        used.scheme,
        used.identity,
        used.for_month
),

this_year as (
    select * from {{ limits_looked_up('in_use', month='for_month') }} as looked_up
),

years_before as (
    select
        division,
        scheme,
        identity,
        limits_from as year_from,
        {{ month_of_number('(' ~ month_number('limits_from') ~ ' - 1)') }} as month_before
    from this_year
    where limits_from is not null
    group by division, scheme, identity, limits_from
),

last_year as (
    select * from {{ limits_looked_up('years_before', month='month_before') }} as looked_up
),

-- Without a row of the year before: the same ratios on the wage year before.
paired as (
    select
        this_year.*,
        coalesce(last_year.wage_year, this_year.wage_year - 1) as last_wage_year,
        case
            when last_year.wage_year is null then this_year.wage_kind else last_year.wage_kind
        end as last_wage_kind,
        case
            when last_year.division is null then this_year.floor_ratio else last_year.floor_ratio
        end as last_floor_ratio,
        case
            when last_year.division is null then this_year.cap_ratio else last_year.cap_ratio
        end as last_cap_ratio,
        last_year.floor as last_published_floor,
        last_year.cap as last_published_cap
    from this_year
    left join last_year
        on
            this_year.division = last_year.division
            and this_year.scheme = last_year.scheme
            and this_year.identity = last_year.identity
            and this_year.limits_from = last_year.year_from
),

wages_in_use as (
    select
        division,
        wage_year,
        wage_kind
    from paired
    union distinct
    select
        division,
        last_wage_year as wage_year,
        last_wage_kind as wage_kind
    from paired
),

wages as (
    select *
    from (
        select
            wages_in_use.division,
            wages_in_use.wage_year,
            coalesce(wages_in_use.wage_kind, '') as wage_kind,
            average_wages.monthly_wage,
            average_wages.published_month,
            row_number() over (
                partition by
                    wages_in_use.division, wages_in_use.wage_year, wages_in_use.wage_kind
                order by
                    places.distance,
                    case when average_wages.year is null then 1 else 0 end
                    + case when average_wages.wage_kind is null then 1 else 0 end,
                    average_wages.site_row
            ) as place
        from wages_in_use
        inner join {{ ref('division_places') }} as places
            on wages_in_use.division = places.division
        inner join {{ ref('stg_site__average_wages') }} as average_wages
            on
                places.place = coalesce(average_wages.division, '')
                and wages_in_use.wage_year = coalesce(average_wages.year, wages_in_use.wage_year)
                and coalesce(wages_in_use.wage_kind, '')
                = coalesce(average_wages.wage_kind, wages_in_use.wage_kind, '')
    ) as ranked
    where place = 1
),

final as (
    select
        paired.division,
        paired.scheme,
        paired.identity,
        paired.for_month,
        paired.wage_year,
        this_wage.published_month,
        paired.for_month >= this_wage.published_month as is_published,  -- null: nobody knows
        cast(
            coalesce(paired.floor, paired.floor_ratio * this_wage.monthly_wage) as numeric(38, 12)
        ) as floor_amount,                                      -- yuan
        cast(
            coalesce(paired.cap, paired.cap_ratio * this_wage.monthly_wage) as numeric(38, 12)
        ) as cap_amount,                                        -- yuan
        cast(
            coalesce(
                paired.last_published_floor, paired.last_floor_ratio * last_wage.monthly_wage
            ) as numeric(38, 12)
        ) as last_floor_amount,                                 -- yuan
        cast(
            coalesce(
                paired.last_published_cap, paired.last_cap_ratio * last_wage.monthly_wage
            ) as numeric(38, 12)
        ) as last_cap_amount                                    -- yuan
    from paired
    left join wages as this_wage
        on
            paired.division = this_wage.division
            and paired.wage_year = this_wage.wage_year
            and coalesce(paired.wage_kind, '') = this_wage.wage_kind
    left join wages as last_wage
        on
            paired.division = last_wage.division
            and paired.last_wage_year = last_wage.wage_year
            and coalesce(paired.last_wage_kind, '') = last_wage.wage_kind
)

select * from final
