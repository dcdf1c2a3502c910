-- Grain: one row per pair of person ids (the smaller first) that share a valid identity number.
with persons as (
    select * from {{ ref('identified_persons') }}
),

final as (
    select
        smaller.person_id,
        larger.person_id as other_person_id,
        smaller.person_name,
        larger.person_name as other_person_name
    from persons as smaller
    inner join persons as larger
        on
            smaller.identity_number_18 = larger.identity_number_18
            and {{ by_code_point('smaller.person_id') }} < {{ by_code_point('larger.person_id') }}
)

select * from final
