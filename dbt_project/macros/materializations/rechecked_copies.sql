{# The rows that the points of the subjects checked anew rest on: for the materialisation rechecked_subjects.

   An account's points rest on all that was paid into it, an employer's on everybody enrolled, or paid for, there: the
   copies hold these persons' rows, too. What is made of rows that are not all there is of a subject that is not listed,
   and never becomes a case. #}

{# Copy the rows that the points of the subjects rest on; return the copies. #}
{% macro copy_rechecked_rows() -%}
    {%- do run_query(rows_of_shells()) -%}
    {%- set copies = [] -%}
    {%- for name, conditions in rows_of_copies().items() -%}
        {%- do run_query(copy_statement(name, conditions)) -%}
        {%- do copies.append(copy_of(name)) -%}
    {%- endfor -%}
    {{ return(copies) }}
{%- endmacro %}

{# Create suspect_employers, those of the list where two benefits or more were claimed soon after an enrolment, and
   read_persons: the persons of the list and whoever is enrolled there. #}
{% macro rows_of_shells() -%}
    create temporary table suspect_employers on commit drop as
    with enrolments as (
        select
            employer_id,
            scheme,
            person_id,
            enrolment_id,
            {{ month_of('enrolled_on') }} as began_month
        from {{ current_ledger('enrolments') }} as current_rows
        where
            exists (select 1 from affected_now where subject = 'enrolling_employer')
            and scheme in ('110', '120')
            and {{ is_listed('employer_id', 'enrolling_employer') }}
    ),

    entitlements as (
        select
            person_id,
            first_month
        from {{ current_ledger('entitlements') }} as current_rows
        where first_month <= {{ this_month() }}
    ),

    claims as (
        {{ claims_soon_after_enrolment() }}
    )

    select distinct employer_id
    from claims
    group by employer_id, scheme
    having count(*) >= 2;
    create temporary table read_persons on commit drop as
    select person_id from affected_persons
    union
    select person_id from {{ current_ledger('enrolments') }} as current_rows
    where
        exists (select 1 from suspect_employers)
        and employer_id in (select suspect_employers.employer_id from suspect_employers)
        and person_id is not null;
    insert into affected_entitlements
    select entitlement_id from {{ current_ledger('entitlements') }} as current_rows
    where
        exists (select 1 from suspect_employers)
        and person_id in (select read_persons.person_id from read_persons)
        and entitlement_id is not null
    on conflict do nothing;
    analyze read_persons
{%- endmacro %}

{# The conditions on the rows that each copy holds, in the order in which they are made: the rows of each are read in
   turn. #}
{% macro rows_of_copies() -%}
    {%- set persons = query_rows('select count(*) as number from read_persons')[0].number -%}
    {%- set entitlements = numbers_reached().entitlements -%}
    {%- set payments = query_rows('select count(*) as number from affected_payments')[0].number -%}
    {%- set paid = 'select entitlement_id from ' ~ copy_of('payments') -%}
    {%- set of_persons = is_in_keys('person_id', 'select person_id from read_persons', persons) -%}
    {{ return({
        'payments': [
            of_persons ~ ' or '
            ~ is_in_keys('entitlement_id', 'select entitlement_id from affected_entitlements', entitlements),
            is_in_keys(
                'account_no', 'select subject_key from affected_now where subject = \'account\'', payments
            ),
        ],
        'entitlements': [
            'person_id in (select read_persons.person_id from read_persons) or entitlement_id in (' ~ paid ~ ')',
        ],
        'entitlement_items': [
            'entitlement_id in (' ~ paid ~ ' union select entitlement_id from ' ~ copy_of('entitlements') ~ ')',
        ],
        'payment_items': [
            is_in_keys('payment_id', 'select payment_id from ' ~ copy_of('payments'), payments),
        ],
        'persons': [is_in_keys('row_key', keys_of_persons(), persons)],
        'personal_accounts': ['person_id in (select read_persons.person_id from read_persons)'],
        'enrolments': [
            of_persons,
            'exists (select 1 from suspect_employers)'
            ~ ' and employer_id in (select suspect_employers.employer_id from suspect_employers)',
        ],
        'contributions': [of_persons],
        'wage_rows': [
            'exists (' ~ taxed_employers() ~ ') and employer_id in (' ~ taxed_employers() ~ ')',
        ],
    }) }}
{%- endmacro %}

{% macro keys_of_persons() -%}
    select read_persons.person_id from read_persons
    union
    select paid.person_id from {{ copy_of('payments') }} as paid
{%- endmacro %}

{# Employers on whose wage bill the tax bureau collected. #}
{% macro taxed_employers() -%}
    select employers.employer_id
    from {{ current_ledger('employers') }} as employers
    inner join {{ ref('stg_tax__voucher') }} as vouchers on employers.tax_number = vouchers.taxpayer_no
    where
        {{ is_listed('employers.employer_id', 'taxed_employer') }}
        and vouchers.kind = 'employer'
        and vouchers.base_amount is not null
{%- endmacro %}

{# The condition that a column names a subject of the list. #}
{% macro is_listed(column, subject) -%}
    {{ column }} in (select affected_now.subject_key from affected_now where affected_now.subject = '{{ subject }}')
{%- endmacro %}

{# Copy the rows of a ledger that fulfil one of the conditions. #}
{% macro copy_statement(name, conditions) -%}
    {%- set rows = current_ledger('contributions' if name == 'wage_rows' else name) -%}
    {{ read_by_index() }};
    create unlogged table {{ copy_of(name) }} with (autovacuum_enabled = false) as
    select * from {{ rows }} as current_rows
    where {{ conditions[0] }};
    alter table {{ copy_of(name) }} add primary key (row_key);
    {%- for condition in conditions[1:] %}
    insert into {{ copy_of(name) }}
    select * from {{ rows }} as current_rows
    where {{ condition }}
    on conflict do nothing;
    {%- endfor %}
    set local default_statistics_target = 20;
    analyze {{ copy_of(name) }}
{%- endmacro %}

{# A few rows are read of millions: by an index where there is one, in physical order, whose pages the memory holds one by
   one. A page is read for all its rows where memory is short, and each is compared with every key. #}
{% macro read_by_index() -%}
    {{ prefer_index_scans() }}
    set local work_mem = '{{ ctas_work_mem() }}'
{%- endmacro %}

{# The copy of a ledger's rows. #}
{% macro copy_of(name) -%}
    {{ return(api.Relation.create(
        database=this.database, schema=this.schema, identifier=name ~ '__rechecked', type='table'
    )) }}
{%- endmacro %}

{# Drop the copies of the last build. #}
{% macro forget_copies() -%}
    {%- for name in copied_ledgers() + ['wage_rows'] -%}
        {%- set copy = load_cached_relation(copy_of(name)) -%}
        {%- if copy is not none -%}{%- do adapter.drop_relation(copy) -%}{%- endif -%}
    {%- endfor -%}
{%- endmacro %}
