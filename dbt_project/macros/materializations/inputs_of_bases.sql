{# What the bases of a month are verified from, and what changed in it: for the materialisation affected_subjects. #}

{% macro ledgers_of_bases() -%}
    {{ return([
        'contributions', 'enrolments', 'persons', 'employers', 'employer_enrolments', 'unit_contributions',
    ]) }}
{%- endmacro %}

{% macro models_of_declarations() -%}
    {{ return([
        'stg_declaration__unit', 'stg_declaration__person', 'stg_declaration__document',
        'stg_declaration__application', 'stg_tax__voucher',
    ]) }}
{%- endmacro %}

{# The exports of bases, of which rows stay. #}
{% macro exports_of_bases() -%}
    {{ return(['bases', 'base_exceptions', 'bases_left_out', 'unit_declarations', 'unit_documents']) }}
{%- endmacro %}

{# The inputs now; none when one is unknown. `whole` decides every row. #}
{% macro inputs_of_bases() -%}
    {%- set ledgers = state_ids(ledgers_of_bases(), this_month()) -%}
    {%- set code = env_var('FUNDWATCH_DBT_CODE', '') -%}
    {%- if not ledgers or not code -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select
            (select min(month) from {{ source('production', 'extracts') }}) as first_month
            {%- for table in ['ac43', 'ab07'] %},
            coalesce((
                select string_agg(month || '/' || sequence, ',' order by month, sequence)
                from {{ source('production', 'extracts') }}
                where table_name = '{{ table | upper }}'
            ), '') as {{ table }}
            {%- endfor %}
    {%- endset -%}
    {%- set extracts = query_rows(query)[0] -%}
    {{ return({
        'whole': {
            'as_of': var('as_of'), 'site_version': var('site_version'), 'code': code,
            'first_month': extracts.first_month,
        },
        'ledgers': ledgers,
        'extracts': {'ac43': extracts.ac43, 'ab07': extracts.ab07},
    }) }}
{%- endmacro %}

{# How many rows of the month each export holds. #}
{% macro rows_exported() -%}
    concat_ws(
        '/'
        {%- for name in exports_of_bases() %},
        (select count(*) from {{ of_last_build(name) }} as exported where exported.month = {{ this_month() }})
        {%- endfor %}
    )
{%- endmacro %}

{# The inputs the month was last verified from; none when that was not completed, or rows of it are gone. #}
{% macro inputs_verified() -%}
    {%- if not all_are_built(exports_of_bases() + ['rewritten_contributions', 'rewritten_unit_rows']) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select inputs from {{ ref('verified_months') }}
        where
            month = {{ this_month() }}
            and row_counts = {{ rows_exported() }}
            and not exists (
                select 1 from {{ ref('declared_states') }} as states
                where states.month <> {{ this_month() }}
            )
    {%- endset -%}
    {%- set held = query_rows(query) | first -%}
    {{ return(fromjson(held.inputs) if held and held.inputs else none) }}
{%- endmacro %}

{# Whether the tables of these models are there from a build before. #}
{% macro all_are_built(names) -%}
    {%- for name in names -%}
        {%- if not query_rows(
            "select to_regclass('" ~ of_last_build(name) ~ "') is not null as is_there"
        )[0].is_there -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}

{# What leads from the inputs `held` to those of now: the changed ledgers, and by table the condition on landed rows that
   were opened or closed; none when it is not known. #}
{% macro changed_inputs(held, now) -%}
    {%- if not held or not now or held.whole != now.whole -%}{{ return(none) }}{%- endif -%}
    {%- set ledgers = changed_ledgers(held.ledgers) -%}
    {%- if ledgers is none -%}{{ return(none) }}{%- endif -%}
    {%- set landed = {} -%}
    {%- for table, extracts in now.extracts.items() -%}
        {%- for extract in held.extracts[table].split(',') if extract not in extracts.split(',') -%}
            {{ return(none) }}
        {%- endfor -%}
        {%- set rows = changed_landed_rows(
            table,
            {'month': month_text(), 'extracts': held.extracts[table]},
            {'month': month_text(), 'extracts': extracts},
        ) -%}
        {%- if rows -%}{%- do landed.update({table: rows}) -%}{%- endif -%}
    {%- endfor -%}
    {{ return({'ledgers': ledgers, 'landed': landed}) }}
{%- endmacro %}

{# Create declared_now, the states of declarations and vouchers, and declared_changes, whose states differ. #}
{% macro compare_declared() -%}
    create temporary table declared_now on commit drop as
    {%- for name in models_of_declarations() if name != 'stg_tax__voucher' %}
    select 'unit' as kind, '{{ name }}' as source, unit_id as subject_key, {{ state_of_rows() }} as state
    from {{ ref(name) }} as declared
    group by unit_id
    union all
    {%- endfor %}
    select 'taxpayer', 'stg_tax__voucher', taxpayer_no, {{ state_of_rows() }}
    from {{ ref('stg_tax__voucher') }} as declared
    where kind = 'employer' and base_amount is not null
    group by taxpayer_no;
    create temporary table declared_changes on commit drop as
    select distinct coalesce(now.kind, held.kind) as kind, coalesce(now.subject_key, held.subject_key) as subject_key
    from (
        select kind, subject_key, string_agg(source || ':' || state, ';' order by source) as state
        from declared_now
        where subject_key is not null
        group by kind, subject_key
    ) as now
    full outer join {{ ref('declared_states') }} as held
        on now.kind = held.kind and now.subject_key = held.subject_key
    where now.state is distinct from held.state
{%- endmacro %}

{# A hash of rows in any order. #}
{% macro state_of_rows() -%}
    concat(count(*), '/', sum(cast(hashtextextended(cast(declared as text), 0) as numeric)))
{%- endmacro %}

{% macro save_inputs_of_bases(now) -%}
    delete from {{ ref('declared_states') }};
    insert into {{ ref('declared_states') }} (month, kind, subject_key, state)
    select {{ this_month() }}, kind, subject_key, string_agg(source || ':' || state, ';' order by source)
    from declared_now
    where subject_key is not null
    group by kind, subject_key;
    delete from {{ ref('verified_months') }} where month = {{ this_month() }};
    insert into {{ ref('verified_months') }} (month, inputs)
    values ({{ this_month() }}, {{ "'" ~ tojson(now, sort_keys=true) ~ "'" if now else 'null' }})
{%- endmacro %}

{# The units and persons whose bases the changed inputs affect. A person's bases rest on its rows and numbers, on its
   units and what they declare; a unit's also on the rows of everybody there, what it was collected on, and what another
   unit with its number of taxpayer, or persons with a declared number, are called. #}
{% macro affected_by_inputs(changed) -%}
    with contributions_changed as (
        {%- if 'ac43' in changed.landed %}
        select person_id, employer_id
        from {{ current_ledger('contributions') }} as current_rows
        where row_key in (
            select {{ row_key([clean_code('aaz223')]) }}
            from {{ landed_since('ac43', 'rewritten_contributions', changed) }}
        )
        union
        {%- endif %}
        select person_id, employer_id from {{ delta_or_nothing('contributions', changed) }}
    ),

    persons_changed as (
        select person_id, identity_number_18, identity_number from {{ delta_or_nothing('persons', changed) }}
    ),

    persons as (
        select person_id from contributions_changed
        union
        select person_id from {{ delta_or_nothing('enrolments', changed) }}
        union
        select person_id from persons_changed
    ),

    registered as (
        select employer_id, tax_number from {{ delta_or_nothing('employers', changed) }}
    ),

    employers as (
        select * from {{ current_ledger('employers') }} as current_rows
    ),

    -- Everybody's bases there.
    units_of_persons as (
        select employer_id from registered
        union
        select employer_id from employers
        where tax_number in (select registered.tax_number from registered)
        union
        select employer_id from {{ delta_or_nothing('employer_enrolments', changed) }}
        union
        select subject_key from declared_changes
        where kind = 'unit'
    ),

    units as (
        select employer_id from units_of_persons
        union
        select employer_id from contributions_changed
        union
        select employer_id from {{ current_ledger('contributions') }} as current_rows
        where person_id in (select persons.person_id from persons)
        union
        select employer_id from {{ delta_or_nothing('unit_contributions', changed) }}
        {%- if 'ab07' in changed.landed %}
        union
        select {{ clean_code('aab001') }}
        from {{ landed_since('ab07', 'rewritten_unit_rows', changed) }}
        {%- endif %}
        union
        select employer_id from employers
        where tax_number in (select subject_key from declared_changes where kind = 'taxpayer')
        {%- for name in ['stg_declaration__person', 'stg_declaration__application'] %}
        union
        select unit_id from {{ ref(name) }}
        where
            identity_key in (
                select coalesce(identity_number_18, upper(identity_number)) from persons_changed
            )
        {%- endfor %}
    )

    select 'person' as subject, person_id as subject_key from persons
    where person_id is not null
    union all
    select 'persons_of_unit', employer_id from units_of_persons
    where employer_id is not null
    union all
    select 'unit', employer_id from units
    where employer_id is not null
{%- endmacro %}

{# Landed rows opened or closed since the last build, which `rewritten` is still of: it holds those closed before. #}
{% macro landed_since(table, rewritten, changed) -%}
    (
        select landed.*
        from {{ source('production', table) }} as landed
        left join {{ of_last_build(rewritten) }} as held
            on
                landed._file_id = held.source_file_id
                and landed._row = held.source_row
                and landed._valid_to = held.valid_to_batch
        where
            landed._valid_from <= {{ this_month() }}
            and held.source_row is null
            and ({{ changed.landed[table] }})
    ) as landed_since
{%- endmacro %}

{# A table of bases as the last build left it: the model that builds it is built after affected_subjects. #}
{% macro of_last_build(name) -%}
    {{ return(api.Relation.create(database=this.database, schema=this.schema, identifier=name)) }}
{%- endmacro %}

{# The delta of a ledger that changed, else a relation of its columns without rows. #}
{% macro delta_or_nothing(ledger, changed) -%}
    {%- if ledger in changed.ledgers -%}
    {{ delta_of(ref(ledger)) }}
    {%- else -%}
    (select * from {{ ref(ledger) }} where false) as nothing
    {%- endif -%}
{%- endmacro %}

{# Whether so few persons are affected that it is cheaper than everything. #}
{% macro affected_persons_are_few() -%}
    {%- set counted = query_rows(
        "select (select count(*) from affected_now where subject = 'person') as affected, reltuples as held from pg_class"
        ~ " where oid = cast('" ~ ref('persons') ~ "' as regclass)"
    )[0] -%}
    {{ return(counted.affected <= 1000 or counted.affected * 4 <= counted.held) }}
{%- endmacro %}
