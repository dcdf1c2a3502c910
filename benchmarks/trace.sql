-- A site of :counties counties, and business ledgers of :persons persons, for benchmarks/trace.py.
insert into site.versions (site_version) values ('bench');
insert into site.divisions (division, level, parent, _site_version, _row)
select '230600', 'city', null, 'bench', 1
union all
select cast(230600 + n as text), 'county', '230600', 'bench', n + 1 from generate_series(1, :counties) as n;
insert into ops.runs (step, month, site_version, outcome) values ('build', '2024-06', 'bench', 'done');
insert into ops.files (file_id, feed, name, month, sequence, state)
values ('bench', 'production', 'AC43', '2024-06', 1, 'loaded');
create table statistical_ledger.indicator_catalogue (
    indicator text, kind text, unit text, measure text, denominator text, factor integer,
    is_pension_only boolean, label_zh text, label_en text, formula_zh text, formula_en text
);
create table statistical_ledger.indicator_sums (measure text, part text);
create table statistical_ledger.indicators (
    month text, division text, scheme text, breakdown text, indicator text, value numeric
);
create index on statistical_ledger.indicators (month, division, scheme, breakdown, indicator);
create table business_ledger.employers as
select
    'e' || n as employer_id,
    cast(230601 + n % :counties as text) as division,
    'e' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from generate_series(0, :persons / 20) as n;
alter table business_ledger.employers owner to fundwatch_business_ledger;
create table business_ledger.persons as
select
    'p' || n as person_id,
    '1' as sex,
    date '1950-01-01' + cast(n % 18000 as integer) as birth_on,
    'p' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from generate_series(1, :persons) as n;
alter table business_ledger.persons owner to fundwatch_business_ledger;
-- One enrolment a person, twenty to an employer.
create table business_ledger.enrolments as
select
    'n' || n as enrolment_id,
    'p' || n as person_id,
    '110' as scheme,
    'e' || n / 20 as employer_id,
    '1' as status,
    '11' as enrolment_identity,
    '2010-01' as first_insured_month,
    cast(230601 + (n / 20) % :counties as text) as division,
    'n' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from generate_series(1, :persons) as n;
alter table business_ledger.enrolments owner to fundwatch_business_ledger;
-- Twelve months of each person; one in forty has not arrived.
create table business_ledger.contributions as
select
    'c' || n as contribution_id,
    'p' || p as person_id,
    'e' || p / 20 as employer_id,
    '110' as scheme,
    m as booked_month,
    m as for_month,
    '10' as kind,
    cast(5000 as numeric(18, 2)) as base_amount,
    cast(1200 as numeric(18, 2)) as due_amount,
    cast(case when n % 40 = 0 then 0 else 1200 end as numeric(18, 2)) as received_amount,
    n % 40 <> 0 as has_arrived,
    true as is_employee,
    cast(230601 + (p / 20) % :counties as text) as division,
    'c' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from (
    select
        n,
        n % :persons + 1 as p,
        to_char(date '2023-07-01' + cast(n / :persons as integer) * interval '1 month', 'YYYY-MM') as m
    from generate_series(0, cast(:persons as bigint) * 12 - 1) as n
) as made;
create index on business_ledger.contributions (person_id); -- as the model has it
alter table business_ledger.contributions owner to fundwatch_business_ledger;
create table business_ledger.unit_contributions as
select
    'e' || n as employer_id,
    '510' as scheme,
    '2024-06' as booked_month,
    '2024-06' as for_month,
    cast(100 as numeric(18, 2)) as due_amount,
    cast(100 as numeric(18, 2)) as received_amount,
    true as has_arrived,
    cast(230601 + n % :counties as text) as division,
    'u' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from generate_series(0, :persons / 20) as n;
alter table business_ledger.unit_contributions owner to fundwatch_business_ledger;
-- One person in six draws a pension, paid six times.
create table business_ledger.entitlements as
select
    't' || n as entitlement_id,
    'p' || n as person_id,
    '110' as scheme,
    '01' as kind,
    '1' as status,
    '2015-01' as first_month,
    cast(230601 + (n / 20) % :counties as text) as division,
    't' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from generate_series(6, :persons, 6) as n;
alter table business_ledger.entitlements owner to fundwatch_business_ledger;
create table business_ledger.payments as
select
    'y' || n as payment_id,
    'p' || p as person_id,
    '110' as scheme,
    '01' as kind,
    m as booked_month,
    m as for_month,
    cast(3000 as numeric(18, 2)) as payment_amount,
    '1' as channel,
    '1' as result,
    true as is_paid,
    cast(230601 + (p / 20) % :counties as text) as division,
    'y' || n as row_key,
    'bench' as source_file_id,
    n as source_row,
    '2024-01' as valid_from_batch,
    cast(null as text) as valid_to_batch
from (
    select n, n / 6 * 6 + 6 as p, '2024-0' || n % 6 + 1 as m
    from generate_series(0, :persons - 7) as n
) as made;
alter table business_ledger.payments owner to fundwatch_business_ledger;
