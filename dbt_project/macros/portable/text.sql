{# Cleaning of landed text, by the grammar of fields (docs/feeds/fields.md). Every macro takes and returns a text
   expression, and never raises whatever the value. Values of ASCII alone, nearly all, take a short path. #}

{# Without invisible characters, trimmed; null, empty, NULL and N/A are missing. For names and free text. #}
{% macro clean_text(value) -%}
    case
        when {{ is_ascii(value) }} then {{ missing_to_null(trimmed(value)) }}
        else {{ missing_to_null(trimmed(without_invisible(value))) }}
    end
{%- endmacro %}

{# As clean_text; full-width letters and digits become ASCII. For ids, accounts and codes. #}
{% macro clean_code(value) -%}
    case
        when {{ is_ascii(value) }} then {{ missing_to_null(trimmed(value)) }}
        else {{ missing_to_null(narrowed(trimmed(without_invisible(value)))) }}
    end
{%- endmacro %}

{# Trimmed of ASCII, no-break and ideographic spaces. #}
{% macro trimmed(value) -%}
    {{ adapter.dispatch('trimmed', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__trimmed(value) -%}
    trim(both {{ "' \t\n\u000b\u000c\r\u00a0\u2007\u202f\u3000'" }} from {{ value }})
{%- endmacro %}

{# Without characters that cannot be seen: soft hyphen, direction marks, zero-width signs, variation selectors. #}
{% macro without_invisible(value) -%}
    {{ adapter.dispatch('without_invisible', 'fundwatch')(value) }}
{%- endmacro %}

{% macro default__without_invisible(value) -%}
    regexp_replace({{ value }}, '[{{ invisible_characters() }}]', '', 'g')
{%- endmacro %}

{% macro spark__without_invisible(value) -%}
    regexp_replace({{ value }}, '[{{ invisible_characters() }}]', '')
{%- endmacro %}

{# As parts of a regular expression's set; the characters themselves, which every engine reads alike. #}
{% macro invisible_characters() -%}
    {{ return(
        "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
        ~ "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001-\U000e007f\U000e0100-\U000e01ef"
    ) }}
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
