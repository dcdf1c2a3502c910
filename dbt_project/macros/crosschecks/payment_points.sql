{# What the rule models share. A rule lists its facts in a CTE `wrongs` and the landed rows that speak for or against
   them in a CTE `evidence_rows` (person_id, scheme, landed_table, row_key, source_file_id, source_row). #}

{# The points of a rule: one per scheme and person of `wrongs`, which has person_id, scheme, division, row_key, amount
   (yuan) and for_month. The division is that of the latest fact. The other arguments are aggregates over `wrongs`. #}
{% macro points_of(
    rule_id,
    match_class="'A'",
    known_on='cast(null as date)',
    first_month='min(for_month)',
    last_month='max(for_month)',
    months='count(distinct for_month)',
    latest='for_month'
) -%}
    (
        select
            '{{ rule_id }}' as rule_id,
            points.division,
            points.scheme,
            points.person_id,
            cast(null as {{ dbt.type_string() }}) as other_person_id,
            points.match_class,
            points.known_on,
            points.first_month,
            points.last_month,
            points.months,
            points.amount,
            coalesce(evidence.evidence, '[]') as evidence
        from (
            select
                person_id,
                scheme,
                max(case when fact_place = 1 then division end) as division,
                {{ match_class }} as match_class,
                {{ known_on }} as known_on,
                {{ first_month }} as first_month,
                {{ last_month }} as last_month,
                cast({{ months }} as integer) as months,
                cast(coalesce(sum(amount), 0) as numeric(28, 2)) as amount
            from (
                select
                    *,
                    row_number() over (
                        partition by person_id, scheme
                        order by {{ latest }} desc nulls last, {{ by_code_point('row_key') }} desc
                    ) as fact_place
                from wrongs
                where person_id is not null
            ) as ranked
            group by person_id, scheme
        ) as points
        left join (
            select
                person_id,
                scheme,
                {{ evidence_list() }} as evidence
            from evidence_rows
            group by person_id, scheme
        ) as evidence
            on points.person_id = evidence.person_id and points.scheme = evidence.scheme
    )
{%- endmacro %}

{# What the payments that the CTE `of` holds paid but death benefits: their items, without items the payment itself. #}
{% macro with_gross_amounts(of) -%}
    select
        {{ of }}.*,
        case
            when items.payment_id is not null then coalesce(items.gross_amount, 0)
            else coalesce({{ of }}.payment_amount, 0)
        end as amount
    from {{ of }}
    left join (
        select
            payment_items.payment_id,
            sum(
                case when death_benefits.item is null then payment_items.item_amount else 0 end
            ) as gross_amount
        from {{ checked_ledger('payment_items') }} as payment_items
        left join {{ ref('death_benefit_items') }} as death_benefits
            on payment_items.item = death_benefits.item
        where payment_items.payment_id in (select payment_id from {{ of }})
        group by payment_items.payment_id
    ) as items
        on {{ of }}.payment_id = items.payment_id
{%- endmacro %}

{# Evidence: the payments that the CTE `of` holds, and their entitlements. #}
{% macro payment_evidence(of='wrongs') -%}
    select
        person_id,
        scheme,
        'AC82' as landed_table,
        row_key,
        source_file_id,
        source_row
    from {{ of }}
    union all
    {{ ledger_evidence('AC60', 'entitlements', 'entitlement_id', of) }}
{%- endmacro %}

{# Evidence: the rows of a ledger that the CTE `of` names by `key`; `table` is where they were landed. #}
{% macro ledger_evidence(table, ledger, key, of='wrongs') -%}
    select
        named.person_id,
        named.scheme,
        '{{ table }}' as landed_table,
        known.row_key,
        known.source_file_id,
        known.source_row
    from {{ checked_ledger(ledger) }} as known
    inner join (
        select person_id, scheme, {{ key }} as named_key
        from {{ of }}
        group by person_id, scheme, {{ key }}
    ) as named
        on known.{{ key }} = named.named_key
{%- endmacro %}

{# Evidence: the standing death events that match the persons of the CTE `of` in class A or B. #}
{% macro death_evidence(of='wrongs') -%}
    select
        named.person_id,
        named.scheme,
        'death_event' as landed_table,
        matches.source || '/' || matches.source_event_id as row_key,
        matches.source_file_id,
        matches.source_row
    from {{ ref('death_matches') }} as matches
    inner join {{ cases_in(of) }} as named
        on matches.person_id = named.person_id
    where matches.match_class in ('A', 'B')
{%- endmacro %}

{# The persons and schemes of a CTE, each once. #}
{% macro cases_in(cte) -%}
    (select person_id, scheme from {{ cte }} group by person_id, scheme)
{%- endmacro %}
