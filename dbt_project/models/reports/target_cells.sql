-- Grain: one row per cell of form R4: a target and one of its columns.
with progress as (
    select * from {{ ref('target_progress') }}
),

placed as (
    select
        progress.*,
        coalesce(divisions.label_zh, progress.division) || ' · '
        || coalesce(schemes.label_zh, progress.scheme) || ' · '
        || coalesce(catalogue.label_zh, progress.indicator) as label_zh,
        coalesce(divisions.label_en, progress.division) || ' · '
        || coalesce(schemes.label_en, progress.scheme) || ' · '
        || coalesce(catalogue.label_en, progress.indicator) as label_en,
        row_number() over (
            order by
                case when divisions.division is null then 2 else 1 end asc,
                divisions.division_order asc,
                {{ by_code_point('progress.division') }} asc,
                coalesce(schemes.scheme_order, 2) asc,
                {{ by_code_point('progress.scheme') }} asc,
                progress.site_row asc
        ) as line_number
    from progress
    left join {{ ref('form_divisions') }} as divisions on progress.division = divisions.division
    left join {{ ref('form_schemes') }} as schemes on progress.scheme = schemes.scheme
    left join {{ ref('indicator_catalogue') }} as catalogue
        on progress.indicator = catalogue.indicator
),

filled as (
    select
        placed.division,
        placed.scheme,
        'r' || placed.line_number || 'c' || target_columns.column_number as cell,
        placed.label_zh || ' · ' || target_columns.label_zh as label_zh,
        placed.label_en || ' · ' || target_columns.label_en as label_en,
        case target_columns.measure
            when 'actual' then placed.actual
            when 'target' then placed.target
            when 'completion' then placed.completion_percent
            when 'denominator' then placed.denominator
            when 'actual_rate' then placed.actual_rate
            when 'target_rate' then placed.target_rate
            when 'points' then placed.points
            when 'printed' then placed.printed
            when 'differs' then placed.differs
        end as value,
        case
            when target_columns.measure in ('actual', 'target', 'denominator') then placed.unit
            when target_columns.measure = 'points' then 'points'
            when target_columns.measure = 'differs' then 'flag'
            else '%'
        end as unit,
        -- The indicator whose value the cell is; none for what is stated or computed.
        case
            when target_columns.measure = 'actual' then placed.indicator
            when target_columns.measure = 'denominator' then placed.denominator_indicator
            when target_columns.measure = 'actual_rate' and placed.actual is null
                then placed.indicator
        end as indicator,
        target_columns.measure in ('actual', 'target', 'completion')
        and placed.target_kind <> 'rate'
        or target_columns.measure in ('actual_rate', 'target_rate', 'points')
        and placed.target_kind = 'rate' as is_due
    from placed
    cross join {{ ref('target_columns') }} as target_columns
),

final as (
    select
        division,
        scheme,
        cell,
        label_zh,
        label_en,
        value,
        coalesce(unit, '') as unit,
        coalesce(indicator, '') as indicator
    from filled
    where value is not null or is_due
)

select * from final
