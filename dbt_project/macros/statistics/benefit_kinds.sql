{# The kind a payment is broken down by: its entitlement's; 'unknown' where that is no standard code, so that
   the kinds add up to the total. #}
{% macro benefit_kind(kind) -%}
    coalesce({{ kind }}, 'unknown')
{%- endmacro %}
