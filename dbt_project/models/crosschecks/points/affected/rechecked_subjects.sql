-- Grain: one row per person, account or employer whose cases are checked anew; one row `everything`
-- where all are, as in every full build.
{{ config(materialized='rechecked_subjects') }}
-- depends_on: {{ ref('checked_months') }}
-- depends_on: {{ ref('matched_states') }}
-- depends_on: {{ ref('built_months') }}
{% for name in ledgers_of_crosschecks() + models_of_matches() %}
-- depends_on: {{ ref(name) }}
{% endfor %}
-- depends_on: {{ source('production', 'extracts') }}
-- depends_on: {{ source('linkage', 'linked_pairs') }}
-- depends_on: {{ source('verdicts', 'cleared_evidence') }}
-- depends_on: {{ source('name_judgements', 'name_matches') }}

select
    'everything' as subject,
    '' as subject_key
