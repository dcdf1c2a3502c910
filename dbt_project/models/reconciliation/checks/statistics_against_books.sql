-- Grain: two rows per fiscal division and fund whose journals arrived: the contributions and the
-- benefits of the statistics against those of the books.
with rows_of_books as (
    select * from {{ ref('statistics_rows') }}
),

named_items as (
    {% for indicator, relation in [
        ('contributions_received', ref('statistics_contribution_items')),
        ('benefits_paid', ref('statistics_benefit_items')),
    ] %}
    select
        '{{ indicator }}' as indicator,
        fiscal_division,
        fund,
        item_kind,
        item_amount,
        item_on,
        item_reference
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

explained as (
    select
        fiscal_division,
        fund,
        indicator,
        sum(item_amount) as amount
    from named_items
    group by fiscal_division, fund, indicator
),

-- What no item explains is one more.
rests as (
    select
        rows_of_books.fiscal_division,
        rows_of_books.fund,
        rows_of_books.indicator,
        rows_of_books.statistics_amount
        - rows_of_books.book_amount
        - coalesce(explained.amount, 0) as amount
    from rows_of_books
    left join explained
        on
            rows_of_books.fiscal_division = explained.fiscal_division
            and rows_of_books.fund = explained.fund
            and rows_of_books.indicator = explained.indicator
),

every_item as (
    select
        fiscal_division,
        fund,
        indicator,
        item_kind,
        item_amount,
        item_on,
        item_reference
    from named_items
    union all
    select
        fiscal_division,
        fund,
        indicator,
        'unexplained' as item_kind,
        amount as item_amount,
        null as item_on,
        null as item_reference
    from rests
    where amount <> 0
),

aged as (
    select
        *,
        {{ as_of_day() }} - item_on as item_age
    from every_item
),

explanations as (
    select
        fiscal_division,
        fund,
        indicator,
        max(case when item_kind = 'unexplained' then 1 else 0 end) as has_rest,
        {{ item_list() }} as items
    from aged
    group by fiscal_division, fund, indicator
),

final as (
    select
        'statistics_against_books' as check_name,
        rows_of_books.fiscal_division as division,
        rows_of_books.fund as scheme,
        rows_of_books.indicator as subject,
        cast(null as {{ dbt.type_string() }}) as for_month,
        cast(null as {{ dbt.type_string() }}) as account_no,
        'statistics' as party_a,
        'books' as party_b,
        cast(rows_of_books.statistics_amount as numeric(28, 2)) as amount_a,
        cast(rows_of_books.book_amount as numeric(28, 2)) as amount_b,
        cast(
            rows_of_books.statistics_amount - rows_of_books.book_amount as numeric(28, 2)
        ) as difference,
        case
            when explanations.items is null then 'agrees'
            when explanations.has_rest = 1 then 'unexplained'
            else 'explained'
        end as status,
        coalesce(explanations.items, '[]') as items
    from rows_of_books
    left join explanations
        on
            rows_of_books.fiscal_division = explanations.fiscal_division
            and rows_of_books.fund = explanations.fund
            and rows_of_books.indicator = explanations.indicator
)

select * from final
