-- Grain: one row per record (AC01, AC02, AC43, AC50, AC60, AC61, AC82) whose handler (AAE011) and
-- reviewer (YAE016) are one, both present. The ledgers hold neither.
with landed as (
    select * from {{ ref('one_hand_rows') }}
),

final as (
    {% for table, ledger in handled_tables().items() %}
    select
        '{{ table }}' as landed_table,
        known.row_key,
        {{ 'known.person_id' if table != 'AC61' else 'entitlements.person_id' }} as person_id,
        {% if table == 'AC01' %}
        '' as scheme,
        {% elif table == 'AC61' %}
        coalesce(entitlements.scheme, '') as scheme,
        {% else %}
        coalesce(known.scheme, '') as scheme,
        {% endif %}
        {{ month_of('known.handled_on') }} as handled_month,
        known.source_file_id,
        known.source_row
    from {{ checked_ledger(ledger) }} as known
    inner join landed
        on
            landed.landed_table = '{{ table }}'
            and known.source_file_id = landed.source_file_id
            and known.source_row = landed.source_row
    {% if table == 'AC61' %}
    left join {{ checked_ledger('entitlements') }} as entitlements
        on known.entitlement_id = entitlements.entitlement_id
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
