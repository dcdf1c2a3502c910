{# Files of a feed that count for the month being built: loaded, of that month or an earlier one. #}
{% macro counting_files(feed) -%}
    (
        select
            file_id,
            format,
            division as file_division,
            month as file_month,
            sequence as file_sequence
        from {{ source(feed, 'files') }}
        where month <= {{ this_month() }}
    )
{%- endmacro %}

{# Landed rows of a feed's table in the files that count, with the month, sequence and division of the file. #}
{% macro counting_rows(feed, table) -%}
    (
        select
            landed.*,
            files.file_month,
            files.file_sequence,
            files.file_division
        from {{ source(feed, table) }} as landed
        inner join {{ counting_files(feed) }} as files on landed._file_id = files.file_id
    )
{%- endmacro %}

{# Of the rows of a CTE that share a `key`, the one in the file of the latest month and sequence, then of the
   larger division; in one file the first, or the last where `last_line` is set. #}
{% macro latest_rows(cte, key, last_line=false) -%}
    (
        select ranked.*
        from (
            select
                *,
                row_number() over (
                    partition by {{ key }}
                    order by
                        file_month desc, file_sequence desc, file_division desc,
                        source_file_id asc, source_row {{ 'desc' if last_line else 'asc' }}
                ) as recency
            from {{ cte }}
        ) as ranked
        where ranked.recency = 1
    )
{%- endmacro %}

{# As latest_rows, with the standard code of a row's scheme in the file's month as standard_scheme; null where it
   does not map. `schemes` is the relation of the feed's schemes. #}
{% macro latest_rows_with_scheme(cte, key, schemes) -%}
    (
        select
            latest_rows.*,
            schemes.scheme as standard_scheme
        from {{ latest_rows(cte, key) }} as latest_rows
        left join {{ schemes }} as schemes
            on
                latest_rows.scheme = schemes.raw_scheme
                and latest_rows.file_month = schemes.file_month
    )
{%- endmacro %}

{# The ways a feed may write a scheme in each month of its files (file_month, raw_scheme, scheme): the standard
   code, or what the site maps for the feed. `files` is the relation of the feed's files. #}
{% macro schemes_as_written(feed, files) -%}
    with months as (
        select file_month
        from {{ files }}
        group by file_month
    ),

    standard_schemes as (
        select code
        from {{ ref('standard_codes') }}
        where class = 'AAE140'
    ),

    mapped as (
        select
            months.file_month,
            code_map.raw,
            code_map.standard,
            row_number() over (
                partition by months.file_month, code_map.raw
                order by
                    case when code_map.source = '{{ feed }}' then 0 else 1 end asc,
                    code_map.valid_from desc nulls last,
                    code_map.site_row asc
            ) as place
        from {{ ref('stg_site__code_map') }} as code_map
        inner join months
            on
                coalesce(code_map.valid_from, months.file_month) <= months.file_month
                and coalesce(code_map.valid_to, months.file_month) >= months.file_month
        inner join standard_schemes on code_map.standard = standard_schemes.code
        left join standard_schemes as raw_standards on code_map.raw = raw_standards.code
        where
            upper(code_map.class) in ('AAE140', 'SCHEME')
            and coalesce(code_map.source, '{{ feed }}') = '{{ feed }}'
            and raw_standards.code is null
    ),

    final as (
        select
            months.file_month,
            standard_schemes.code as raw_scheme,
            standard_schemes.code as scheme
        from standard_schemes
        cross join months
        union all
        select
            file_month,
            raw as raw_scheme,
            standard as scheme
        from mapped
        where place = 1
    )

    select * from final
{%- endmacro %}
