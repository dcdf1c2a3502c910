{# Cleaning of landed text, by the rules of docs/feeds ("Fields"). Every macro takes and yields a text
   expression, and never raises whatever the value. Values of ASCII alone, nearly all, take a short path. #}

{# Trimmed of ASCII and ideographic spaces; null, empty, NULL and N/A are missing. For names and free text. #}
{% macro clean_text(value) -%}
    {{ missing_to_null(trimmed(value)) }}
{%- endmacro %}

{# As clean_text; full-width letters and digits become ASCII. For ids, accounts and codes. #}
{% macro clean_code(value) -%}
    case
        when {{ is_ascii(value) }} then {{ missing_to_null(trimmed(value)) }}
        else {{ missing_to_null(narrowed(trimmed(value))) }}
    end
{%- endmacro %}

{# Trimmed of ASCII and ideographic spaces. #}
{% macro trimmed(value) -%}
    {{ adapter.dispatch('trimmed', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__trimmed(value) -%}
    trim(both {{ "' \t\r\n\u3000'" }} from {{ value }})
{%- endmacro %}

{# Whether a text holds one byte per character. #}
{% macro is_ascii(value) -%}
    octet_length({{ value }}) = char_length({{ value }})
{%- endmacro %}

{# Full-width letters and digits as ASCII. #}
{% macro narrowed(value) -%}
    translate(
        {{ value }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}

{% macro missing_to_null(value) -%}
    nullif(nullif(nullif({{ value }}, ''), 'NULL'), 'N/A')
{%- endmacro %}

{# Whether a text matches a regular expression as a whole; the pattern has no alternatives at its top level.
   Fixed repetitions such as [0-9]{1,15} are slow in PostgreSQL: write + and compare the length. #}
{% macro matches(value, pattern) -%}
    {{ adapter.dispatch('matches', 'fundwatch')(value, pattern) }}
{%- endmacro %}

{% macro default__matches(value, pattern) -%}
    {{ value }} ~ '^{{ pattern }}$'
{%- endmacro %}

{# A dollar sign would let a line break follow. #}
{% macro spark__matches(value, pattern) -%}
    {{ value }} rlike '^{{ pattern }}\\z'
{%- endmacro %}

{# Keeps an engine from computing the expressions of a subquery once per use: put it at the subquery's end. #}
{% macro computed_once() -%}
    {{ adapter.dispatch('computed_once', 'fundwatch')() }}
{%- endmacro %}

{% macro default__computed_once() -%}{%- endmacro %}

{% macro postgres__computed_once() -%}
    offset 0
{%- endmacro %}
