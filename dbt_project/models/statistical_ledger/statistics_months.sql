-- Grain: one row per month the insured persons were built for; their materialisation adds the rows.
{{ built_months_table(alias='built_months') }}
