-- Grain: one row per scheme whose bases are verified: those base_rules.csv names; a rule for any
-- scheme names every one with limits but the residents'.
with rules as (
    select scheme from {{ ref('stg_site__base_rules') }}
),

limits as (
    select scheme from {{ ref('stg_site__contribution_limits') }}
),

schemes as (
    select code as scheme from {{ ref('standard_codes') }}
    where class = 'AAE140'
),

final as (
    select schemes.scheme
    from schemes
    where
        schemes.scheme in (
            select rules.scheme from rules
            where rules.scheme is not null
        )
        or (
            exists (
                select 1 from rules
                where rules.scheme is null
            )
            and schemes.scheme not in ('170', '390')
            and exists (
                select 1 from limits
                where coalesce(limits.scheme, schemes.scheme) = schemes.scheme
            )
        )
)

select * from final
