-- Grain: one row per pair of person ids (one id with itself) and scheme, of a human paid pensions
-- from two of the schemes 110, 120, 170 for the same month.
with facts as (
    {{ benefit_facts(
        "benefit = 'pension' and for_month >= " ~ month_plus(-11),
        is_wrong="scheme = '170'",
        amount="case when scheme = '170' then basic_amount else amount end"
    ) }}
),

{{ meeting_ctes('facts', 'with_resident') }},

worker_facts as (
    {{ benefit_facts(
        "benefit = 'pension' and scheme <> '170' and for_month >= " ~ month_plus(-11),
        is_wrong="scheme = '110'"
    ) }}
),

{{ meeting_ctes('worker_facts', 'with_worker') }},

-- Of 110 and 120 the one that paid less; the larger code where they paid the same.
lesser as (
    select
        case_person_id,
        case_other_id,
        case
            when
                sum(case when is_wrong then amount else 0 end)
                < sum(case when is_wrong then 0 else amount end)
                then '110'
            else '120'
        end as lesser_scheme
    from with_worker
    group by case_person_id, case_other_id
),

meeting as (
    select
        with_resident.*,
        '170' as case_scheme
    from with_resident
    union all
    select
        with_worker.*,
        lesser.lesser_scheme as case_scheme
    from with_worker
    inner join lesser
        on
            with_worker.case_person_id = lesser.case_person_id
            and with_worker.case_other_id = lesser.case_other_id
),

ordered as (
    select
        *,
        row_number() over (
            partition by case_scheme, case_person_id, case_other_id, for_month
            order by began desc nulls last, {{ by_code_point('ground_key') }} desc
        ) as place
    from meeting
),

wrong_months as (
    select
        case_scheme as scheme,
        case_person_id as person_id,
        case_other_id as other_person_id,
        match_class,
        for_month,
        max(case when place = 1 then division end) as division,
        sum(case when scheme = case_scheme then amount else 0 end) as amount
    from ordered
    group by case_scheme, case_person_id, case_other_id, match_class, for_month
),

{{ wrongs_of('wrong_months', keys=pair_keys()) }},

proofs as (
    select
        case_scheme as scheme,
        case_person_id as person_id,
        case_other_id as other_person_id,
        landed_table,
        row_key,
        source_file_id,
        source_row,
        ground_table,
        ground_key,
        ground_file_id,
        ground_row
    from meeting
),

{{ proof_points('pension_across_schemes') }}

select * from final
