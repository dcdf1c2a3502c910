"""One grammar of fields: staging, quality and the oracle read every text of the table alike.

Landing is held to the same table in tests/unit/test_ingestion_grammar.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal

import pytest

from expectations import sql
from fundwatch.catalogue import Column
from pipeline.dbt_runner import project_folder
from tests.conventions import lineage
from tests.grammar_cases import CASES, FILE_AMOUNTS, GrammarCase
from tests.integration.conftest import Evaluate
from tests.oracle import values

# Kind -> how the staging models read a column of it.
STAGING = {
    "amount": "as_amount(trimmed('value'))",
    "rate": "as_rate(trimmed('value'))",
    "date": "as_date(trimmed('value'))",
    "month": "as_month(trimmed('value'))",
    "scheme": "clean_code('value')",
    "closed": "clean_code('value')",
    "id": "clean_code('value')",
    "text": "clean_text('value')",
}
# Quality has no rule that reads a rate; a month is read as a number of months.
QUALITY = {
    "amount": sql.amount(sql.read(Column("A", "amount"), "value")),
    "date": sql.real_date(sql.read(Column("A", "date"), "value")),
    "month": sql.month_number(sql.read(Column("A", "month"), "value")),
    "scheme": sql.read(Column("A", "code"), "value"),
    "closed": sql.read(Column("A", "code"), "value"),
    "id": sql.read(Column("A", "id"), "value"),
    "text": sql.read(Column("A", "name"), "value"),
}
ORACLE: dict[str, Callable[[str], object]] = {
    "amount": lambda text: values.amount(values.written(text)),
    "rate": lambda text: values.rate(values.written(text)),
    "date": lambda text: values.day(values.written(text)),
    "month": lambda text: values.month(values.written(text)),
    "scheme": values.code_text,
    "closed": values.code_text,
    "id": values.code_text,
    "text": values.text,
}


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each kind's expression over ``value``, as dbt compiles the macros for PostgreSQL."""
    work, real = tmp_path_factory.mktemp("grammar"), project_folder()
    project = work / "dbt_project"
    shutil.copytree(real / "macros" / "portable", project / "macros", ignore=shutil.ignore_patterns("*.yml"))
    shutil.copy(real / "profiles.yml", project)
    (project / "dbt_project.yml").write_text("{name: fundwatch, version: '1.0', profile: fundwatch}\n")
    mark = "\n-- next kind\n"
    (project / "models").mkdir()
    (project / "models" / "grammar.sql").write_text(
        mark.join(f"{{{{ {expression} }}}}" for expression in STAGING.values())
    )
    compiled = lineage.compiled(project, work).nodes["model.fundwatch.grammar"].compiled_code
    return dict(zip(STAGING, compiled.split(mark), strict=True))


def _cases(kind: str) -> list[GrammarCase]:
    chosen = [case for case in (*CASES, *FILE_AMOUNTS) if case.kind == kind]
    assert any(case.is_accepted for case in chosen)
    assert any(case.value is None for case in chosen) or kind in ("scheme", "closed")
    return chosen


def _plain(kind: str, value: object) -> str | None:
    """Return what a reader found as the table writes it."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)
    if kind == "month" and isinstance(value, int):
        return f"{value // 12:04d}-{value % 12 + 1:02d}"
    return str(value)


def _expected(case: GrammarCase) -> str | None:
    if case.kind in ("amount", "rate") and case.value is not None:
        return _plain(case.kind, Decimal(case.value))
    return case.value


def _differing(cases: list[GrammarCase], values: list[object]) -> dict[str, tuple]:
    return {
        case.name: (_plain(case.kind, value), _expected(case))
        for case, value in zip(cases, values, strict=True)
        if _plain(case.kind, value) != _expected(case)
    }


@pytest.mark.parametrize("kind", STAGING)
def test_staging_reads_a_text_as_the_table_says(
    evaluate: Evaluate, staging: dict[str, str], kind: str
) -> None:
    cases = _cases(kind)
    assert _differing(cases, evaluate(staging[kind], [case.text for case in cases])) == {}


@pytest.mark.parametrize("kind", QUALITY)
def test_quality_reads_a_text_as_the_table_says(evaluate: Evaluate, kind: str) -> None:
    cases = _cases(kind)
    assert _differing(cases, evaluate(QUALITY[kind], [case.text for case in cases])) == {}


@pytest.mark.parametrize("kind", ORACLE)
def test_oracle_reads_a_text_as_the_table_says(kind: str) -> None:
    cases = _cases(kind)
    assert _differing(cases, [ORACLE[kind](case.text) for case in cases]) == {}


def test_no_text_that_lands_vanishes_in_staging(evaluate: Evaluate, staging: dict[str, str]) -> None:
    accepted = [case for case in CASES if case.is_accepted]
    assert accepted
    vanished = [case.name for case in accepted if evaluate(staging[case.kind], [case.text]) == [None]]
    assert vanished == []


def test_an_amount_is_one_for_quality_where_it_has_a_value(evaluate: Evaluate) -> None:
    cases = _cases("amount")
    values = evaluate(sql.is_amount(sql.read(Column("A", "amount"), "value")), [case.text for case in cases])
    assert values == [case.value is not None for case in cases]
