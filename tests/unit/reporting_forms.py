"""Forms of a few cells, and what is read of their files."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pypdf

from reporting.drawing.charts import Chart
from reporting.forms import html as page
from reporting.forms import pdf, xlsx
from reporting.forms.charts import charts_of
from reporting.forms.layout import Form, lay_out
from reporting.imprint import Imprint, Signature
from reporting.snapshot.content import Cell
from reporting.snapshot.form_head import HeadLine
from reporting.snapshot.history import Observation, Series

IMPRINT = Imprint(number=3, preparer="王小明", as_of=date(2024, 6, 30))
INJECTION = '=HYPERLINK("http://example.org","x")'


def cell(place: str, value: str | None, *, division: str = "大庆市", scheme: str = "ALL") -> Cell:
    column = place.partition("c")[2]
    indicator, unit = {
        "1": ("contributions_due", "yuan"),
        "6": ("arrears", "yuan"),
        "8": ("collection_rate", "%"),
    }[column]
    scheme_zh, scheme_en = ("合计", "All schemes") if scheme == "ALL" else (scheme, scheme)
    return Cell(
        form="R2",
        division=division,
        scheme=scheme,
        breakdown="",
        cell=place,
        label_zh=f"{division} · {scheme_zh} · 指标{column}",
        label_en=f"{division} · {scheme_en} · Indicator {column}",
        value=None if value is None else Decimal(value),
        unit=unit,
        indicator=indicator,
    )


CELLS = (
    cell("r1c1", "1234567.80"),
    cell("r1c6", "3.00"),
    cell("r1c8", None),
    cell("r2c1", "0.00", scheme="110"),
    cell("r2c8", "100.18", scheme="110"),
    cell("r10c1", "-5.25", division=INJECTION),
    cell("r10c8", "0.50", division=INJECTION),
)


def form(language: str = "zh", *, not_usable: tuple[str, ...] = (), cells: tuple[Cell, ...] = CELLS) -> Form:
    return lay_out("R2", cells, language=language, month="2024-06", not_usable=not_usable, imprint=IMPRINT)


def sheet(form: Form) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx.draw(form))).active


def pdf_text(form: Form) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf.draw(form))).pages
    return "\n".join(page.extract_text() for page in pages)


HEAD = (
    HeadLine("", "制定机关", "市人社局", "Bureau"),
    HeadLine("", "有效期至", "2026年12月", "December 2026"),
    HeadLine("R2", "表号", "社险2表", "SI 2"),
    HeadLine("R1", "表号", "社险1表", "SI 1"),
    HeadLine("", "联系电话", "0459-1", "0459-1"),
)
SIGNED = dataclasses.replace(
    IMPRINT,
    signatures=(
        Signature("王小明", date(2024, 7, 2)),
        Signature("李复核", date(2024, 7, 3)),
        Signature("张负责", date(2024, 7, 4)),
    ),
)
OFFICIAL = (
    "制定机关", "批准机关", "批准文号", "有效期至", "填报单位（盖章）", "单位负责人", "统计负责人",
    "填表人", "联系电话", "报出日期",
)  # fmt: skip


def official(language: str = "zh", *, imprint: Imprint = IMPRINT, head: tuple[HeadLine, ...] = HEAD) -> Form:
    return lay_out(
        "R2", CELLS, language=language, month="2024-06", not_usable=(), imprint=imprint, form_head=head
    )


def shown_texts(form: Form) -> dict[str, str]:
    """Return the form as read from its workbook, its PDF and its page, blanks left out."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx.draw(form)))
    read = {
        "xlsx": " ".join(str(cell.value or "") for row in book.worksheets[0].iter_rows() for cell in row),
        "pdf": pdf_text(form),
        "html": re.sub(r"<[^>]*>", "", page.draw(form).decode().partition("</head>")[2]),
    }
    return {name: re.sub(r"\s", "", text) for name, text in read.items()}


def benefit(place: str, value: str, *, breakdown: str = "", kind: str = "小计") -> Cell:
    return Cell(
        form="R3", division="230602", scheme="110", breakdown=breakdown, cell=place,
        label_zh=f"萨尔图区 · 养老 · {kind} · 实发", label_en=f"Sartu · Pension · {kind} · Paid",
        value=Decimal(value), unit="yuan", indicator="benefits_paid",
    )  # fmt: skip


def charts(history: tuple[Observation, ...], language: str = "zh") -> tuple[Chart, ...]:
    county = (cell("r3c8", "97.50", division="县"),)
    return charts_of("R2", (*CELLS[:3], *county), Series(history), month="2024-06", language=language)
