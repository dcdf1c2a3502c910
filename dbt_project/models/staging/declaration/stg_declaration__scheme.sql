-- Grain: one row per month of a file and way an application may write a scheme.
{{ schemes_as_written('declaration', files=ref('stg_declaration__file')) }}
