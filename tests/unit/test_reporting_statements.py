"""The statements R6 and R7: sums, sides and marks, what was not received, long lists, hostile texts."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from reporting.formatting import figure
from reporting.imprint import Imprint, Signature
from reporting.snapshot.form_head import HeadLine
from reporting.snapshot.statements import (
    BalanceStatement,
    FourWayItem,
    FourWayStep,
    Named,
    StatementItem,
    StatementReceipt,
    Statements,
)
from reporting.statements import balance, balance_pages, balance_xlsx, four_way, four_way_pages, four_way_xlsx
from reporting.statements.edition import Edition
from reporting.statements.workbook import sheet_names

JUNE, AS_OF = "2024-06", date(2024, 6, 30)
DRAFT = Imprint(7, "王小明", AS_OF)
SIGNED = dataclasses.replace(
    DRAFT,
    signatures=(
        Signature("王小明", date(2024, 7, 2)),
        Signature("李复", date(2024, 7, 3)),
        Signature("张批", date(2024, 7, 4)),
    ),
)
NAMES = (Named("230602", "北区", "North"), Named("230600", "某市", "City"))
SCHEMES = (Named("110", "养老", "pension"), Named("210", "失业", "unemployment"))
RECEIVED, PAID = "bank_received_not_booked", "bank_paid_not_booked"
BOOKED_IN, BOOKED_OUT = "booked_received_not_banked", "booked_paid_not_banked"


def item(kind: str, amount: str, day: str = "2024-06-20", **more: object) -> StatementItem:
    side = "" if kind == "hand_matched" else "bank" if kind.startswith("bank") else "book"
    values: dict = {
        "reference": None, "age_days": 10, "side": side, "document": "记-1", "purpose": "划转",
    } | more  # fmt: skip
    return StatementItem(kind, Decimal(amount), date.fromisoformat(day), **values)


ITEMS = (
    item(RECEIVED, "0.10"), item(RECEIVED, "0.20"), item(PAID, "-7.05"), item(BOOKED_IN, "-100.33"),
    item(BOOKED_OUT, "12345678901.08"),
)  # fmt: skip


def account(items: tuple[StatementItem, ...] = ITEMS, **more: object) -> BalanceStatement:
    difference = sum((item.amount for item in items), Decimal("0.00"))
    values: dict = {
        "account_no": "35002306", "division": "230602", "fund": "110", "kind": "income", "bank": "工商银行",
        "bank_amount": Decimal("1000.00") + difference, "book_amount": Decimal("1000.00"),
        "difference": difference, "status": "balanced",
    } | more  # fmt: skip
    return BalanceStatement(**values, items=items)


def sheets_of(*accounts: BalanceStatement, language: str = "zh") -> balance.BalanceSheets:
    statements = Statements(accounts, (), NAMES, SCHEMES)
    head = (HeadLine("", "填报单位", "社保中心", "Insurance centre"),)
    return balance.lay_out(statements, month=JUNE, as_of=AS_OF, form_head=head, language=language)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def values_of(workbook: bytes, sheet: int) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return list(book.worksheets[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("content", "head", "proof"),
    [
        ("", "", ""),
        ("ab" * 32, "", "SHA-256 " + "ab" * 8),
        ("ab" * 32, "0:", "SHA-256 " + "ab" * 8),
        ("ab" * 32, "12:" + "cd" * 32, "SHA-256 " + "ab" * 8 + " · 12:" + "cd" * 8),
    ],
)
def test_proof_is_the_hash_of_the_content_and_the_audit_head_where_there_is_one(
    content: str, head: str, proof: str
) -> None:
    assert Imprint(7, "王小明", AS_OF, content, head).proof == proof


def test_both_adjusted_balances_are_the_balance_of_each_side_with_what_the_other_side_knows() -> None:
    (sheet,) = sheets_of(account()).sheets
    assert sheet.adjusted == (Decimal("993.25"), Decimal("993.25"))
    assert [block.sums for block in sheet.blocks] == [
        (Decimal("0.30"), Decimal("100.33")),
        (Decimal("7.05"), Decimal("12345678901.08")),
    ]
    assert not sheet.warnings


def test_difference_that_no_item_explains_is_said() -> None:
    (sheet,) = sheets_of(account(bank_amount=Decimal("2000.00"), items=(), status="unbalanced")).sheets
    assert sheet.adjusted == (Decimal("1000.00"), Decimal("2000.00"))
    assert "1,000.00" in sheet.warnings[0]


@pytest.mark.parametrize(
    ("day", "marked"), [("2024-04-30", False), ("2024-04-29", True), ("2024-05-01", False)]
)
def test_item_is_marked_when_two_months_after_its_day_lie_before_the_as_of_day(
    day: str, marked: bool
) -> None:
    (sheet,) = sheets_of(account((item(RECEIVED, "5.00", day),))).sheets
    (entry,) = sheet.blocks[0].entries[0]
    assert entry.is_old is marked
    assert any("※" in note for note in sheet.notes) is marked


def test_two_months_after_the_last_of_december_is_the_last_of_february() -> None:
    assert not balance.is_old(date(2023, 12, 31), date(2024, 2, 29))
    assert balance.is_old(date(2023, 12, 31), date(2024, 3, 1))


def test_reason_of_an_old_item_names_the_amount_the_other_side_has_under_its_number() -> None:
    items = (
        item(RECEIVED, "5.00", "2024-03-01", reference="R1"),
        item(BOOKED_IN, "-4.00", "2024-03-02", reference="R1"),
        item(PAID, "-3.00", "2024-03-03", reference="R2"),
    )
    (sheet,) = sheets_of(account(items)).sheets
    assert "金额为 4.00 元" in sheet.notes[0]
    assert "没有未勾对的同号记录" in sheet.notes[2 if "金额" in sheet.notes[1] else 1]


def test_decisions_of_people_stand_where_the_balances_still_agree() -> None:
    items = (
        item("hand_matched", "0.00"), item("hand_matched", "3.00"), item("hand_matched", "-2.00"),
        item("written_off", "-7.00", side="book"), item("written_off", "9.00", side="bank"),
    )  # fmt: skip
    (sheet,) = sheets_of(account(items)).sheets
    assert sheet.adjusted[0] == sheet.adjusted[1]
    (books_plus, bank_plus), (books_minus, bank_minus) = (block.sums for block in sheet.blocks)
    assert (books_plus, books_minus, bank_plus, bank_minus) == (12, 2, 7, 0)
    assert any("1 组" in note for note in sheet.notes)
    assert not any(entry.is_old for block in sheet.blocks for side in block.entries for entry in side)


def test_balance_not_received_is_written_as_such_and_never_as_nought() -> None:
    sheets = sheets_of(account((), bank_amount=None, difference=None, status="not_received"))
    text = text_of(balance_pages.draw_pdf(sheets, Edition("zh", AS_OF, DRAFT)))
    assert "未收到" in text
    assert "0.00" not in text.replace("1,000.00", "")
    rows = values_of(balance_xlsx.draw(sheets, Edition("zh", AS_OF, DRAFT)), 1)
    assert [value for row in rows for value in row if isinstance(value, (int, float))] == [1000]


def test_sides_without_items_keep_their_line() -> None:
    sheets = sheets_of(account(()))
    text = text_of(balance_pages.draw_pdf(sheets, Edition("zh", AS_OF, DRAFT)))
    assert text.count("无") >= 4


def test_workbook_has_the_figures_as_numbers_and_hostile_texts_as_texts() -> None:
    hostile = (item(RECEIVED, "1.00", purpose="=SUM(A1)", document="<b>&amp;"), *ITEMS)
    data = balance_xlsx.draw(sheets_of(account(hostile, bank="=cmd|x")), Edition("zh", AS_OF, DRAFT))
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    numbers = [Decimal(str(cell.value)) for cell in cells if isinstance(cell.value, (int, float))]
    assert {abs(item.amount) for item in hostile} <= set(numbers)
    assert "=SUM(A1)" in {cell.value for cell in cells}


def test_pages_show_hostile_texts_as_texts() -> None:
    sheets = sheets_of(account((item(RECEIVED, "1.00", purpose="<script>#strong[x] $a$"),)))
    html = balance_pages.draw_html(sheets, Edition("zh", AS_OF, DRAFT)).decode()
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "#strong[x]" in text_of(balance_pages.draw_pdf(sheets, Edition("zh", AS_OF, DRAFT)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_account_has_one_page_until_its_items_do_not_fit_then_goes_on_by_name(language: str) -> None:
    many = tuple(item(RECEIVED, "1.00", reference=str(number)) for number in range(100))
    sheets = sheets_of(
        account(account_no="A1"), account(many, account_no="A2"), account(account_no="A3"), language=language
    )
    pdf = balance_pages.draw_pdf(sheets, Edition(language, AS_OF, DRAFT))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    of_accounts = [re.search(r"A[123]", page).group() for page in pages]
    assert of_accounts.count("A1") == of_accounts.count("A3") == 1
    assert 3 < of_accounts.count("A2") < 8
    continued = sheets.texts.continued.strip()
    assert [continued in page for page in pages] == [
        account_no == "A2" and place > 1 for place, account_no in enumerate(of_accounts)
    ]
    assert "100.00" in pages[-2]


def test_signed_edition_names_the_reviewer_as_supervisor_and_the_preparer_as_handler() -> None:
    signed = dict(balance_pages.signed(sheets_of(), Edition("zh", AS_OF, SIGNED)))
    assert signed == {
        "会计主管": "李复　2024-07-03",
        "复核": "",
        "经办人（制表）": "王小明　2024-07-02",
        "日期": "2024-07-04",
    }  # fmt: skip
    drafted = dict(balance_pages.signed(sheets_of(), Edition("zh", AS_OF, DRAFT)))
    assert drafted == {"会计主管": "", "复核": "", "经办人（制表）": "王小明", "日期": ""}


def test_register_entry_stands_below_and_a_balance_that_differs_is_said() -> None:
    receipt = StatementReceipt("stamped", "N-1", "2024-07-03", "李四", Decimal("5.00"))
    (sheet,) = sheets_of(account((), receipt=receipt)).sheets
    assert dict(sheet.receipt) == {"对账单": "盖章纸质", "编号": "N-1", "收到日期": "2024-07-03 李四"}
    assert "5.00" in sheet.warnings[0]
    (without,) = sheets_of(account(())).sheets
    assert dict(without.receipt)["对账单"] == "未登记"


def test_names_of_sheets_are_those_excel_takes() -> None:
    names = sheet_names(["a/b", "a:b", "x" * 40, "X" * 40, "'"])
    assert names == ["a_b", "a_b~2", "x" * 31, "X" * 29 + "~2", "_"]


STEPS = (
    FourWayStep(
        "230602", "110", "tax", "agency", Decimal("110.00"), Decimal("100.00"), Decimal("10.00"), "differs",
        (
            FourWayItem("late_fee", Decimal("1.00"), date(2024, 6, 3), "E1/2024-05", 27, "某公司"),
            FourWayItem("timing", Decimal("4.00"), date(2024, 6, 29), "E2/2024-06", 1, "=某公司"),
            FourWayItem("tax_only", Decimal("8.00"), date(2024, 6, 3), "E3/2024-06", 27),
            FourWayItem("agency_only", Decimal("-3.00"), date(2024, 6, 3), "E4/2024-06", 27),
        ),
    ),
    FourWayStep(
        "230602", "110", "tax", "treasury", Decimal("110.00"), Decimal("110.00"), Decimal("0.00"), "agrees",
        (),
    ),
    FourWayStep(
        "230602", "110", "treasury", "fiscal_account", Decimal("110.00"), None, None, "not_received", ()
    ),
    *(
        FourWayStep(
            "230602", "210", a, b, Decimal("20.00"), Decimal("20.00"), Decimal("0.00"), "agrees", ()
        )
        for a, b in (("tax", "agency"), ("tax", "treasury"), ("treasury", "fiscal_account"))
    ),
)  # fmt: skip


def divisions_of(*steps: FourWayStep, language: str = "zh") -> four_way.FourWaySheets:
    return four_way.lay_out(Statements((), steps, NAMES, SCHEMES), month=JUNE, language=language)


def test_row_of_a_scheme_has_the_parties_their_differences_and_what_explains_them() -> None:
    (sheet,) = divisions_of(*STEPS).sheets
    pension, unemployment, whole = ([cell.text for cell in row] for row in sheet.rows)
    assert pension[:13] == [
        "养老", "100.00", "110.00", "110.00", "未收到", "10.00", "4.00", "1.00", "0.00", "0.00", "—", "—",
        "▲ 5.00",
    ]  # fmt: skip
    assert "财政专户未收到" in pension[13]
    assert "②－① 未说明 2 项 5.00（正 8.00，负 3.00）" in pension[13]
    assert unemployment[-1] == "相符"
    assert whole[:5] == ["合计", "120.00", "130.00", "130.00", "未收齐"]
    assert "财政专户未收齐" in whole[13]
    assert whole[10:13] == ["—", "—", "▲ 5.00"]


def test_plus_and_minus_that_offset_each_other_are_marked_though_they_sum_to_nought() -> None:
    items = tuple(
        FourWayItem("open", Decimal(amount), date(2024, 6, 3), None, 27) for amount in ("9.00", "-9.00")
    )
    step = dataclasses.replace(STEPS[1], status="differs", items=items)
    (sheet,) = divisions_of(step).sheets
    assert sheet.rows[0][12].text == "▲ 0.00"


def test_difference_without_items_is_not_explained() -> None:
    step = dataclasses.replace(STEPS[1], amount_b=Decimal("100.00"), difference=Decimal("10.00"))
    (sheet,) = divisions_of(step).sheets
    assert sheet.rows[0][12].number == Decimal("10.00")


@pytest.mark.scenarios
def test_workbook_lists_all_items_and_paper_says_how_many_it_leaves_out() -> None:
    count = four_way_pages.PRINTED + 7
    items = tuple(
        FourWayItem("open", Decimal("0.01"), date(2024, 6, 3), f"V{number:05d}", 27, "=1+1")
        for number in range(count)
    )
    sheets = divisions_of(dataclasses.replace(STEPS[1], status="differs", items=items))
    rows = values_of(four_way_xlsx.draw(sheets, Edition("zh", AS_OF, DRAFT)), 0)
    assert sum(any(str(value).startswith("V0") for value in row) for row in rows) == count
    html = four_way_pages.draw_html(sheets, Edition("zh", AS_OF, DRAFT)).decode()
    assert "另有 7 项（金额合计 0.07 元）" in html
    assert len(set(re.findall("V0[0-9]{4}", html))) == four_way_pages.PRINTED


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_division_has_pages_of_its_own_and_four_boxes(language: str) -> None:
    other = tuple(dataclasses.replace(step, division="230600") for step in STEPS)
    sheets = divisions_of(*STEPS, *other, language=language)
    pdf = four_way_pages.draw_pdf(sheets, Edition(language, AS_OF, SIGNED))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 2
    for page in pages:
        assert all(party in page for party in sheets.texts.seals)
        assert "王小明" in page
        assert "=某公司" in page


def test_figures_of_both_languages_are_equal() -> None:
    shown = [
        [[cell.number for cell in row] for row in divisions_of(*STEPS, language=language).sheets[0].rows]
        for language in ("zh", "en")
    ]
    assert shown[0] == shown[1]
    assert figure(Decimal("1234567.5"), "yuan") == "1,234,567.50"


def test_month_without_accounts_or_divisions_says_so() -> None:
    edition = Edition("zh", AS_OF)
    assert "没有需要编制余额调节表的账户" in text_of(balance_pages.draw_pdf(sheets_of(), edition))
    assert "没有需要四方对账的地区" in text_of(four_way_pages.draw_pdf(divisions_of(), edition))
