-- Grain: one row per pair of person ids (one id with itself) and scheme of the pension, of a human
-- who was paid a pension and contributed as an employee for the same months.
with facts as (
    {{ benefit_facts(
        "benefit = 'pension' and kind in ('01', '02') and scheme in ('110', '120')"
        " and for_month >= " ~ month_plus(-11) ~ " and for_month >= coalesce(first_month, for_month)"
    ) }}
    union all
    {{ contribution_facts("scheme in ('110', '120') and enrolment_identity = '11'") }}
),

{{ meeting_ctes() }},

{{ wrong_months_of('meeting') }},

{{ wrongs_of('wrong_months', keys=pair_keys(), at_least=2) }},

{{ proofs_of('meeting') }},

{{ proof_points('pension_while_contributing') }}

select * from final
