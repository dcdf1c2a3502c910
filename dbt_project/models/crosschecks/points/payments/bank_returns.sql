-- Grain: one row per payment that a return file of a paying bank calls returned.
-- A later file that calls it paid changes nothing: what came back once was paid again only by
-- another payment.
select
    payment_id,
    count(*) as return_count
from {{ ref('stg_bank__payment_return') }}
where
    result = 'returned'
    and payment_id is not null
group by payment_id
