{# What the models of contribution bases share. #}

{# The premium on a base: half up to the cent, as every part of a premium is. #}
{% macro premium(base, rate) -%}
    round({{ base }} * {{ rate }}, 2)
{%- endmacro %}

{# Half up to what the rules of the site round bases to. #}
{% macro rounded_to(value, unit) -%}
    (round({{ value }} / {{ unit }}, 0) * {{ unit }})
{%- endmacro %}

{# The months from `before` months before the one being built to itself, as rows of for_month. #}
{% macro months_back(before) -%}
    (
        {%- for count in range(-before, 1) %}
        select {{ month_plus(count) }} as for_month
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# A day written MM-DD in the year after a wage year; the last of February where the year has no 29th. #}
{% macro day_after_wage_year(wage_year, day) -%}
    case
        when {{ matches(day, '(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])') }}
            then least(
                cast(
                    cast(cast({{ wage_year }} as integer) + 1 as {{ dbt.type_string() }})
                    || '-' || substring({{ day }}, 1, 2) || '-01' as date
                ) + (cast(substring({{ day }}, 4, 2) as integer) - 1),
                {{ last_day_of(
                    "cast(cast(" ~ wage_year ~ " as integer) + 1 as text) || '-' || substring(" ~ day ~ ", 1, 2)"
                ) }}
            )
    end
{%- endmacro %}

{# An amount as the exports write it. #}
{% macro amount_text(value) -%}
    cast(cast({{ value }} as numeric(28, 2)) as {{ dbt.type_string() }})
{%- endmacro %}

{# What names a row of person_years and of everything built on it. #}
{% macro same_person_year(left, right) -%}
    {{ left }}.person_id = {{ right }}.person_id
            and {{ left }}.unit_key = {{ right }}.unit_key
            and {{ left }}.scheme = {{ right }}.scheme
            and {{ left }}.wage_year = {{ right }}.wage_year
{%- endmacro %}

{# What names a row of unit_years and of everything built on it. #}
{% macro same_unit_year(left, right) -%}
    {{ left }}.unit_id = {{ right }}.unit_id
            and {{ left }}.scheme = {{ right }}.scheme
            and {{ left }}.wage_year = {{ right }}.wage_year
{%- endmacro %}

{# The columns of a wrong, in the order the models of exceptions unite them. #}
{% macro wrong_columns() -%}
    exception,
        division,
        scheme,
        wage_year,
        unit_id,
        person_id,
        document_code,
        for_month,
        expected,
        found,
        amount,
        due_on,
        is_state
{%- endmacro %}

{# The models of exceptions; exception_months unites them. #}
{% macro base_exception_models() -%}
    {{ return([
        'wrong_unit_bases',
        'wrong_personal_bases',
        'wrong_provisional_bases',
        'open_trueups',
        'changed_bases',
        'late_corrections',
        'missing_declarations',
        'listed_persons',
        'broken_dual_bases',
        'bases_below_tax',
    ]) }}
{%- endmacro %}

{# The order in which, of landed rows with one key, the one that counts comes first: as in staging. #}
{% macro latest_landed_first(table=none) -%}
    {%- set of = table ~ '.' if table else '' -%}
    {{ of }}handled_digits desc nulls last,
                {{ of }}source_row desc,
                {{ by_code_point(of ~ 'source_file_id') }} desc
{%- endmacro %}

{# Of the approved applications that name a base for a row of `summed`, identified by `keys`, that effective last by the
   month it is judged by. #}
{% macro applications_in_force(keys, unit, person) -%}
    (
        select *
        from (
            select
                {%- for key in keys %}
                summed.{{ key }},
                {%- endfor %}
                applications.new_base_amount,
                row_number() over (
                    partition by summed.{{ keys | join(', summed.') }}
                    order by applications.effective_month desc
                ) as place
            from summed
            inner join {{ ref('approved_applications') }} as applications
                on
                    summed.{{ unit }} = applications.unit_id
                    and applications.person_key = {{ person }}
                    and summed.scheme = applications.scheme
                    and summed.wage_year = applications.wage_year
                    and summed.judged_month >= applications.effective_month
            where applications.new_base_amount is not null
        ) as ranked
        where place = 1
    )
{%- endmacro %}

{# The approved applications, one row per application and scheme of `schemes` it speaks for: of two for one base and
   month the one decided later, then the larger number. #}
{% macro approved_applications_of(schemes) -%}
    (
        select *
        from (
            select
                applications.application_no,
                applications.unit_id,
                applications.identity_key,
                schemes.scheme,
                applications.wage_year,
                applications.applied_on,
                applications.effective_month,
                applications.new_base as new_base_amount,
                applications.decided_on,
                applications.source_file_id,
                applications.source_row,
                row_number() over (
                    partition by
                        applications.unit_id,
                        applications.identity_key,
                        schemes.scheme,
                        applications.wage_year,
                        applications.effective_month
                    order by
                        applications.decided_on desc nulls last,
                        {{ by_code_point('applications.application_no') }} desc
                ) as place
            from {{ ref('stg_declaration__application') }} as applications
            inner join {{ schemes }} as schemes
                on applications.is_for_all_schemes or schemes.scheme = applications.scheme
            where applications.decision = 'approved'
        ) as ranked
        where place = 1
    )
{%- endmacro %}

{# Every person with the number an application may name: a valid one as 18 digits, else the text in upper case. #}
{% macro numbered_persons() -%}
    (
        select
            person_id,
            coalesce(identity_number_18, upper(identity_number)) as identity_key
        from {{ current_ledger('persons') }} as current_rows
        where identity_number is not null
    )
{%- endmacro %}
