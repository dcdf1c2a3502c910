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

{# Of the rows of a CTE that share a `key`, the one in the file of the latest month and sequence, with the standard
   code of its scheme in the file's month as standard_scheme; null where it does not map. #}
{% macro latest_rows_with_scheme(cte, key) -%}
    (
        select
            ranked.*,
            schemes.scheme as standard_scheme
        from (
            select
                *,
                row_number() over (
                    partition by {{ key }}
                    order by
                        file_month desc, file_sequence desc, file_division desc,
                        source_file_id asc, source_row asc
                ) as recency
            from {{ cte }}
        ) as ranked
        left join {{ ref('stg_tax__scheme') }} as schemes
            on
                ranked.scheme = schemes.raw_scheme
                and ranked.file_month = schemes.file_month
        where ranked.recency = 1
    )
{%- endmacro %}
