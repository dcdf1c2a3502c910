-- Fails where the insured persons of the month are not those of the month before, and who entered,
-- less who left; and likewise for the month after it. Where the site's divisions changed between
-- the two, counties alone are compared: a city's area is then another one.
{% set pairs = [(month_plus(-1), this_month()), (this_month(), month_plus(1))] %}

with indicators as (
    select *
    from {{ ref('indicators') }}
    where
        month in ({{ month_plus(-1) }}, {{ this_month() }}, {{ month_plus(1) }})
        and breakdown = ''
),

divisions as (
    select
        month,
        division
    from indicators
    group by month, division
),

{% for before, after in pairs %}
moves_{{ loop.index }} as (
    select
        division,
        scheme,
        sum(case when indicator = 'insured_persons' then value else -value end) as stock_before
    from indicators
    where
        (month = {{ after }} and indicator = 'insured_persons')
        or (month = {{ after }} and indicator = 'entered')
    group by division, scheme
    having count(value) = 2
),

{% endfor %}
{% for before, after in pairs %}
expected_{{ loop.index }} as (
    select
        moves.division,
        moves.scheme,
        moves.stock_before + left_ones.value as stock_before
    from moves_{{ loop.index }} as moves
    inner join indicators as left_ones
        on
            moves.division = left_ones.division
            and moves.scheme = left_ones.scheme
            and left_ones.month = {{ after }}
            and left_ones.indicator = 'left'
),

changed_{{ loop.index }} as (
    select count(*) as division_count
    from (
        select division
        from divisions
        where month in ({{ before }}, {{ after }})
        group by division
        having count(*) = 1
    ) as different
),

{% endfor %}
wrong as (
    {% for before, after in pairs %}
    select
        {{ after }} as month,
        expected.division,
        expected.scheme
    from expected_{{ loop.index }} as expected
    inner join {{ ref('stg_site__divisions') }} as site on expected.division = site.division
    cross join changed_{{ loop.index }} as changed
    left join indicators as held
        on
            expected.division = held.division
            and expected.scheme = held.scheme
            and held.month = {{ before }}
            and held.indicator = 'insured_persons'
    where
        expected.stock_before <> coalesce(held.value, 0)
        and (changed.division_count = 0 or site.level = 'county')
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from wrong
