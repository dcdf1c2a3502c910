"""The form of suspicious points (R8): counts, money once, precision, deaths received, and months of none."""

from __future__ import annotations

import dataclasses
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from fundwatch.acts.case_steps import OUTCOMES
from fundwatch.case_yields import CONFIRMED, RuleYield
from reporting.documents import pages, xlsx
from reporting.documents.document import Document, DocumentTable
from reporting.imprint import Imprint
from reporting.points.layout import lay_out
from reporting.snapshot.cases import Case
from reporting.snapshot.content import Content
from reporting.snapshot.coverage import Coverage
from reporting.snapshot.inputs import Batches
from reporting.snapshot.points import MoneyOnce, Place, PointInputs, RuleText, money_once

JUNE, CITY, NORTH, SOUTH = "2024-06", "230600", "230602", "230603"
IMPRINT = Imprint(number=7, preparer="王小明", as_of=date(2024, 6, 30))
BY_RULE, BY_COUNTY, BY_BOTH, PRECISION, COVERAGE = range(5)
INPUTS = PointInputs(
    rules=(
        RuleText("paid_in_cash", "现金发放疑点", "Paid in cash", "low"),
        RuleText("paid_after_death", "死亡后待遇发放疑点", "Paid after death", "high"),
    ),
    places=(
        Place(NORTH, "=北区", "=North", "county"),
        Place(SOUTH, "南区", "South", "county"),
        Place(CITY, "大庆市", "Daqing", "city"),
    ),
    money=(MoneyOnce("", Decimal("300.10")), MoneyOnce(NORTH, Decimal("200.10"))),
    yields=(RuleYield("paid_after_death", 3, 2, 1, Decimal("150.00"), Decimal("80.50")),),
    coverage=(
        Coverage(JUNE, CITY, 3, Decimal("4.0")),
        Coverage(JUNE, NORTH, 0, Decimal(0)),
        Coverage(JUNE, SOUTH, 2, None),
    ),
    registry_files=3,
)


def case(
    case_id: str, rule_id: str, division: str | None, amount: str, state: str = "open", *paid: str
) -> Case:
    evidence = json.dumps(
        [{"table": "AC82", "key": key, "source_file_id": "f", "source_row": 1} for key in paid]
    )
    return Case(
        case_id, rule_id, division, "110", "P1", None, "A", None, JUNE, JUNE, 1, Decimal(amount), state, None,
        evidence,
    )  # fmt: skip


CASES = (
    case("a", "paid_after_death", NORTH, "200.10"),
    case("b", "paid_after_death", SOUTH, "100.00", "candidate"),
    case("c", "paid_in_cash", NORTH, "200.10", "decided"),
    case("d", "paid_in_cash", None, "0.00", "withdrawn"),
    case("e", "a_rule_of_tomorrow", NORTH, "0.00", "closed"),
)


def content(cases: tuple[Case, ...] = CASES, points: PointInputs | None = INPUTS) -> Content:
    return Content(
        JUNE, "v1", "0", Batches(), (), (), cases, as_of=IMPRINT.as_of, points=points
    )  # fmt: skip


def drawn(language: str = "en", **changes: object) -> Document:
    document = lay_out(content(points=dataclasses.replace(INPUTS, **changes)), language=language)
    assert document is not None
    return document


def texts(table: DocumentTable) -> dict[str, list[str]]:
    return {row[0].text: [entry.text for entry in row[1:]] for row in table.rows}


def test_month_that_was_not_checked_has_no_form() -> None:
    assert lay_out(content(points=None), language="zh") is None


def test_rules_are_counted_by_state_the_gravest_first() -> None:
    table = drawn().tables[BY_RULE]
    assert [row[0].text for row in table.rows] == [
        "Paid after death",
        "a_rule_of_tomorrow",
        "Paid in cash",
        "Total",
    ]
    assert texts(table)["Paid after death"] == ["high", "2", "1", "1", "0", "0", "2", "300.10"]
    assert texts(table)["Paid in cash"] == ["low", "2", "0", "0", "1", "1", "2", "200.10"]


def test_total_counts_each_point_and_each_payment_once() -> None:
    assert texts(drawn().tables[BY_RULE])["Total"] == ["", "5", "1", "1", "1", "2", "5", "300.10"]


def test_points_of_no_division_are_counted_apart() -> None:
    counties = texts(drawn().tables[BY_COUNTY])
    assert counties["division to be found"][0] == "1"
    assert counties["=North"] == ["3", "0", "1", "1", "1", "200.10"]
    assert sum(int(line[0]) for name, line in counties.items() if name != "Total") == len(CASES)


def test_precision_is_confirmed_of_closed() -> None:
    (line,) = drawn().tables[PRECISION].rows
    assert [entry.text for entry in line[1:]] == ["3", "2", "1", "50.00%", "150.00", "80.50"]
    none = dataclasses.replace(INPUTS.yields[0], closed=0, confirmed=0)
    (line,) = drawn(yields=(none,)).tables[PRECISION].rows
    assert line[4].text == "—"


def test_coverage_is_received_of_expected_where_deaths_are_expected() -> None:
    rows = [[entry.text for entry in row[1:]] for row in drawn().tables[COVERAGE].rows]
    assert rows == [
        ["Daqing", "3", "4.00", "75.00%"], ["=North", "0", "0.00", "—"], ["South", "2", "—", "—"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "未收到公安、殡葬、卫健部门的死亡信息"), ("en", "No deaths were received")]
)
def test_form_says_that_no_deaths_were_received(language: str, said: str) -> None:
    document = drawn(language, registry_files=0)
    assert document.tables[COVERAGE].rows == ()
    assert document.tables[COVERAGE].empty.startswith(said)
    assert document.headline[-1].said.startswith(said)
    text = pypdf.PdfReader(io.BytesIO(pages.draw_pdf(document, IMPRINT))).pages[-1].extract_text()
    assert said.replace(" ", "") in text.replace(" ", "").replace("\n", "")
    assert ("制表人" if language == "zh" else "Prepared by") in text


def test_month_without_a_point_has_a_form_of_zeros() -> None:
    document = lay_out(content(cases=()), language="zh")
    assert document is not None
    assert document.tables[BY_BOTH].rows == ()
    assert "本期没有疑点。" in document.paragraphs
    assert pages.draw_pdf(document, IMPRINT).startswith(b"%PDF")


def test_form_calls_a_point_suspicious_and_never_a_fraud() -> None:
    for language, word, never in (("zh", "疑点", "欺诈"), ("en", "question to be verified", "fraud")):
        document = drawn(language)
        assert word in "".join(document.paragraphs)
        assert never not in "".join((*document.paragraphs, *(line.said for line in document.headline)))


def test_workbook_holds_numbers_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(drawn(), IMPRINT)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {300.1, 150, 80.5, "=North"}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_page_escapes_what_it_is_given() -> None:
    place = dataclasses.replace(INPUTS.places[0], name_en="<b>North</b>")
    page = pages.draw_html(drawn(places=(place, *INPUTS.places[1:])), IMPRINT).decode()
    assert "<b>North" not in page
    assert "&lt;b&gt;North" in page


@pytest.mark.parametrize(
    ("paid", "amount"),
    [
        pytest.param((("100", "p", "q"), ("100", "p", "q")), "100", id="the same payments twice"),
        pytest.param((("100", "p"), ("40", "q")), "140", id="different payments"),
        pytest.param((("100", "p", "q"), ("40", "q")), "100", id="a part of what is counted"),
        pytest.param((("60", "p"), ("40", "q", "r")), "100", id="one that is shared by none"),
        pytest.param((("100", "p", "q"), ("80", "q", "r")), "140", id="what it has alone"),
        pytest.param((("5",), ("5",)), "10", id="no payments"),
        pytest.param((("5", "unknown"), ("5", "unknown")), "10", id="payments that are not there"),
    ],
)
def test_money_counts_a_payment_once(paid: tuple[tuple[str, ...], ...], amount: str) -> None:
    amounts = {"p": Decimal(60), "q": Decimal(40), "r": Decimal(40)}
    cases = [case(str(at), "r", NORTH, money, "open") for at, (money, *_) in enumerate(paid)]
    payments = {str(at): frozenset(keys) for at, (_, *keys) in enumerate(paid)}
    assert money_once(cases, payments, amounts) == Decimal(amount)


def test_outcomes_but_for_two_confirm_a_point() -> None:
    assert set(OUTCOMES) - set(CONFIRMED) == {"no_issue", "data_error"}


def test_content_with_points_is_made_again_as_it_was_stored() -> None:
    from reporting.snapshot.stored import _made

    stored = content()
    assert _made(Content, json.loads(stored.as_text())) == stored
