"""Evidence sheets of the simulated city: what they say is what landed, on one page, nobody named in full."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import NotFound
from fundwatch.months import last_day
from fundwatch.rounding import half_up
from reporting.case_sheets import case_sheet, sheet
from reporting.case_sheets.evidence import EvidenceLine
from reporting.tracing import landed_rows
from tests.support import MONTHS, BuiltCity

LAST = MONTHS[-1]
SHANGHAI = ZoneInfo("Asia/Shanghai")
POOLED = ("其中：统筹部分（含未分项）", "of which pooled fund (undivided included)")


@pytest.fixture(scope="module")
def warehouse(built_city: BuiltCity) -> Warehouse:
    return open_warehouse(built_city.settings)


@pytest.fixture(scope="module")
def deaths(built_city: BuiltCity) -> list[dict[str, str]]:
    """The cases of payments after death."""
    cases = [case for case in built_city.export("cases", LAST) if case["rule_id"] == "paid_after_death"]
    assert len(cases) > 1
    return cases


def pages_of(warehouse: Warehouse, case_id: str, language: str = "zh", month: str = LAST) -> list[str]:
    """The text of each page of a sheet, without what lets names of files be broken."""
    pdf = case_sheet(warehouse, case_id=case_id, month=month, language=language, timezone=SHANGHAI)
    texts = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return [text.replace("\u200b", "") for text in texts]


def amount_behind(label: str, text: str) -> Decimal:
    """The first amount behind a label."""
    match = re.search(re.escape(label) + r"\s+([0-9,]+\.[0-9]{2})", text)
    assert match, text
    return Decimal(match[1].replace(",", ""))


def items_of(built_city: BuiltCity, case: dict[str, str]) -> dict[str, Decimal]:
    """Sums by item of the payments a case rests on, straight from the simulated database."""
    payments = [row["key"] for row in json.loads(case["evidence"]) if row["table"] == "AC82"]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with sqlite3.connect(built_city.folder / f"production-{LAST}.db") as production:
        for payment in payments:
            query = "select AAA036, AAE019 from AC83 where AAZ220 = ?"
            for item, amount in production.execute(query, (payment,)):
                sums[str(item)] += Decimal(str(amount))
    return sums


@pytest.mark.parametrize("language", ["zh", "en"])
def test_settlement_of_a_death_divides_what_was_paid_as_the_production_database_does(
    built_city: BuiltCity, warehouse: Warehouse, deaths: list[dict[str, str]], language: str
) -> None:
    divided = 0
    for case in deaths[:3]:
        (text,) = pages_of(warehouse, case["case_id"], language)
        items = items_of(built_city, case)
        pooled = sum(
            (amount for item, amount in items.items() if item not in ("102", "501", "502", "503")), Decimal(0)
        )
        if items:
            divided += 1
            assert amount_behind(POOLED[0 if language == "zh" else 1], text) == pooled
        label = "死亡次月起已发放" if language == "zh" else "Paid after the month of death"
        assert amount_behind(label, text) == Decimal(case["amount"])
    assert divided


def test_every_line_of_a_sheet_traces_to_a_landed_row(
    warehouse: Warehouse, deaths: list[dict[str, str]]
) -> None:
    with warehouse.connect() as connection:
        case = sheet.reading.case_of(connection, deaths[0]["case_id"], LAST)
        lines = sheet.evidence_of(connection, case)
    assert {line.row.table for line in lines} >= {"AC82", "death_event", "AC01"}
    (text,) = pages_of(warehouse, case.case_id)
    for line in lines:
        assert landed_rows(warehouse, file_id=line.row.file_id, line=line.row.line)
        lines_of_file = re.findall(rf"{line.row.file_id[:12]}\s+([0-9]+)(?:-([0-9]+))?", text)
        assert any(int(first) <= line.row.line <= int(last or first) for first, last in lines_of_file)


def test_sheet_masks_name_and_number(warehouse: Warehouse, deaths: list[dict[str, str]]) -> None:
    with warehouse.connect() as connection:
        name, number = connection.execute(
            "select person_name, identity_number from business_ledger.persons"
            " where person_id = %s and valid_to_batch is null",
            (deaths[0]["person_id"],),
        ).fetchone()
    (text,) = pages_of(warehouse, deaths[0]["case_id"])
    assert name not in text
    assert number not in text
    assert f"{number[:6]}{'*' * 8}{number[-4:]}" in text


def test_sheet_says_that_nothing_is_verified(warehouse: Warehouse, deaths: list[dict[str, str]]) -> None:
    assert "未经核实" in pages_of(warehouse, deaths[0]["case_id"])[0]
    assert "not verified" in pages_of(warehouse, deaths[0]["case_id"], "en")[0]


@pytest.mark.parametrize(("count", "pages"), [(sheet.ON_FIRST_PAGE, 1), (sheet.ON_FIRST_PAGE + 1, 2)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_sheet_takes_a_second_page_only_when_the_first_is_full(
    warehouse: Warehouse,
    deaths: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    pages: int,
    language: str,
) -> None:
    evidence_of = sheet.evidence_of

    def many(*arguments: object) -> tuple[EvidenceLine, ...]:
        # Items stand in the line of their payment, and take none of their own.
        lines = [line for line in evidence_of(*arguments) if line.row.table != "AC83"]
        payment = next(line for line in lines if line.row.table == "AC82")
        return (*lines, *[payment] * count)[:count]

    monkeypatch.setattr(sheet, "evidence_of", many)
    drawn = pages_of(warehouse, deaths[0]["case_id"], language)
    assert len(drawn) == pages
    assert ("1 more: see the list" in drawn[0] or "另有 1 条见附页清单" in drawn[0]) is (pages > 1)


def test_sheet_of_another_rule_is_no_settlement(built_city: BuiltCity, warehouse: Warehouse) -> None:
    case = next(row for row in built_city.export("cases", LAST) if row["rule_id"] == "duplicate_enrolment")
    (text,) = pages_of(warehouse, case["case_id"][:10])
    assert "社会保险疑点核查证据单" in text
    assert "拟追回" not in text


@pytest.mark.parametrize("case_id", ["", "nothing"])
def test_sheet_of_no_case_is_not_found(warehouse: Warehouse, case_id: str) -> None:
    with pytest.raises(NotFound):
        case_sheet(warehouse, case_id=case_id, language="zh", timezone=SHANGHAI)


def test_form_of_points_in_the_publication_counts_the_exported_cases(built_city: BuiltCity) -> None:
    number = max(int(path.name) for path in (built_city.settings.home / "reports").iterdir())
    book = openpyxl.load_workbook(built_city.settings.home / "reports" / str(number) / "R8.en.xlsx")
    rows = {row[0]: row[2:] for row in book.worksheets[1].iter_rows(min_row=4, values_only=True) if row[0]}
    cases = built_city.export("cases", LAST)
    assert rows["Total"][0] == len(cases)
    assert sum(rows["Total"][1:5]) == len(cases)
    ours = [case for case in cases if case["rule_id"] == "paid_after_death"]
    assert rows["Paid for months after death"][0] == len(ours)
    assert Decimal(str(rows["Paid for months after death"][6])) == sum(
        Decimal(case["amount"]) for case in ours
    )


def test_form_of_points_expects_deaths_by_sex_and_completed_age(
    built_city: BuiltCity, warehouse: Warehouse
) -> None:
    rates: dict[tuple[str, int], Fraction] = {}
    with (built_city.folder / "site" / "mortality.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            rates[row["sex"], int(row["age"])] = Fraction(row["annual_rate"])
    with warehouse.connect() as connection:
        insured = connection.execute(
            "select distinct i.division, i.person_id, p.sex, p.birth_on"
            " from statistical_ledger.insured_persons as i"
            " join business_ledger.persons as p on p.person_id = i.person_id and p.valid_to_batch is null"
            " where i.is_in_all and i.valid_to_batch is null"
        ).fetchall()
    end, expected = last_day(LAST), defaultdict(Fraction)
    for division, _, sex, born in insured:
        if sex and born and born <= end:
            age = end.year - born.year - ((end.month, end.day) < (born.month, born.day))
            oldest = max((known for kind, known in rates if kind == sex), default=0)
            expected[division] += rates.get((sex, min(age, oldest)), Fraction(0)) / 12
    number = max(int(path.name) for path in (built_city.settings.home / "reports").iterdir())
    book = openpyxl.load_workbook(built_city.settings.home / "reports" / str(number) / "R8.en.xlsx")
    rows = [row for row in book.worksheets[5].iter_rows(min_row=4, values_only=True) if row[0] == LAST]
    with (built_city.folder / "site" / "divisions.csv").open(newline="") as file:
        names = {row["division"]: row["name_en"] for row in csv.DictReader(file)}
    shown = {row[1]: (row[2], Decimal(str(row[3]))) for row in rows}
    counties = {names[division]: deaths for division, deaths in expected.items()}
    assert len(counties) > 2
    assert {name: shown[name][1] for name in counties} == {
        name: half_up(Decimal(deaths.numerator) / deaths.denominator, 2) for name, deaths in counties.items()
    }
    assert shown[names["230600"]][0] == sum(shown[name][0] for name in counties)


@pytest.mark.parametrize(
    ("rule_id", "first", "last", "printed"),
    [
        ("paid_after_death", "2010-01-01", "2011-06-30", {"art. 27(2)"}),
        ("paid_after_death", "2011-06-30", "2011-07-31", {"art. 27(2)", "art. 88", "art. 14", "art. 17"}),
        ("paid_after_death", "2011-07-01", "2024-06-30", {"art. 88", "art. 14", "art. 17"}),
        # The measures on survivors' benefits of 2021 are in the catalogue, not evidenced, and not printed.
        ("survivor_still_paid", "2024-01-01", "2024-06-30", {"art. 88"}),
    ],
)
def test_sheet_prints_the_evidenced_articles_in_force_on_the_date_of_the_act(
    warehouse: Warehouse, rule_id: str, first: str, last: str, printed: set[str]
) -> None:
    with warehouse.connect() as connection:
        articles = sheet.reading.articles_of(connection, rule_id, "en", first=first, last=last)
    assert {article.partition(": ")[0].rpartition(", ")[2] for article in articles} == printed
