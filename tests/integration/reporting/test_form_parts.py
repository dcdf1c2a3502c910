"""What a form has beside its cells: the site's head lines in force, and sums since January."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import EXAMPLE_SITE, Settings
from fundwatch.site import load_site
from reporting.snapshot.form_head import head_of, lines_of
from reporting.snapshot.year_to_date import year_to_date_of

HEAD = """form,line,text_zh,text_en,valid_from,valid_to
,批准文号,旧文号,Old,,2023-12
,批准文号,新文号,,2024-01,
R1,批准文号,表一文号,For R1,2024-01,
,制定机关,,,,
"""
INDICATORS = """
    create table statistical_ledger.indicators (month text, division text, scheme text, breakdown text,
        indicator text, value numeric);
    insert into statistical_ledger.indicators values
        ('2024-06', '230602', '110', '', 'contributions_due_ytd', 7.5),
        ('2024-06', '230602', '110', '', 'contributions_due', 1),
        ('2024-05', '230602', '110', '', 'contributions_due_ytd', 6.5)
"""


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with the example site, whose approval has another number since 2024."""
    shutil.copytree(EXAMPLE_SITE, tmp_path / "site")
    (tmp_path / "site" / "form_head.csv").write_text(HEAD, encoding="utf-8")
    return dataclasses.replace(settings, site=tmp_path / "site")


@pytest.mark.parametrize(
    ("month", "form", "language", "expected"),
    [
        ("2023-12", "R1", "zh", "旧文号"),
        ("2024-01", "R1", "zh", "表一文号"),
        ("2024-01", "R2", "zh", "新文号"),
        ("2024-01", "R2", "en", "新文号"),
        ("2024-01", "R1", "en", "For R1"),
    ],
)
def test_head_of_a_form_is_what_the_site_states_for_the_month(
    warehouse: Warehouse, site: Settings, month: str, form: str, language: str, expected: str
) -> None:
    version = load_site(warehouse, site)
    with warehouse.connect() as connection:
        head = head_of(connection, month=month, site_version=version)
    assert lines_of(head, form, language) == {"批准文号": expected}


def test_site_without_head_lines_has_the_version_of_before(warehouse: Warehouse, site: Settings) -> None:
    stated = load_site(warehouse, site)
    path = site.site_folder / "form_head.csv"
    path.write_text(HEAD.splitlines()[0] + "\n", encoding="utf-8")
    empty = load_site(warehouse, site)
    path.unlink()
    assert load_site(warehouse, site) == empty != stated


def test_sums_since_january_are_those_of_the_month(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        assert year_to_date_of(connection, month="2024-06") == ()
        connection.execute(INDICATORS)
        (line,) = year_to_date_of(connection, month="2024-06")
    assert (line.division, line.indicator, line.value) == ("230602", "contributions_due_ytd", 7.5)
