{# The models of the checks, each with the columns of a result; `results` unites them. #}
{% macro reconciliation_checks() -%}
    {{ return([
        'reviewed_payers',
        'four_way',
        'balance_statement',
        'account_breaches',
        'entry_breaches',
        'payments_returned',
        'treasury_delay',
        'fund_identity',
        'arrears_and_late_fees',
    ]) }}
{%- endmacro %}

{# One item as a JSON object, from item_kind, item_amount, item_on, item_reference and item_age. #}
{% macro result_item() -%}
    {{ json_object([
        ('kind', json_text('item_kind')),
        ('amount', json_text('cast(cast(item_amount as numeric(28, 2)) as ' ~ dbt.type_string() ~ ')')),
        ('booked_on', json_date('item_on')),
        ('reference', json_text('item_reference')),
        ('age_days', json_number('item_age')),
    ]) }}
{%- endmacro %}

{# The items of a group of rows of these columns; an empty list when the group has none. #}
{% macro item_list() -%}
    {{ json_list(
        result_item(),
        by_code_point('item_kind') ~ ', item_on nulls last, ' ~ by_code_point('item_reference')
        ~ ' nulls last, item_amount'
    ) }}
{%- endmacro %}

{# The list of a row's only item, of the same columns. #}
{% macro single_item() -%}
    '[' || {{ result_item() }} || ']'
{%- endmacro %}

{# Whether a day is one of the last five of the month being built. #}
{% macro in_last_days(day) -%}
    ({{ day }} > {{ last_day_of(this_month()) }} - 5 and {{ day }} <= {{ last_day_of(this_month()) }})
{%- endmacro %}

{# The calendar year a day lies in, as a number. #}
{% macro year_of(day) -%}
    cast(substring({{ month_of(day) }}, 1, 4) as integer)
{%- endmacro %}

{# The name of an entry: the first 16 digits of the SHA-256 of its file's digest and its line. #}
{% macro entry_id(file_digest, line) -%}
    {%- set text = file_digest ~ " || ':' || cast(" ~ line ~ " as " ~ dbt.type_string() ~ ")" -%}
    substring({{ sha256_hex(text) }}, 1, 16)
{%- endmacro %}

{# Working days within which the treasury passes on what it received. #}
{% macro working_days_in_time() -%}
    10
{%- endmacro %}
