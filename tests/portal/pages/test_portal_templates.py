"""Templates drawn of made-up rows: what feeds hold is shown as text, whatever it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from portal.pages.cases.case import said
from portal.pages.quality import reading
from portal.pages.reports.forms import laid_out
from portal.rendering import environment

HOSTILE = "<script>alert(1)</script>\u202e=1+1\"'"


class Divisions:
    """Names of no division."""

    def name(self, division: str | None) -> str:
        return division or ""


def trace_of(text: str) -> dict[str, object]:
    row = {
        "measure": "contributions_due", "table_name": "contributions", "row_key": text, "division": "230602",
        "scheme": "110", "booked_month": "2024-06", "for_month": None, "amount": Decimal("1.50"),
        "file": text, "source_file_id": "f", "source_row": 7,
    }  # fmt: skip
    part = {"role": "numerator", "measure": "contributions_due", "rows": 1, "persons": 1, "amount": None}
    return {
        "label_zh": text, "label_en": text, "formula_zh": "公式", "formula_en": "formula", "month": "2024-06",
        "division": "230602", "scheme": "110", "breakdown": "", "value": Decimal(1), "unit": "yuan",
        "publication": 5, "published_value": Decimal(2), "recomputed": Decimal(1), "agrees": True,
        "is_restated": True, "parts": [part], "rows": [row],
    }  # fmt: skip


def drawn(name: str, language: str, **values: object) -> str:
    shown = {
        "visit": None, "site": "某市", "language": language, "tag": language,
        "now": datetime(2024, 7, 1, tzinfo=UTC), "path": "/x", "navigation": (),
        "other_language_url": "/", "request_id": "r",
    }  # fmt: skip
    return environment(language).get_template(name).render(**shown, divisions=Divisions(), **values)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_trace_shows_hostile_names_as_text(language: str) -> None:
    html = drawn("reports/trace.html", language, trace=trace_of(HOSTILE), next_url="")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_trace_says_where_the_published_value_was_restated() -> None:
    said_so = "发布后已重述"
    assert said_so in drawn("reports/trace.html", "zh", trace=trace_of("x"), next_url="")
    same = {**trace_of("x"), "is_restated": False}
    assert said_so not in drawn("reports/trace.html", "zh", trace=same, next_url="")


def test_evidence_says_each_field_by_its_name_and_leaves_empty_ones_out() -> None:
    fields = {"aac003": HOSTILE, "aac004": "", "aae019": None, "strange": "x"}
    assert said(fields, "zh") == [("姓名", HOSTILE), ("STRANGE", "x")]
    assert said(None, "en") == []


def test_form_is_laid_out_by_the_places_of_its_cells() -> None:
    cells = [
        {"cell": f"r{row}c{column}", "division": "1", "label_zh": f"市 · 险 · 栏{column}",
         "label_en": "a · b · c", "unit": unit, "value": Decimal(row)}
        for row, column, unit in ((10, 2, "yuan"), (2, 1, "persons"), (2, 2, "%"))
    ]  # fmt: skip
    form = laid_out(cells, language="zh")
    assert sorted(form.lines) == [2, 10]
    assert form.headings == {1: "栏1", 2: "栏2"}
    assert form.units == {1: "persons", 2: ""}
    assert form.lines[10].texts == ("市", "险")


def test_form_of_no_cells_has_no_line() -> None:
    assert laid_out([], language="en").lines == {}


# Rate, how the database judged it, months outside its bounds -> the result in both languages.
RATES = (
    ("0.98", "pass", 0, "达标", "meets the target"),
    ("0.979999", "pass", 0, "在允许范围内", "within bounds"),
    ("0.95", "pass", 0, "在允许范围内", "within bounds"),
    ("0.949999", "pass", 1, "宽限期第 1 个月（共 2 个月）", "month 1 of 2 of grace"),
    ("0.949999", "fail", 3, "未达标", "fails"),
)


@pytest.mark.parametrize(("metric", "sign"), [("fill_rate", "≥"), ("anomaly_rate", "≤")])
def test_result_of_a_rate_agrees_with_target_and_bounds_printed_beside_it(metric: str, sign: str) -> None:
    def of(rate: str) -> Decimal:
        return Decimal(rate) if sign == "≥" else 1 - Decimal(rate)

    bound = {"low": None, "high": None, "low" if sign == "≥" else "high": of("0.95")}
    rows = [
        {"metric": metric, "rate": of(rate), "target": of("0.98"), "status": status, "grace_months": 2,
         "months_outside": months, **bound}
        for rate, status, months, *_ in RATES
    ]  # fmt: skip
    visit = SimpleNamespace(rows=lambda *_: rows)
    publication = SimpleNamespace(is_draft=False, number=1)
    judged = reading.rates(visit, publication, division="230602")
    cells = """{% from "macros/grades.html" import judged, line with context %}{% for row in rows %}
        <td>{{ row.rate | percent(row.places) }}<td>{{ row.target | percent(row.places) }}
        <td>{{ line(row) }}<td>{{ judged(row) }}{% endfor %}"""
    for place, language in enumerate(("zh", "en"), start=3):
        drawn_cells = environment(language).from_string(cells).render(rows=judged, language=language)
        texts = [re.sub("<[^>]*>", "", text).strip() for text in drawn_cells.split("<td>")[1:]]
        assert texts[3::4] == [said[place] for said in RATES]
        assert {text[0] for text in texts[2::4]} == {sign}
        for rate, target, line, result in zip(*(texts[at::4] for at in range(4)), strict=True):
            value, wanted, least = (Decimal(re.sub("[^0-9.]", "", text)) for text in (rate, target, line))
            is_met, is_inside = (
                value >= other if sign == "≥" else value <= other for other in (wanted, least)
            )
            assert is_met == (result in ("达标", "meets the target"))
            assert is_inside == (result in {text for said in RATES[:3] for text in said[3:]})
