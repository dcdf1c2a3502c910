"""The balance statements (R6) as a typeset PDF and as one self-contained HTML page."""

from __future__ import annotations

from decimal import Decimal

from reporting.drawing.html import template
from reporting.drawing.typesetting import typeset_on
from reporting.formatting import figure
from reporting.statements.balance import BalanceSheet, BalanceSheets, Block, Entry
from reporting.statements.edition import Edition
from reporting.texts import month_in_words


def draw_pdf(sheets: BalanceSheets, edition: Edition) -> bytes:
    """Return the PDF's bytes: A4 landscape, a page per account where its items fit, pages numbered."""
    words = sheets.texts
    data = {
        **edition.data(),
        **page_data(sheets, edition),
        "accounts": [_account(sheet) for sheet in sheets.sheets],
        "continued": words.continued,
        "none_asked": words.none_asked,
    }
    return typeset_on("balance.typ", data, edition.as_of)


def draw_html(sheets: BalanceSheets, edition: Edition) -> bytes:
    """Return the page's bytes, UTF-8."""
    return (
        template("balance.html")
        .render(
            sheets=sheets,
            accounts=[_account(sheet) for sheet in sheets.sheets],
            page=page_data(sheets, edition),
            month=month_in_words(sheets.month, sheets.texts.language),
            edition=edition,
            texts=edition.texts,
            words=sheets.texts,
        )
        .encode()
    )


def signed(sheets: BalanceSheets, edition: Edition) -> list[tuple[str, str]]:
    """Return label and text of who signs; who checks it signs by hand."""
    supervisor, checker, handler, day = sheets.texts.signed
    return [
        (supervisor, edition.reviewer), (checker, ""), (handler, edition.preparer), (day, edition.signed_on),
    ]  # fmt: skip


def page_data(sheets: BalanceSheets, edition: Edition) -> dict[str, object]:
    """Return what stands on every statement."""
    words = sheets.texts
    return {
        "title": sheets.title,
        "month": month_in_words(sheets.month, words.language),
        "unit": words.unit,
        "sides": words.sides,
        "headings": words.headings,
        "balances": words.balances,
        "sum": words.sum,
        "adjusted": words.adjusted,
        "no_entry": words.no_entry,
        "signed": signed(sheets, edition),
    }


def _account(sheet: BalanceSheet) -> dict[str, object]:
    """Return a statement in the shape the templates read."""
    words = sheet.texts
    return {
        "account": sheet.account_no,
        "head": sheet.head,
        "result": sheet.result,
        "is_settled": sheet.is_settled,
        "warnings": sheet.warnings,
        "balances": [_shown(amount, words.not_received) for amount in sheet.balances],
        "blocks": [_block(sheet, block) for block in sheet.blocks],
        "adjusted": [_shown(amount, words.not_known) for amount in sheet.adjusted],
        "notes": sheet.notes,
        "receipt": sheet.receipt,
    }


def _block(sheet: BalanceSheet, block: Block) -> dict[str, object]:
    """Return a block; ``none`` is what stands on a side without items, with ``zero`` as its amount."""
    words, is_received = sheet.texts, sheet.is_received
    return {
        "headings": block.headings,
        "lines": [[_entry(entry) for entry in line] for line in block.lines],
        "none": [
            "" if entries else words.none if is_received else words.not_known for entries in block.entries
        ],
        "zero": [_shown(Decimal(0) if is_received else None, words.not_known)] * 2,
        "sums": [_shown(amount if is_received else None, words.not_known) for amount in block.sums],
    }


def _entry(entry: Entry | None) -> dict[str, object] | None:
    if entry is None:
        return None
    return {
        "number": str(entry.number), "day": entry.day, "document": entry.document, "purpose": entry.purpose,
        "amount": figure(entry.amount, "yuan"), "is_old": entry.is_old,
    }  # fmt: skip


def _shown(amount: Decimal | None, missing: str) -> str:
    return missing if amount is None else figure(amount, "yuan")
