{# Whose points may differ: for the materialisation rechecked_subjects.

   A person's points rest on the rows of those who are one human with the person, and on the entitlements the person
   owns or is paid from, whoever else owns them or is paid from them: the list is closed over both. #}

{# Create affected_now, the subjects to check anew; return whether they are few. #}
{% macro find_rechecked(changed) -%}
    {%- do run_query(seeds_of_check(changed)) -%}
    {%- set found = namespace(is_closed=false) -%}
    {%- for turn in range(100) -%}
        {%- if not found.is_closed -%}
            {%- do run_query(add_partners()) -%}
            {%- set before = numbers_reached() -%}
            {%- do run_query(add_owners()) -%}
            {%- set owners = numbers_reached() -%}
            {%- if owners.persons == before.persons -%}
                {%- do run_query(add_payees(owners)) -%}
                {%- set found.is_closed = numbers_reached() == owners -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not found.is_closed -%}{{ return(false) }}{%- endif -%}
    {%- do run_query(list_rechecked(changed)) -%}
    {{ return(affected_persons_are_few()) }}
{%- endmacro %}

{# Create affected_persons, affected_entitlements and changed_payments, what changed itself; and partners, who is one
   human with whom, or may be. #}
{% macro seeds_of_check(changed) -%}
    create temporary table affected_persons (person_id text primary key) on commit drop;
    insert into affected_persons
    select person_id from (
        {%- for ledger in [
            'contributions', 'enrolments', 'entitlements', 'impostor_claims', 'payments', 'personal_accounts', 'persons',
        ] %}
        select person_id from {{ delta_or_nothing(ledger, changed) }}
        union
        {%- endfor %}
        {%- if 'employer_enrolments' in changed.ledgers %}
        select person_id from {{ current_ledger('contributions') }} as current_rows
        where employer_id in (select employer_id from {{ delta_or_nothing('employer_enrolments', changed) }})
        union
        {%- endif %}
        select subject_key from matched_changes
        where kind = 'person'
    ) as seeds
    where person_id is not null;
    create temporary table affected_entitlements (entitlement_id text primary key) on commit drop;
    insert into affected_entitlements
    select entitlement_id from (
        {%- for ledger in ['entitlements', 'entitlement_items', 'payments'] %}
        select entitlement_id from {{ delta_or_nothing(ledger, changed) }}
        {{ 'union' if not loop.last }}
        {%- endfor %}
    ) as seeds
    where entitlement_id is not null;
    create temporary table changed_payments on commit drop as
    select payment_id from {{ delta_or_nothing('payment_items', changed) }}
    union
    select payment_id from {{ ref('stg_bank__payment_return') }}
    where source_file_id in (select subject_key from matched_changes where kind = 'bank_file');
    create temporary table partners on commit drop as
    select
        member_id as person_id,
        case when member_id = person_id then other_person_id else person_id end as partner_id
    from {{ ref('humans') }}
    union
    select person_id, other_person_id from {{ source('linkage', 'linked_pairs') }}
    union
    select other_person_id, person_id from {{ source('linkage', 'linked_pairs') }};
    analyze affected_persons
{%- endmacro %}

{# Add whoever is one human with a person listed. #}
{% macro add_partners() -%}
    insert into affected_persons
    with recursive members as (
        select person_id from affected_persons
        union
        select partners.partner_id
        from members
        inner join partners on members.person_id = partners.person_id
    )
    select person_id from members
    on conflict do nothing
{%- endmacro %}

{# Add the entitlements of the persons listed and the owners of the entitlements listed. #}
{% macro add_owners() -%}
    drop table if exists owned;
    create temporary table owned on commit drop as
    select
        entitlement_id,
        person_id
    from {{ current_ledger('entitlements') }} as current_rows
    where
        person_id in (select affected_persons.person_id from affected_persons)
        or entitlement_id in (select affected_entitlements.entitlement_id from affected_entitlements);
    {{ add_reached('owned') }}
{%- endmacro %}

{# Add who is paid from the entitlements listed, and the entitlements that the persons listed are paid from. #}
{% macro add_payees(reached) -%}
    {{ read_by_index() }};
    drop table if exists affected_payments;
    create temporary table affected_payments on commit drop as
    select
        entitlement_id,
        person_id,
        account_no
    from {{ current_ledger('payments') }} as current_rows
    where
        {{ is_in_keys('person_id', 'select person_id from affected_persons', reached.persons) }}
        or {{ is_in_keys(
            'entitlement_id', 'select entitlement_id from affected_entitlements', reached.entitlements
        ) }}
        or {{ is_in_keys('row_key', 'select payment_id from changed_payments', reached.payments) }};
    {{ add_reached('affected_payments') }}
{%- endmacro %}

{% macro add_reached(relation) -%}
    insert into affected_persons
    select person_id from {{ relation }}
    where person_id is not null
    on conflict do nothing;
    insert into affected_entitlements
    select entitlement_id from {{ relation }}
    where entitlement_id is not null
    on conflict do nothing
{%- endmacro %}

{# How many persons, entitlements and payments are listed. #}
{% macro numbers_reached() -%}
    {%- set query -%}
        select
            (select count(*) from affected_persons) as persons,
            (select count(*) from affected_entitlements) as entitlements,
            (select count(*) from changed_payments) as payments
    {%- endset -%}
    {{ return(query_rows(query)[0]) }}
{%- endmacro %}

{# Create affected_now. Of employers with one number of taxpayer each may be the payer in wage_below_tax_base. #}
{% macro list_rechecked(changed) -%}
    {%- set persons = numbers_reached().persons -%}
    {{ read_by_index() }};
    create temporary table affected_now on commit drop as
    with registered as (
        select employer_id, tax_number from {{ delta_or_nothing('employers', changed) }}
    ),

    employers as (
        select employer_id, tax_number from {{ current_ledger('employers') }} as current_rows
    ),

    taxpayers as (
        select subject_key as tax_number from matched_changes
        where kind = 'taxpayer'
    ),

    accounts as (
        select account_no from affected_payments
        union
        select account_no from {{ delta_or_nothing('payments', changed) }}
    ),

    enrolling as (
        select employer_id from {{ current_ledger('enrolments') }} as current_rows
        where {{ is_in_keys('person_id', 'select person_id from affected_persons', persons) }}
        union
        select employer_id from {{ delta_or_nothing('enrolments', changed) }}
        union
        select employer_id from registered
        union
        select employer_id from employers
        where tax_number in (select taxpayers.tax_number from taxpayers)
    ),

    billed as (
        {%- for ledger in ['contributions', 'unit_contributions', 'employer_enrolments'] %}
        select employer_id from {{ delta_or_nothing(ledger, changed) }}
        union
        {%- endfor %}
        select employer_id from registered
    ),

    taxed as (
        select employer_id from billed
        union
        select employer_id from employers
        where
            tax_number in (
                select employers.tax_number from employers
                where employers.employer_id in (select billed.employer_id from billed)
                union
                select registered.tax_number from registered
                union
                select taxpayers.tax_number from taxpayers
            )
    )

    select 'person' as subject, person_id as subject_key from affected_persons
    union all
    select 'account', account_no from accounts
    where account_no is not null
    union all
    select 'enrolling_employer', employer_id from enrolling
    where employer_id is not null
    union all
    select 'taxed_employer', employer_id from taxed
    where employer_id is not null;
    analyze affected_now
{%- endmacro %}
