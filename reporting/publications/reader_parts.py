"""What a publication stores for its readers beside its content: issues, evidence, persons, money, bases.

Each part is one query of the month's results, so that it is stored, and compared with a month built again, in
the database. Evidence is what landed: one row a line of a case's evidence, with the values as they arrived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import LiteralString

import psycopg
from psycopg import sql

from reporting.case_sheets.reading import OF_EMPLOYERS
from reporting.publications.base_parts import BASE_PARTS
from reporting.publications.reader_part import ReaderPart

# In the order they are stored.
READER_PARTS: dict[str, ReaderPart] = {
    "divisions": ReaderPart(
        "publication_divisions",
        "division name_zh name_en level parent",
        """
            select distinct on (division) division, name_zh, name_en, level, parent
            from site.divisions where _site_version = %(site)s and division is not null
            order by division, _row
        """,
    ),
    "issues": ReaderPart(
        "publication_issues",
        "issue_id division table_name rule_id key source_file_id source_row first_seen due_on state"
        " corrected_on reason place",
        """
            select issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
                due_on, state, corrected_on, reason,
                row_number() over (order by division, table_name, rule_id, key, issue_id)
            from quality.rectification where month = %(month)s
        """,
    ),
    "reconciliation": ReaderPart(
        "publication_reconciliation",
        "place check_name division scheme subject for_month account_no party_a party_b amount_a amount_b"
        " difference status items",
        """
            select row_number() over (
                    order by check_name collate "C", division collate "C" nulls first, scheme collate "C",
                        subject collate "C", for_month collate "C", account_no collate "C",
                        status collate "C", party_a collate "C", party_b collate "C", amount_a, amount_b,
                        items collate "C"
                ),
                check_name, division, scheme, subject, for_month, account_no, party_a, party_b, amount_a,
                amount_b, difference, status, items
            from reconciliation.results where month = %(month)s
        """,
        ("reconciliation.results",),
    ),
    "case_counts": ReaderPart(
        "publication_case_counts",
        "division rule_id scheme state outcome cases amount",
        """
            select division, rule_id, scheme, state, outcome, count(*), sum(amount)
            from crosschecks.cases where month = %(month)s
            group by division, rule_id, scheme, state, outcome
        """,
        ("crosschecks.cases",),
    ),
    "case_persons": ReaderPart(
        "publication_case_persons",
        "case_id place division person_id is_person name identity_number birth_on",
        """
            with named as (
                select c.case_id, c.division, p.place, p.person_id,
                    c.rule_id <> all(%(of_employers)s) as is_person
                from crosschecks.cases as c
                cross join lateral (values (1, c.person_id), (2, c.other_person_id)) as p (place, person_id)
                where c.month = %(month)s and p.person_id is not null
            )
            select n.case_id, n.place, n.division, n.person_id, n.is_person,
                case when n.is_person then persons.person_name else employers.employer_name end,
                case when n.is_person then persons.identity_number end,
                case when n.is_person then persons.birth_on end
            from named as n
            left join (
                select distinct on (person_id) person_id, person_name, identity_number, birth_on
                from business_ledger.persons
                where valid_from_batch <= %(month)s
                    and (valid_to_batch is null or valid_to_batch > %(month)s)
                    and person_id in (select person_id from named)
                order by person_id, valid_from_batch desc, row_key
            ) as persons on persons.person_id = n.person_id
            left join (
                select distinct on (employer_id) employer_id, employer_name
                from business_ledger.employers
                where valid_from_batch <= %(month)s
                    and (valid_to_batch is null or valid_to_batch > %(month)s)
                    and employer_id in (select person_id from named)
                order by employer_id, valid_from_batch desc, row_key
            ) as employers on employers.employer_id = n.person_id
        """,
        ("crosschecks.cases", "business_ledger.persons", "business_ledger.employers"),
    ),
    "case_evidence": ReaderPart(
        "publication_case_evidence",
        "case_id line landed_table division table_name key source_file_id source_row file_name fields",
        """
            select e.case_id, e.line, coalesce(l.landed_table, ''), e.division, e.table_name, e.key,
                e.source_file_id, e.source_row, e.file_name, l.fields
            from pg_temp.evidence_lines as e
            left join pg_temp.evidence_landed as l
                on l.source_file_id = e.source_file_id and l.source_row = e.source_row
        """,
        ("crosschecks.cases",),
    ),
    "declarations": ReaderPart(
        "publication_declarations",
        "item answer note actor entered_at",
        """
            select distinct on (item) item, answer, note, actor, entered_at
            from ops.declarations where month = %(month)s order by item, declaration_id desc
        """,
    ),
    **BASE_PARTS,
}


def stored_with(connection: psycopg.Connection) -> list[str]:
    """Return the names of the parts that a publication prepared now is stored with: whose results exist."""
    return [
        name
        for name, part in READER_PARTS.items()
        if all(_exists(connection, relation) for relation in part.needs)
    ]


def store_reader_parts(
    connection: psycopg.Connection, number: int, *, month: str, site_version: str, parts: Iterable[str]
) -> None:
    """Store the parts of a publication, each by one statement; the caller commits."""
    for name in _prepared(connection, month, parts):
        part = READER_PARTS[name]
        insert = sql.SQL(
            "insert into ops.{} (number, {}) select %(number)s::integer, x.* from ({}) as x"
        ).format(sql.Identifier(part.table), _columns(part), sql.SQL(part.query))
        connection.execute(insert, {**_bound(month, site_version), "number": number})


def is_as_stored(connection: psycopg.Connection, number: int, *, month: str, site_version: str) -> bool:
    """Return whether a publication was stored with every part, each as the month's results have it now."""
    ((stored,),) = connection.execute("select parts from ops.publications where number = %s", (number,))
    parts = stored_with(connection)
    bound = {**_bound(month, site_version), "number": number}
    if set(stored) != set(parts):
        return False
    for name in _prepared(connection, month, parts):
        part = READER_PARTS[name]
        difference = sql.SQL(_DIFFERENCE).format(
            columns=_columns(part), table=sql.Identifier(part.table), again=sql.SQL(part.query)
        )
        if connection.execute(difference, bound).rowcount:
            return False
    return True


def differing_rows(
    here: psycopg.Connection,
    there: psycopg.Connection,
    number: int,
    *,
    month: str,
    site_version: str,
    parts: Iterable[str],
) -> dict[str, int]:
    """Return by part how many stored rows ``there`` does not have, and the other way round."""
    for connection in (here, there):
        connection.execute("set local timezone to 'UTC'")
    differing = {}
    for name in _prepared(there, month, parts):
        part = READER_PARTS[name]
        stored = sql.SQL("select {} from ops.{} where number = %s").format(
            sql.SQL(_HASHED).format(_columns(part)), sql.Identifier(part.table)
        )
        again = sql.SQL("select {} from ({}) as x").format(
            sql.SQL(_HASHED).format(sql.SQL("x.*")), sql.SQL(part.query)
        )
        before = Counter(row for (row,) in here.execute(stored, (number,)))
        now = Counter(row for (row,) in there.execute(again, _bound(month, site_version)))
        differing[name] = (before - now).total() + (now - before).total()
    return differing


def _columns(part: ReaderPart) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, part.columns.split()))


def _bound(month: str, site_version: str) -> dict[str, object]:
    return {"month": month, "site": site_version, "of_employers": sorted(OF_EMPLOYERS)}


def _exists(connection: psycopg.Connection, relation: str) -> bool:
    ((relation_id,),) = connection.execute("select to_regclass(%s)", (relation,))
    return relation_id is not None


def _prepared(connection: psycopg.Connection, month: str, parts: Iterable[str]) -> list[str]:
    """Return the parts, the lines of evidence gathered first where they are among them."""
    names = list(parts)
    if "case_evidence" in names:
        _gather_evidence(connection, month)
    return names


def _gather_evidence(connection: psycopg.Connection, month: str) -> None:
    """Put the lines of evidence of a month's cases, and what landed from them, into temporary tables."""
    connection.execute("set local timezone to 'UTC'")
    connection.execute("drop table if exists pg_temp.evidence_lines, pg_temp.evidence_landed")
    connection.execute(_LINES, {"month": month})
    connection.execute("analyze evidence_lines")
    connection.execute(
        "create temporary table evidence_landed (source_file_id text, source_row bigint, landed_table text,"
        " fields jsonb) on commit drop"
    )
    for (table,) in connection.execute(_TABLES).fetchall():
        connection.execute(
            sql.SQL(_LANDED).format(landed=sql.Identifier("landing", table)), {"table": f"landing.{table}"}
        )
    connection.execute("analyze evidence_landed")


_DIFFERENCE: LiteralString = """
with stored as (select {columns} from ops.{table} where number = %(number)s), again as ({again})
(table stored except all table again) union all (table again except all table stored)
limit 1
"""
_HASHED: LiteralString = "sha256(convert_to(row({})::text, 'UTF8'))"
_LINES = """
create temporary table evidence_lines on commit drop as
select
    c.case_id, item.place::integer as line, c.division, item.entry ->> 'table' as table_name,
    item.entry ->> 'key' as key, item.entry ->> 'source_file_id' as source_file_id,
    (item.entry ->> 'source_row')::bigint as source_row, f.name as file_name, f.feed
from crosschecks.cases as c
cross join lateral jsonb_array_elements(c.evidence::jsonb) with ordinality as item (entry, place)
left join ops.files as f on f.file_id = item.entry ->> 'source_file_id'
where c.month = %(month)s and starts_with(c.evidence, '[')
"""
# Landing tables that lines of the evidence may lie in: of production by the file's name, else by the feed.
_TABLES = """
select c.relname::text
from pg_class as c
inner join pg_attribute as a on a.attrelid = c.oid and a.attname = '_file_id' and not a.attisdropped
where c.relnamespace = 'landing'::regnamespace and c.relkind in ('r', 'p') and exists (
    select from evidence_lines as e
    where case when e.feed = 'production' then c.relname = 'production__' || lower(e.file_name)
        else starts_with(c.relname, e.feed || '__') end
)
order by c.relname
"""
# A row is landed once; its months may stand in several rows where a month was restored.
_LANDED: LiteralString = """
insert into evidence_landed
select distinct on (l._file_id, l._row)
    l._file_id, l._row, %(table)s,
    (select jsonb_object_agg(f.key, f.value) from jsonb_each(to_jsonb(l)) as f where left(f.key, 1) <> '_')
from {landed} as l
inner join (select distinct source_file_id, source_row from evidence_lines) as e
    on e.source_file_id = l._file_id and e.source_row = l._row
order by l._file_id, l._row
"""
