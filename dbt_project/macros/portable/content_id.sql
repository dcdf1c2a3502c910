{# An id that derives from content: the first 24 hexadecimal digits of the SHA-256 of the parts, joined by |. #}
{% macro content_id(parts) -%}
    {%- set text -%}
        {% for part in parts %}coalesce({{ part }}, ''){{ " || '|' || " if not loop.last }}{% endfor %}
    {%- endset -%}
    substring({{ sha256_hex(text) }}, 1, 24)
{%- endmacro %}

{% macro sha256_hex(text) -%}
    {{ adapter.dispatch('sha256_hex', 'fundwatch')(text) }}
{%- endmacro %}

{% macro default__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{% macro postgres__sha256_hex(text) -%}
    encode(sha256(convert_to({{ text }}, 'UTF8')), 'hex')
{%- endmacro %}
