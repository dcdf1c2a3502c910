"""What programs outside rely on stays as it is written: settings, exports, exit codes, pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from portal.settings import PREFIX, PortalSettings
from reporting import exports

ROOT = Path(__file__).parents[2]

# Columns as the specification fixes them, typed here by hand: the code does not vouch for itself.
COLUMNS = {
    "files": "file_id, feed, division, month, format, sequence, name, sha256, state, reason, rows_declared, "
    "rows_loaded, rows_quarantined, rows_repeated, amount_declared, amount_loaded, amount_quarantined, "
    "duplicate_of",
    "quarantine": "file_id, name, line, reasons, raw",
    "indicators": "month, division, scheme, breakdown, indicator, value, unit, kind",
    "reports": "month, form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator",
    "scorecard": "month, division, table, metric, numerator, denominator, rate, target, status, grade",
    "rule_results": "month, division, table, rule_id, checked, failed",
    "rectification": "issue_id, month, division, table, rule_id, key, source_file_id, source_row, "
    "first_seen, due_on, state, corrected_on, reason",
    "reconciliation": "month, check, division, scheme, subject, for_month, account_no, party_a, party_b, "
    "amount_a, amount_b, difference, status, items",
    "cases": "case_id, rule_id, month, division, scheme, person_id, other_person_id, match_class, score, "
    "first_month, last_month, months, amount, state, outcome, evidence",
    "bases": "month, division, scheme, wage_year, level, unit_id, person_id, identity, base_method, "
    "unit_method, wage_source, wage, wage_kind, average_wage, floor, cap, sum_personal, expected_base, "
    "provisional_base, applied_base, tax_base, verified_month, trueup_due, trueup_booked, trueup_open, "
    "status",
    "base_exceptions": "exception_id, exception, month, division, scheme, wage_year, unit_id, person_id, "
    "first_month, last_month, months, expected, found, amount, due_on, evidence",
}
COMMANDS = {
    "db", "simulate", "ingest", "build", "measure", "reconcile", "crosscheck", "publish", "review", "approve",
    "reproduce", "files", "explain", "retry", "release", "run", "export", "trace", "up", "down", "status",
    "months", "publications", "backup", "restore", "cases", "case", "base-sheet", "statement",
    "match", "write-off", "unmatch",
}  # fmt: skip

# Commands of ours that no program outside relies on.
OWN_COMMANDS = {"alerts", "audit", "declare", "evaluate", "linkage", "portal", "uncounted", "users", "waive"}


@pytest.mark.parametrize("what", sorted(COLUMNS))
def test_export_has_the_columns_of_the_specification(what: str) -> None:
    assert list(exports.EXPORTS[what].columns) == COLUMNS[what].split(", ")


def test_exports_are_all_of_the_specification() -> None:
    assert set(exports.EXPORTS) == set(COLUMNS)


def test_commands_are_all_of_the_specification() -> None:
    from cli.commands import COMMANDS as LISTED

    assert set(LISTED) == COMMANDS | OWN_COMMANDS


def test_settings_are_all_listed_in_the_example_environment() -> None:
    example = (ROOT / ".env.example").read_text().partition("# For docker-compose.yml alone")[0]
    listed = re.findall(r"^(FUNDWATCH_[A-Z_]+)=", example, re.MULTILINE)
    ours = [f"FUNDWATCH_{name.upper()}" for name in Settings.__dataclass_fields__]
    portal = [f"{PREFIX}{name.upper()}" for name in PortalSettings.__dataclass_fields__]
    assert sorted(listed) == sorted(ours + portal)


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = "airflow, dbt, great_expectations, pandas, pyarrow, splink, numpy, altair"
    program = (
        f"import sys, cli; print(','.join(name for name in '{heavy}'.split(', ') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stdout.decode().strip() == ""
    assert done.returncode == 0


def test_fund_formats_require_what_landing_requires_of_every_row() -> None:
    from expectations.rates.fund_formats import FUND_FORMATS
    from ingestion.files.formats import FORMATS

    required = {
        form.name: [field.name for field in form.fields if field.required]
        for form in FORMATS.values()
        if form.feed in ("tax", "bank", "finance")
    }
    assert {
        name: [column.name for column in column_set.required] for name, column_set in FUND_FORMATS.items()
    } == required
