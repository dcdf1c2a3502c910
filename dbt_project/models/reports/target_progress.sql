-- Grain: one row per target of the month's year, and how far it was reached by the month.
with targets as (
    select
        targets.division,
        coalesce(targets.scheme, 'ALL') as scheme,
        targets.indicator,
        targets.target_kind,
        targets.target,
        targets.target * coalesce(units.factor, 1) as stated_target,
        coalesce(units.unit, targets.unit) as unit,
        coalesce(units.factor, 1) as factor,
        {{ as_rate('targets.denominator') }} as stated_denominator,
        targets.denominator as denominator_indicator,
        targets.printed_percent,
        cast('1' || repeat('0', targets.printed_decimals) as numeric(18, 6)) as printed_scale,
        targets.site_row
    from {{ ref('stg_site__targets') }} as targets
    left join {{ ref('target_units') }} as units on targets.unit = units.spelling
    where
        targets.year = cast(substring({{ this_month() }}, 1, 4) as integer)
        and targets.target is not null
        and targets.indicator <> 'reported_insured_persons'
),

-- A target is set for the year: of a flow counts what has come since January.
reached as (
    select
        named.indicator as named,
        coalesce(ytd.indicator, named.indicator) as indicator
    from {{ ref('indicator_catalogue') }} as named
    left join {{ ref('indicator_catalogue') }} as ytd
        on named.kind = 'flow' and ytd.indicator = named.indicator || '_ytd'
),

figures as (
    select
        indicators.division,
        indicators.scheme,
        reached.named,
        indicators.indicator,
        indicators.value,
        indicators.unit
    from {{ ref('indicators') }} as indicators
    inner join reached on indicators.indicator = reached.indicator
    where indicators.month = {{ this_month() }} and indicators.breakdown = ''
),

measured as (
    select
        targets.*,
        figures.indicator as reached_indicator,
        figures.value,
        figures.unit as value_unit,
        denominators.indicator as reached_denominator,
        coalesce(targets.stated_denominator * targets.factor, denominators.value) as denominator,
        case
            when targets.target_kind <> 'rate' then null
            when targets.unit = '%' then targets.target
            when targets.unit = 'ratio' or targets.target <= 1 then targets.target * 100
            else targets.target
        end as target_rate
    from targets
    left join figures
        on
            targets.division = figures.division
            and targets.scheme = figures.scheme
            and targets.indicator = figures.named
    left join figures as denominators
        on
            targets.division = denominators.division
            and targets.scheme = denominators.scheme
            and targets.denominator_indicator = denominators.named
),

-- The exact percentage: of a rate what it is, else of the target what was reached.
computed as (
    select
        measured.*,
        case
            when measured.target_kind <> 'rate'
                then {{ exact_ratio('measured.value * 100', 'measured.stated_target', 18) }}
            when measured.denominator_indicator is not null
                then {{ exact_ratio('measured.value * 100', 'measured.denominator', 18) }}
            when measured.value_unit = '%' then measured.value
        end as exact_percent
    from measured
),

final as (
    select
        division,
        scheme,
        coalesce(reached_indicator, indicator) as indicator,
        target_kind,
        case when target_kind = 'rate' then value_unit else coalesce(unit, value_unit) end as unit,
        case
            when target_kind <> 'rate' and factor = 1 then value
            when target_kind <> 'rate' then {{ exact_ratio('value', 'factor', 10) }}
            when denominator_indicator is not null then value
        end as actual,
        case when target_kind <> 'rate' then target end as target,
        case when target_kind <> 'rate' then round(exact_percent, 2) end as completion_percent,
        denominator,
        reached_denominator as denominator_indicator,
        case when target_kind = 'rate' then round(exact_percent, 2) end as actual_rate,
        round(target_rate, 2) as target_rate,
        round(exact_percent - target_rate, 2) as points,
        printed_percent as printed,
        case
            when printed_percent is null or exact_percent is null then null
            when floor(exact_percent * printed_scale + 0.5) = printed_percent * printed_scale then 0
            else 1
        end as differs,
        site_row
    from computed
)

select * from final
