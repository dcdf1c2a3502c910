"""Contribution bases, their exceptions and what form B1 shows beside them, stored with a publication."""

from alembic import op

revision = "0046_published_bases"
down_revision = "0045_covered_rows"

PARTS = """
create table ops.publication_bases (
    number integer not null references ops.publications (number),
    place bigint not null,
    division text,
    scheme text not null,
    wage_year text not null,
    level text not null,
    unit_id text collate "C",
    person_id text,
    identity text,
    base_method text,
    unit_method text,
    wage_source text,
    wage numeric,
    wage_kind text,
    average_wage numeric,
    floor numeric,
    cap numeric,
    sum_personal numeric,
    expected_base numeric,
    provisional_base numeric,
    applied_base numeric,
    tax_base numeric,
    verified_month text,
    trueup_due numeric,
    trueup_booked numeric,
    trueup_open numeric,
    status text not null,
    masked_person_id text generated always as (portal.masked(person_id)) stored,
    primary key (number, place)
);
create index publication_bases_by_unit on ops.publication_bases (number, unit_id, place);
create index publication_bases_by_level on ops.publication_bases (number, level, place);

create table ops.publication_base_exceptions (
    number integer not null references ops.publications (number),
    place bigint not null,
    exception_id text collate "C" not null,
    exception text not null,
    division text,
    scheme text,
    wage_year text not null,
    unit_id text collate "C",
    person_id text,
    first_month text,
    last_month text,
    months integer,
    expected text,
    found text,
    amount numeric,
    due_on date,
    evidence text not null,
    masked_person_id text generated always as (portal.masked(person_id)) stored,
    masked_evidence text generated always as (portal.masked_entries(evidence)) stored,
    primary key (number, place)
);
create index publication_base_exceptions_by_unit on ops.publication_base_exceptions (number, unit_id, place);

-- What a unit declared for a base year, null where it declared nothing.
create table ops.publication_base_units (
    number integer not null references ops.publications (number),
    unit_id text collate "C" not null,
    wage_year text not null,
    division text,
    name text,
    tax_number text,
    wage_bill numeric,
    month_count integer,
    employees text,
    declared_on date,
    primary key (number, unit_id, wage_year)
);
create table ops.publication_base_documents (
    number integer not null references ops.publications (number),
    unit_id text collate "C" not null,
    wage_year text not null,
    document_code text collate "C" not null,
    division text,
    name_zh text,
    name_en text,
    due_on date,
    received_on date,
    primary key (number, unit_id, wage_year, document_code)
);
"""
GUARDED = """
create trigger append_only before update or delete or truncate on ops.publication_{part}
    for each statement execute function ops.refuse_change();
create trigger closed after insert on ops.publication_{part} referencing new table as added
    for each statement execute function ops.refuse_late_part();
alter table ops.publication_{part} enable always trigger append_only;
alter table ops.publication_{part} enable always trigger closed;
alter table ops.publication_{part} enable row level security, force row level security;
create policy pipeline on ops.publication_{part} using ((select portal.is_pipeline()))
    with check ((select portal.is_pipeline()));
create policy readers on ops.publication_{part} for select using (
    (
        number = (select (portal.current_numbers())[1])
        or number = any((select portal.current_numbers())::integer[])
    )
    and (
        division in (select unnest(portal.divisions_of('bases')))
        or (select portal.may('bases', null)) and (
            division is null or division <> all((select portal.known_divisions())::text[])
        )
    )
    or number = any((select portal.draft_numbers_of('bases'))::integer[])
    and (
        division in (select unnest(portal.divisions_of('draft_bases')))
        or (select portal.may('draft_bases', null)) and (
            division is null or division <> all((select portal.known_divisions())::text[])
        )
    )
);
"""
READERS = """
insert into portal.readers (relation, role, city_up) values
    ('bases', 'supervisor', false), ('bases', 'auditor', false), ('draft_bases', 'supervisor', true)
"""
# View -> the columns it shows of the part of that name.
SHOWN = {
    "bases": (
        "place, division, scheme, wage_year, level, unit_id, masked_person_id as person_id, identity,"
        " base_method, unit_method, wage_source, wage, wage_kind, average_wage, floor, cap, sum_personal,"
        " expected_base, provisional_base, applied_base, tax_base, verified_month, trueup_due, trueup_booked,"
        " trueup_open, status"
    ),
    "base_exceptions": (
        "place, exception_id, exception, division, scheme, wage_year, unit_id, masked_person_id as person_id,"
        " first_month, last_month, months, expected, found, amount, due_on, masked_evidence as evidence"
    ),
    "base_units": (
        "unit_id, wage_year, division, name, tax_number, wage_bill, month_count, employees, declared_on"
    ),
    "base_documents": "unit_id, wage_year, document_code, division, name_zh, name_en, due_on, received_on",
}


def _view(part: str, editions: str) -> str:
    shown = ", ".join(f"x.{column.strip()}" for column in SHOWN[part].split(","))
    return (
        f"select p.number as publication, p.month, {shown} from ops.publication_{part} as x"
        f" inner join portal.{editions}() as p on p.number = x.number"
    )


VIEWS = {
    **{part: _view(part, "current_publications") for part in SHOWN},
    **{f"draft_{part}": _view(part, "draft_publications") for part in SHOWN},
}


def upgrade() -> None:
    """Publications prepared before have no bases, and do not name them among their parts."""
    op.execute(PARTS)
    op.execute(READERS)
    for part in SHOWN:
        op.execute(GUARDED.format(part=part))
    for name, query in VIEWS.items():
        op.execute(f"create view published.{name} with (security_invoker = true) as {query}")
