{# The contributions booked in the month as arrived (AC43, AB07), with who pays each, and why one is
   left out. A ledger holds many months: the rows of this one are chosen first, by a column that
   stands early in them, and asked for the rest after. #}
{% macro booked_contributions() -%}
    (
        select
            kind,
            reference,
            payer_kind,
            payer_id,
            scheme,
            for_month,
            received_amount,
            arrived_on,
            division,
            counts_in_statistics,
            left_out_reason,
            source_file_id,
            source_row
        from (
            select
                'contribution' as kind,
                contribution_id as reference,
                case when employer_id is null then 'person' else 'employer' end as payer_kind,
                coalesce(employer_id, person_id) as payer_id,
                scheme,
                for_month,
                coalesce(received_amount, 0) as received_amount,    -- yuan
                arrived_on,
                division,
                -- The indicator contributions_received leaves out orphans and unreal months.
                coalesce(
                    division is not null
                    and for_month is not null
                    and (kind in ('10', '31', '32') or for_month <> booked_month),
                    false
                ) as counts_in_statistics,
                case
                    when for_month is null then 'unreal_month'
                    when scheme is null then 'unknown_scheme'
                    when employer_id is null and orphan_reason = 'unknown_person' then 'unknown_person'
                end as left_out_reason,
                source_file_id,
                source_row,
                has_arrived
                and {{ is_current('valid_from_batch', 'valid_to_batch') }} as is_booked
            from {{ ref('contributions') }}
            where booked_month = {{ this_month() }} {{ computed_once() }}
        ) as contributions
        where is_booked
        union all
        select
            'unit_contribution' as kind,
            employer_id || '/' || scheme || '/' || for_month as reference,
            'employer' as payer_kind,
            employer_id as payer_id,
            scheme,
            for_month,
            coalesce(received_amount, 0) as received_amount,        -- yuan
            arrived_on,
            division,
            division is not null and for_month is not null as counts_in_statistics,
            case
                when for_month is null then 'unreal_month'
                when scheme is null then 'unknown_scheme'
                when employer_id is null then 'unknown_person'
            end as left_out_reason,
            source_file_id,
            source_row
        from {{ current_ledger('unit_contributions') }} as unit_contributions
        where
            booked_month = {{ this_month() }}
            and has_arrived
    )
{%- endmacro %}
