-- Grain: one row per ledger and month built; the materialisation scd2_by_month adds the rows.
{{ built_months_table() }}
