{# Resident identity numbers (GB 11643). Each macro takes a cleaned number: trimmed, narrowed, upper case. #}

{# The valid number in 18 characters (15-digit numbers converted), else null. Date and check decide alone. #}
{% macro identity_number_18(number) -%}
    case
        when {{ matches(number, '[0-9]{15}') }}
            then case
                when {{ is_real_birth("'19' || substring(" ~ number ~ ", 7, 6)") }}
                    then {{ with_check_character("substring(" ~ number ~ ", 1, 6) || '19' || substring(" ~ number ~ ", 7, 9)") }}
            end
        when {{ matches(number, '[0-9]{17}[0-9X]') }}
            then case
                when
                    {{ is_real_birth("substring(" ~ number ~ ", 7, 8)") }}
                    and {{ number }} = {{ with_check_character("substring(" ~ number ~ ", 1, 17)") }}
                    then {{ number }}
            end
    end
{%- endmacro %}

{# Seventeen digits followed by their check character. #}
{% macro with_check_character(body) -%}
    ({{ body }}) || substring('10X98765432', 1 + mod(
        {%- for weight in (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) %}
        {{ weight }} * cast(substring({{ body }}, {{ loop.index }}, 1) as integer){{ ' +' if not loop.last else '' }}
        {%- endfor %}, 11), 1)
{%- endmacro %}

{% macro is_real_birth(digits) -%}
    {{ matches("(" ~ digits ~ ")", '[0-9]{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])') }}
    and {{ is_real_day("(" ~ digits ~ ")") }}
{%- endmacro %}
