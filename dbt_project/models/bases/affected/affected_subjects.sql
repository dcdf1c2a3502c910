-- Grain: one row per unit or person whose bases are verified anew; one row `everything` where all
-- are, as in every full build.
{{ config(materialized='affected_subjects') }}
-- depends_on: {{ ref('verified_months') }}
-- depends_on: {{ ref('declared_states') }}
-- depends_on: {{ ref('built_months') }}
{% for name in ledgers_of_bases() + models_of_declarations() %}
-- depends_on: {{ ref(name) }}
{% endfor %}
{% for name in ['ac43', 'ab07', 'extracts'] %}
-- depends_on: {{ source('production', name) }}
{% endfor %}

select
    'everything' as subject,
    '' as subject_key
