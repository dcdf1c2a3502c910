"""A case as its month lists it, with the words of its rule, its place and its persons."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from decimal import Decimal

import psycopg
from psycopg import sql

from fundwatch.errors import NotFound

# Rules that rest on a death; their sheet settles what is paid because of it.
DEATH_RULES = frozenset((
    "paid_after_death", "dead_still_in_pay", "dead_in_own_records", "death_dates_differ",
    "contribution_after_death", "account_unsettled_after_death",
))  # fmt: skip


@dataclass(frozen=True)
class EvidenceRow:
    """A row a case rests on: its table and key, and where it landed."""

    table: str
    key: str
    file_id: str
    line: int


@dataclass(frozen=True)
class SheetCase:
    """One case of one month; amounts in yuan."""

    case_id: str
    rule_id: str
    month: str
    division: str | None
    scheme: str | None
    person_id: str
    other_person_id: str | None
    match_class: str
    score: Decimal | None
    first_month: str | None
    last_month: str | None
    months: int
    amount: Decimal
    state: str
    evidence: tuple[EvidenceRow, ...]

    @property
    def is_of_a_death(self) -> bool:
        """Whether its sheet is a settlement of death benefits."""
        return self.rule_id in DEATH_RULES

    @property
    def persons(self) -> tuple[str, ...]:
        """The ids it concerns, each once."""
        return tuple(dict.fromkeys(filter(None, (self.person_id, self.other_person_id))))


@dataclass(frozen=True)
class Subject:
    """Who a case is about as the production database names them; empty where it does not."""

    person_id: str
    name: str = ""
    identity_number: str = ""
    is_person: bool = True


def current(table: str = "") -> sql.Composable:
    """Return the condition that a ledger's row is current in the batch of ``%(month)s``."""
    columns = [
        sql.Identifier(*filter(None, (table, name))) for name in ("valid_from_batch", "valid_to_batch")
    ]
    condition = "{} <= %(month)s and ({} is null or {} > %(month)s)"
    return sql.SQL(condition).format(columns[0], columns[1], columns[1])


def case_of(connection: psycopg.Connection, case_id: str, month: str | None = None) -> SheetCase:
    """Return a case by its id or the beginning of it, in a month or the last one that lists it.

    Raises: NotFound (no case, several begin so, or no month was checked by this version).
    """
    ((is_known,),) = connection.execute(_IS_KNOWN)
    if not is_known:
        raise NotFound(
            "no month was checked by this version",
            next_step="Run fundwatch crosscheck --month YYYY-MM, then ask again",
        )
    rows = connection.execute(_CASE, {"id": case_id, "month": month}).fetchall()
    if len({row[0] for row in rows}) != 1 or not case_id:
        listed = f" in {month}" if month else ""
        raise NotFound(
            f"{'several cases begin with' if rows else 'there is no case'} {case_id!r}{listed}",
            next_step="Take an id of fundwatch export cases --month YYYY-MM",
        )
    values = dict(zip(_COLUMNS, rows[0], strict=True))
    evidence = tuple(
        EvidenceRow(item["table"], str(item["key"]), item["source_file_id"], int(item["source_row"]))
        for item in json.loads(values["evidence"] or "[]")
    )
    return SheetCase(**values | {"evidence": evidence})


def rule_texts(connection: psycopg.Connection, rule_id: str, language: str) -> tuple[str, str]:
    """Return what a rule is called and what it means, by the catalogue; its id where it is in none."""
    query = sql.SQL("select {}, {} from staging_site.crosscheck_rules where rule_id = %s")
    row = connection.execute(query.format(*_in(language, "label", "meaning")), (rule_id,)).fetchone()
    return (row[0], row[1]) if row else (rule_id, "")


def articles_of(
    connection: psycopg.Connection, rule_id: str, language: str, *, first: str, last: str
) -> list[str]:
    """Return the evidenced articles in force for an act from one day to another, in their order."""
    columns = _in(language, "document", "article", "content")
    rows = connection.execute(
        _ARTICLES.format(*columns), {"rule": rule_id, "first": first, "last": last}
    ).fetchall()
    if language == "zh":
        return [f"{document}{article or ''}：{content}。" for document, article, content in rows]
    return [
        f"{', '.join(filter(None, (document, article)))}: {content}." for document, article, content in rows
    ]


def division_name(connection: psycopg.Connection, division: str | None, language: str) -> str:
    """Return the name of a division, else its code; empty for none."""
    query = sql.SQL("select {} from staging_site.stg_site__divisions where division = %s")
    row = connection.execute(query.format(*_in(language, "name")), (division,)).fetchone()
    return (row and row[0]) or division or ""


def code_labels(connection: psycopg.Connection, language: str) -> dict[tuple[str, str], str]:
    """Return the label of each standard code by its class and code."""
    query = sql.SQL("select class, code, {} from staging_site.standard_codes").format(*_in(language, "label"))
    return {(code_class, code): label for code_class, code, label in connection.execute(query)}


def subjects_of(connection: psycopg.Connection, case: SheetCase) -> tuple[Subject, ...]:
    """Return the persons of a case, of an employer its name; of an account its number alone."""
    is_person = case.rule_id not in OF_EMPLOYERS
    wanted = {"ids": list(case.persons), "month": case.month}
    named = {
        key: Subject(key, name or "", number or "", is_person)
        for key, name, number in connection.execute(_PERSONS if is_person else _EMPLOYERS, wanted)
    }
    return tuple(named.get(key, Subject(key)) for key in case.persons)


def _in(language: str, *names: str) -> list[sql.Identifier]:
    return [sql.Identifier(f"{name}_{language}") for name in names]


OF_EMPLOYERS = frozenset({"shell_employer", "wage_below_tax_base"})
_IS_KNOWN = """
select to_regclass('crosschecks.cases') is not null and to_regclass('staging_site.legal_bases') is not null
"""
_COLUMNS = tuple(field.name for field in fields(SheetCase))
_CASE = sql.SQL("""
select {} from crosschecks.cases
where starts_with(case_id, %(id)s) and (%(month)s::text is null or month = %(month)s)
order by month desc
""").format(sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)))
_ARTICLES = sql.SQL("""
select {}, {}, {}
from staging_site.crosscheck_legal_bases as rests
inner join staging_site.legal_bases as bases on rests.basis_id = bases.basis_id
where rests.rule_id = %(rule)s and coalesce(bases.evidence, '') <> ''
    and coalesce(bases.valid_from, '-infinity') <= %(last)s::date
    and coalesce(bases.valid_to, 'infinity') >= %(first)s::date
order by rests.position
""")
_PERSONS = sql.SQL("""
select person_id, person_name, identity_number from business_ledger.persons
where person_id = any(%(ids)s) and {}
""").format(current())
_EMPLOYERS = sql.SQL("""
select employer_id, employer_name, null from business_ledger.employers
where employer_id = any(%(ids)s) and {}
""").format(current())
