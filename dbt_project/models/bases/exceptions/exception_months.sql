-- Grain: one row per exception and month of the wrong (a state: one row), with its id.
{% set models = base_exception_models() %}
with united as (
    {% for model in models %}
    select
        {{ wrong_columns() }}
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ content_id(['exception', 'unit_id', 'person_id', 'scheme', 'wage_year', 'document_code']) }}
        as exception_id,
    {{ wrong_columns() }}
from united
