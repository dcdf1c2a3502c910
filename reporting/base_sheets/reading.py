"""Reads what form B1 says of units in a month, as built last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import dict_row

from fundwatch.errors import NotFound
from fundwatch.labels.bases import NAMES, named
from reporting.base_sheets.sheet import Section, Sheet, Value, worth
from reporting.base_sheets.texts import TEXTS, SheetTexts

Row = dict[str, Value]
_EXPECTED = 6  # the column of what is expected: of a missing document its name
_UNITS = """
    select distinct b.unit_id, b.wage_year, b.division, e.employer_name, e.tax_number,
        d.name_zh, d.name_en, s.wage_bill, s.month_count, s.employees, s.declared_on::text
    from bases.bases as b
    left join business_ledger.employers as e
        on e.employer_id = b.unit_id and e.valid_from_batch <= b.month
        and (e.valid_to_batch is null or e.valid_to_batch > b.month)
    left join site.divisions as d on d.division = b.division and d._site_version = %(site)s
    left join bases.unit_declarations as s
        on s.month = b.month and s.unit_id = b.unit_id and s.wage_year = b.wage_year
    where b.month = %(month)s and b.level = 'unit' and b.unit_id = any(%(units)s)
    order by b.unit_id, b.wage_year desc
"""
_BASES = """
    select b.*, p.person_name
    from bases.bases as b
    left join business_ledger.persons as p
        on p.person_id = b.person_id and p.valid_from_batch <= b.month
        and (p.valid_to_batch is null or p.valid_to_batch > b.month)
    where b.month = %(month)s and b.unit_id = any(%(units)s)
    order by b.scheme collate "C", b.person_id collate "C"
"""
_DOCUMENTS = """
    select unit_id, wage_year, document_code, name_zh, name_en, due_on::text, received_on::text
    from bases.unit_documents
    where month = %(month)s and unit_id = any(%(units)s)
    order by document_code collate "C"
"""
_EXCEPTIONS = """
    select unit_id, wage_year, exception, scheme, person_id, first_month, last_month, months, expected,
        found, amount, due_on::text
    from bases.base_exceptions
    where month = %(month)s and unit_id = any(%(units)s)
    order by exception collate "C", scheme collate "C" nulls first, person_id collate "C" nulls first
"""
_SITE = """
    select site_version from ops.runs
    where month = %s and step = 'reconcile' and outcome = 'done' order by run_id desc limit 1
"""


@dataclass(frozen=True)
class UnitYear:
    """A unit and a base year of it, with everything a sheet shows."""

    head: Row
    units: list[Row]
    persons: list[Row]
    documents: list[Row]
    exceptions: list[Row]

    @property
    def not_computed(self) -> list[str]:
        """Name each base that could not be computed, and why."""
        return [
            f"{row['wage_year']} {row['scheme']} {row['person_id'] or row['unit_id']}: {row['status']}"
            for row in [*self.units, *self.persons]
            if row["expected_base"] is None
        ]


def read_units(
    connection: psycopg.Connection, units: Sequence[str], *, month: str, site_version: str | None = None
) -> Iterator[UnitYear]:
    """Yield the base years of units, the latest of each first.

    ``site_version``: whose names divisions have; by default that of the last run.
    Raises: NotFound (the month was not reconciled).
    """
    if site_version is None:
        run = connection.execute(_SITE, (month,)).fetchone()
        if run is None:
            raise NotFound(
                f"bases of {month} are not verified: the step reconcile has not run for it",
                next_step=f"Run fundwatch run --month {month}",
            )
        (site_version,) = run
    asked = {"month": month, "units": list(units), "site": site_version}
    with connection.cursor(row_factory=dict_row) as cursor:
        heads, *parts = (
            cursor.execute(query, asked).fetchall() for query in (_UNITS, _BASES, _DOCUMENTS, _EXCEPTIONS)
        )
    grouped: list[dict[tuple[Value, Value], list[Row]]] = []
    for rows in parts:
        groups: dict[tuple[Value, Value], list[Row]] = {}
        for row in rows:
            groups.setdefault((row["unit_id"], row["wage_year"]), []).append(row)
        grouped.append(groups)
    for head in heads:
        bases, documents, exceptions = (
            groups.get((head["unit_id"], head["wage_year"]), []) for groups in grouped
        )
        yield UnitYear(
            head,
            [row for row in bases if row["level"] == "unit"],
            [row for row in bases if row["level"] == "person"],
            documents,
            exceptions,
        )


def sheet_of(unit: UnitYear, *, month: str, language: str) -> Sheet:
    """Return the sheet of a unit and base year in one language."""
    texts, head = TEXTS[language], unit.head
    values = (
        "B1", head["unit_id"], head["employer_name"], head["tax_number"],
        f"{head[f'name_{language}'] or ''} {head['division']}".strip(), head["wage_year"], month,
        head["wage_bill"], head["month_count"], head["employees"], head["declared_on"],
    )  # fmt: skip
    return Sheet(
        name=f"{head['unit_id']} {head['wage_year']}",
        title=f"{texts.title} {head['wage_year']}",
        head=tuple(zip(texts.head, values, strict=True)),
        sections=tuple(_sections(unit, texts, language)),
        signed=texts.signed,
        language=language,
    )


def _sections(unit: UnitYear, texts: SheetTexts, language: str) -> Iterator[Section]:
    schemes = (
        "scheme", "base_method", "unit_method", "wage", "sum_personal", "expected_base", "provisional_base",
        "applied_base", "tax_base", "verified_month", "trueup_due", "trueup_booked", "trueup_open", "status",
    )  # fmt: skip
    persons = (
        "scheme", "person_id", "person_name", "wage_source", "wage", "floor", "cap", "expected_base",
        "provisional_base", "applied_base", "verified_month", "trueup_due", "trueup_open", "status",
    )  # fmt: skip
    exceptions = (
        "exception", "scheme", "person_id", "first_month", "last_month", "months", "expected", "found",
        "amount", "due_on",
    )  # fmt: skip
    names = {row["document_code"]: row[f"name_{language}"] or row["document_code"] for row in unit.documents}
    listed = tuple(
        (names[row["document_code"]], row["due_on"], row["received_on"] or texts.missing)
        for row in unit.documents
    )
    wide = (12, 7, 8, 10, 10, 10, 10, 10, 10, 7, 9, 9, 9, 9)
    yield Section(
        texts.schemes, texts.scheme_headings, cells(unit.units, schemes, language), wide, texts.none
    )
    yield Section(
        texts.persons, texts.person_headings, cells(unit.persons, persons, language),
        (12, 10, 11, 9, 8, 8, 9, 9, 9, 9, 7, 8, 8, 9), texts.none,
    )  # fmt: skip
    yield Section(texts.documents, texts.document_headings, listed, (30, 12, 12), texts.none)
    words = tuple(
        tuple(names.get(value, value) if at == _EXPECTED else value for at, value in enumerate(row))
        for row in cells(unit.exceptions, exceptions, language)
    )
    yield Section(
        texts.exceptions, texts.exception_headings, words, (20, 12, 10, 8, 8, 5, 12, 12, 12, 9), texts.none
    )


def cells(rows: list[Row], columns: Sequence[str], language: str) -> tuple[tuple[Value, ...], ...]:
    """Return columns of rows as a sheet shows them: codes by their names, amounts as amounts."""
    return tuple(
        tuple(
            named(column, str(row[column]), language)
            if column in NAMES and row[column] is not None
            else worth(row[column])
            if column in ("expected", "found")
            else row[column]
            for column in columns
        )
        for row in rows
    )
