-- Grain: one row per month of a file and way the tax bureau or the treasury may write a scheme.
{{ schemes_as_written('tax', files=ref('stg_tax__file')) }}
