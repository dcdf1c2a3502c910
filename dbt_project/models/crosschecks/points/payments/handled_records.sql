-- Grain: one row per record (AC01, AC02, AC43, AC50, AC60, AC61, AC82) whose handler (AAE011) and
-- reviewer (YAE016) are one, both present. The ledgers hold neither: they are read as landed.
{% set records = {
    'AC01': 'persons',
    'AC02': 'enrolments',
    'AC43': 'contributions',
    'AC50': 'personal_accounts',
    'AC60': 'entitlements',
    'AC61': 'entitlement_items',
    'AC82': 'payments',
} %}

with
{%- for table in records %}
one_hand_{{ table | lower }} as (
    select
        _file_id,
        _row
    from {{ source('production', table | lower) }}
    where
        {{ is_current('_valid_from', '_valid_to') }}
        and {{ missing_to_null(trimmed('aae011')) }} = {{ missing_to_null(trimmed('yae016')) }}
),
{% endfor %}
final as (
    {% for table, ledger in records.items() %}
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
    from {{ current_ledger(ledger) }} as known
    inner join one_hand_{{ table | lower }} as landed
        on
            known.source_file_id = landed._file_id
            and known.source_row = landed._row
    {% if table == 'AC61' %}
    left join {{ current_ledger('entitlements') }} as entitlements
        on known.entitlement_id = entitlements.entitlement_id
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
