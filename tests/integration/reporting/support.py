"""Report cells of two months, and publications of one of them, for the tests of publications."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

from fundwatch.acts import publications
from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from reporting.publications import store
from reporting.publications.drafting import publish
from reporting.snapshot.content import Cell, Content
from reporting.snapshot.inputs import Batches
from reporting.snapshot.quality import FailingRow, RuleResult, ScorecardRow

MONTH = "2024-06"
AS_OF = date(2024, 6, 30)
CELLS = """
    create table reports.cells (month text, form text, division text, scheme text, breakdown text, cell text,
        label_zh text, label_en text, value numeric, unit text, indicator text);
    insert into reports.cells values
        ('2024-06', 'R1', '230600', 'ALL', '', 'r1c1', '市 · 合计 · 职工', 'City · All · Workers', 12,
            'persons', 'insured_workers'),
        ('2024-06', 'R1', '230600', 'ALL', '', 'r1c2', '市 · 合计 · 退休', 'City · All · Retirees', 3,
            'persons', 'insured_retirees'),
        ('2024-05', 'R1', '230600', 'ALL', '', 'r1c1', '市 · 合计 · 职工', 'City · All · Workers', 11,
            'persons', 'insured_workers')
"""
NEW_BATCH = """
    insert into ops.files (file_id, feed, month, name, state)
    values ('f', 'production', '2024-06', 'AC01', 'loaded')
"""
SCORECARD = """
    insert into quality.scorecard (month, division, table_name, metric, numerator, denominator, rate, target,
        status, grade, rule_version)
    values ('2024-06', '230600', 'AC01', 'fill_rate', 1, 4, 0.25, 1, 'fail', %s, '1')
"""
RULE = """
    insert into quality.rules values ('1', 'AC01-1', 'AC01', 'critical', '号码无效', 'No valid number', '');
    insert into quality.rule_results values ('2024-06', '230600', 'AC01', 'AC01-1', 4, 1, '1')
"""
FAILURE = """
    insert into quality.failures values
        ('2024-06', '230600', 'AC01', 'AC01-1', '640301198002290015', 'file-1', 17, 'i')
"""
ISSUE = """
    insert into quality.rectification (month, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, issued_month, state)
    values ('2024-06', 'i', '230600', 'AC01', 'AC01-1', 'k', 'file-1', 17, '2024-06', '2024-06', 'open')
"""
BASES = """
    create table bases.bases (month text, division text, scheme text, wage_year text, level text,
        unit_id text, person_id text, identity text, base_method text, unit_method text, wage_source text,
        wage numeric, wage_kind text, average_wage numeric, floor numeric, cap numeric, sum_personal numeric,
        expected_base numeric, provisional_base numeric, applied_base numeric, tax_base numeric,
        verified_month text, trueup_due numeric, trueup_booked numeric, trueup_open numeric, status text);
    create table bases.base_exceptions (month text, exception_id text, exception text, division text,
        scheme text, wage_year text, unit_id text, person_id text, first_month text, last_month text,
        months integer, expected text, found text, amount numeric, due_on date, evidence text);
    create table bases.unit_declarations (month text, unit_id text, wage_year text, wage_bill numeric,
        month_count integer, employees text, declared_on date);
    create table bases.unit_documents (month text, unit_id text, wage_year text, document_code text,
        name_zh text, name_en text, due_on date, received_on date)
"""
CASES = """
    create table crosschecks.cases (month text, case_id text, rule_id text, division text, scheme text,
        person_id text, other_person_id text, match_class text, score numeric, first_month text,
        last_month text, months integer, amount numeric, state text, outcome text, evidence text);
    insert into crosschecks.cases (month, case_id, rule_id, amount) values ('2024-06', 'c1', 'r', 1.50)
"""


def publish_june(warehouse: Warehouse, settings: Settings, *, preparer: str = "王小明"):
    return publish(warehouse, settings, month=MONTH, as_of=AS_OF, site_version="v1", preparer=preparer)


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def stored_hashes(warehouse: Warehouse, number: int) -> dict[str, str]:
    with warehouse.connect() as connection:
        return dict(
            connection.execute(
                "select name, sha256 from ops.publication_files where number = %s", (number,)
            ).fetchall()
        )


def draft(warehouse: Warehouse, *, number: int = 1, grade: str = "A") -> None:
    """Store a draft of two cells that state its number, without rendering anything."""
    cells = tuple(
        Cell("R1", "230600", "ALL", "", place, "a · b · c", "a · b · c", Decimal(number), "persons", place)
        for place in ("r1c1", "r1c2")
    )
    rate = ScorecardRow(
        "230600", "市", "City", "city", "AC01", "fill_rate", Decimal(1), Decimal(4), None, None, "fail", grade
    )
    batches = Batches(production=(f"batch {number}",))
    content = Content(
        MONTH, "v1", "0", batches, cells, (rate,), as_of=AS_OF,
        rule_results=(RuleResult("230600", "AC01", "AC01-1", "critical", "a", "a", 4, 1, 1),),
        failing_rows=(FailingRow("230600", "AC01", "AC01-1", "••", "file", 1),),
    )  # fmt: skip
    with warehouse.connect() as connection:
        store.store(
            connection, number=number, content=content, as_of=AS_OF, preparer="王小明", files={},
            replaces=publications.current_number(connection, MONTH),
        )  # fmt: skip


def sign(warehouse: Warehouse, number: int) -> None:
    review(warehouse, number=number, name="李复核")
    approve(warehouse, number=number, name="张负责")


def signatures(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.connect() as connection:
        return connection.execute("select actor, action from ops.audit order by sequence").fetchall()
