{# The strict grammar of dates, months, amounts, counts and flags. Each macro takes a trimmed text expression
   and yields the typed value, or null for whatever does not parse: nothing raises, nothing is guessed. #}

{# YYYYMMDD or YYYY-MM-DD, and real. Days up to the 28th, nearly all, take the first, cheap branch. #}
{% macro as_date(value) -%}
    {%- set month, day = '(0[1-9]|1[0-2])', '(0[1-9]|1[0-9]|2[0-8])' -%}
    case
        when
            {{ matches(value, '[0-9][0-9][0-9][0-9](' ~ month ~ day ~ '|-' ~ month ~ '-' ~ day ~ ')') }}
            and {{ value }} >= '0001'
            then {{ written_day(value) }}
        when
            (
                char_length({{ value }}) = 8 and {{ matches(value, '[0-9]+') }}
                or char_length({{ value }}) = 10 and {{ matches(value, '[0-9]+-[0-9][0-9]-[0-9][0-9]') }}
            )
            and {{ is_real_day("replace(" ~ value ~ ", '-', '')") }}
            then {{ written_day(value) }}
    end
{%- endmacro %}

{# How exactly the date of a life event is known: D to the day, M (YYYY-MM, YYYYMM00), Y (YYYY, YYYY0000). #}
{% macro precision_of(value) -%}
    case
        when {{ as_date(value) }} is not null then 'D'
        when {{ matches(value, '[0-9][0-9][0-9][0-9](-(0[1-9]|1[0-2])|(0[1-9]|1[0-2])00)') }} then 'M'
        when {{ matches(value, '[0-9][0-9][0-9][0-9](0000)?') }} then 'Y'
    end
{%- endmacro %}

{# The last day that the digits of a date allow, read as exactly as `precision` says. #}
{% macro latest_day(digits, precision) -%}
    case
        when {{ precision }} = 'D' then {{ as_date(digits) }}
        when {{ precision }} = 'M' then {{ last_day_of(as_month("substring(" ~ digits ~ ", 1, 6)")) }}
        when {{ precision }} = 'Y' then {{ last_day_of(as_month("(substring(" ~ digits ~ ", 1, 4) || '12')")) }}
    end
{%- endmacro %}

{# The date that a real day is, written YYYYMMDD or YYYY-MM-DD. #}
{% macro written_day(value) -%}
    {{ adapter.dispatch('written_day', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__written_day(value) -%}
    cast({{ value }} as date)
{%- endmacro %}

{% macro spark__written_day(value) -%}
    to_date(replace({{ value }}, '-', ''), 'yyyyMMdd')
{%- endmacro %}

{# Whether eight digits are a day of the calendar. #}
{% macro is_real_day(digits) -%}
    case
        when substring({{ digits }}, 1, 4) = '0000' then false
        when substring({{ digits }}, 5, 2) not between '01' and '12' then false
        when substring({{ digits }}, 7, 2) between '01' and '28' then true
        when substring({{ digits }}, 7, 2) not between '29' and '31' then false
        when substring({{ digits }}, 5, 2) = '02'
            then
                substring({{ digits }}, 7, 2) = '29'
                and {{ is_leap_year("cast(substring(" ~ digits ~ ", 1, 4) as integer)") }}
        when substring({{ digits }}, 7, 2) = '31'
            then substring({{ digits }}, 5, 2) not in ('04', '06', '09', '11')
        else true
    end
{%- endmacro %}

{% macro is_leap_year(year) -%}
    (mod({{ year }}, 4) = 0 and (mod({{ year }}, 100) <> 0 or mod({{ year }}, 400) = 0))
{%- endmacro %}

{# YYYYMM or YYYY-MM, and real, as YYYY-MM. #}
{% macro as_month(value) -%}
    case
        when
            {{ matches(value, '[0-9][0-9][0-9][0-9]-?(0[1-9]|1[0-2])') }}
            and substring({{ value }}, 1, 4) <> '0000'
            then substring({{ value }}, 1, 4) || '-' || right({{ value }}, 2)
    end
{%- endmacro %}

{# An amount in yuan, by its value: whatever landing accepts of a file, and whatever a numeric column of a production
   table prints. At most two decimals that count, nearly all, take the first, cheap branch. Leading zeros aside, at most
   16 digits stand before the point.
   What is no amount is null; rule <table>-0 of quality is to count such texts: see is_amount in expectations/sql.py. #}
{% macro as_amount(value) -%}
    case
        when {{ matches(value, '-?[0-9]+([.][0-9][0-9]?0*)?') }} and char_length({{ value }}) <= 16
            then cast({{ value }} as numeric(18, 2))
        when {{ matches(value, '-?0*[0-9]{1,16}([.][0-9]+)?') }} and char_length({{ value }}) <= 200
            then {{ to_cents(value) }}
        when {{ matches(value, '-?[0-9]+([.][0-9]+)?[eE][-+]?[0-9][0-9]?') }} and char_length({{ value }}) <= 40
            then {{ to_cents(value) }}
    end
{%- endmacro %}

{# A number rounded half up to the cent, null where more than 16 digits stand before the point. Digits beyond the 15th
   are noise of floating numbers and are dropped first, where 15 digits reach the cent. #}
{% macro to_cents(value) -%}
    case
        when abs({{ exact_number(value) }}) < 10000000000000
            then cast(round({{ to_15_digits(value) }}, 2) as numeric(18, 2))
        when abs({{ exact_number(value) }}) < 9999999999999999.995
            then cast(round({{ exact_number(value) }}, 2) as numeric(18, 2))
    end
{%- endmacro %}

{# A text that is a number, an exponent included, as an exact decimal. #}
{% macro exact_number(value) -%}
    {{ adapter.dispatch('exact_number', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__exact_number(value) -%}
    cast({{ value }} as numeric)
{%- endmacro %}

{# Null, not an error, for what 20 digits before the point do not hold. #}
{% macro spark__exact_number(value) -%}
    try_cast({{ value }} as decimal(38, 18))
{%- endmacro %}

{# A text that is a number as an exact decimal of 15 significant digits, which every floating number holds. #}
{% macro to_15_digits(value) -%}
    {{ adapter.dispatch('to_15_digits', 'fundwatch')(value) }}
{%- endmacro %}

{# PostgreSQL converts a floating number with exactly these digits. #}
{% macro default__to_15_digits(value) -%}
    cast(cast({{ value }} as double precision) as numeric)
{%- endmacro %}

{% macro spark__to_15_digits(value) -%}
    try_cast(format_string('%.14e', cast({{ value }} as double)) as decimal(38, 18))
{%- endmacro %}

{# At most 12 digits and six decimals, leading zeros aside: rates, ratios and bases of vouchers. #}
{% macro as_rate(value) -%}
    case
        when {{ matches(value, '-?0*[0-9]{1,12}([.][0-9]{1,6})?') }} and char_length({{ value }}) <= 200
            then cast({{ value }} as numeric(18, 6))
    end
{%- endmacro %}

{# A whole number of at most nine digits; what vendors store as 12.0 or 12.0000 is one too. #}
{% macro as_count(value) -%}
    case
        when {{ matches(value, '-?[0-9]+([.]0+)?') }} and char_length({{ value }}) <= 9
            then cast(cast({{ value }} as numeric(18, 2)) as integer)
        when {{ matches(value, '-?0*[0-9]{1,9}([.]0+)?') }} and char_length({{ value }}) <= 200
            then cast(cast({{ value }} as numeric(18, 2)) as integer)
    end
{%- endmacro %}

{# A code as vendors with numeric columns write it: 1.0 is 1. #}
{% macro without_decimals(value) -%}
    case when {{ value }} like '%.0' then substring({{ value }}, 1, char_length({{ value }}) - 2) else {{ value }} end
{%- endmacro %}

{# The digits of a time stamp, so that YYYYMMDD and YYYY-MM-DD hh:mm:ss compare in time order. #}
{% macro digits_of(value) -%}
    {{ adapter.dispatch('digits_of', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__digits_of(value) -%}
    case
        when {{ matches(value, '[0-9]+') }} then {{ value }}
        else nullif(regexp_replace({{ value }}, '[^0-9]', '', 'g'), '')
    end
{%- endmacro %}

{% macro spark__digits_of(value) -%}
    nullif(regexp_replace({{ value }}, '[^0-9]', ''), '')
{%- endmacro %}
