-- Grain: one row per scheme that has a name, all of them together first.
with schemes as (
    select
        code as scheme,
        label_zh,
        upper(substring(label_en, 1, 1)) || substring(label_en, 2) as label_en,
        2 as scheme_order
    from {{ ref('standard_codes') }}
    where class = 'AAE140'
    union all
    select
        'ALL' as scheme,
        '合计' as label_zh,
        'All schemes' as label_en,
        1 as scheme_order
)

select * from schemes
