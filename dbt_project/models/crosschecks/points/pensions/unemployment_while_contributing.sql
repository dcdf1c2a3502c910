-- Grain: one row per pair of person ids (one id with itself) of a human who was paid unemployment
-- benefit and contributed as an employee, or was paid a pension, for the same months.
with facts as (
    {{ benefit_facts("benefit = 'unemployment' and for_month >= " ~ month_plus(-11)) }}
    union all
    {{ benefit_facts("benefit = 'pension'", is_wrong='false') }}
    union all
    -- The month in which the work began may be shared.
    {{ contribution_facts(
        "scheme = '110' and enrolment_identity = '11'"
        " and (enrolled_on is null or for_month <> " ~ month_of('enrolled_on') ~ ")"
    ) }}
),

{{ meeting_ctes() }},

{{ wrong_months_of('meeting') }},

{{ wrongs_of('wrong_months', keys=pair_keys(), at_least=2) }},

{{ proofs_of('meeting') }},

{{ proof_points('unemployment_while_contributing') }}

select * from final
