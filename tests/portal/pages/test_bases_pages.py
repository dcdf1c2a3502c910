"""Contribution bases as pages: lists in scope, one click to a unit's sheet, persons masked."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from fundwatch.labels.bases import NAMES
from portal.pages.bases import unit
from tests.portal.conftest import COUNTIES, Browser
from tests.portal.pages.conftest import HOSTILE
from tests.portal.pages.test_list_pages import said

Client = Callable[..., Browser]
PATHS = ("/bases", "/bases/persons", "/bases/exceptions")


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
@pytest.mark.parametrize(("path", "rows"), list(zip(PATHS, (1, 250, 3), strict=True)))
def test_lists_hold_the_rows_of_ones_county(path: str, rows: int, role: str, reader: Client) -> None:
    text = reader(role, COUNTIES[0]).get(path).text
    assert said(text) == f"共{rows}条，未筛选"
    assert "U1" not in text
    assert reader(role, COUNTIES[0]).get(f"{path}?wage_year=2022").text.count("<td") == 1


@pytest.mark.parametrize("path", PATHS)
def test_every_unit_is_one_click_from_its_sheet(path: str, reader: Client) -> None:
    client = reader("supervisor", COUNTIES[0])
    text = client.get(path).text
    (link,) = set(re.findall(r'href="(/bases/units/[^"]+)"', text))
    assert client.get(html.unescape(link)).status_code == 200
    assert "/bases/units/None" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sheet_shows_bases_documents_and_exceptions(language: str, reader: Client) -> None:
    text = reader("auditor", COUNTIES[0]).get(f"/bases/units/U0?lang={language}").text
    place = 0 if language == "zh" else 1
    for exception in ("document_missing", "unit_base_low", "base_changed_in_year"):
        assert f"<td>{NAMES['exception'][exception][place]}</td>" in text
    assert text.count("12,345.67") == 105
    assert text.count(("台账", "ledger of wages")[place]) == 2
    assert "120,000.00" in text
    assert ("未收到", "not received")[place] in text
    assert "230600001002" not in text
    assert "••" in text
    assert "<img" not in text
    assert html.escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in text


def test_missing_documents_are_listed_by_their_name(reader: Client) -> None:
    client = reader("supervisor", COUNTIES[0])
    for language, name in (("zh", "台账"), ("en", "ledger of wages")):
        text = client.get(f"/bases/exceptions?lang={language}").text
        assert name in text
        assert "payroll" not in text


def test_a_unit_that_is_not_registered_has_a_sheet_where_something_is_to_be_looked_into(
    reader: Client,
) -> None:
    client = reader("supervisor", COUNTIES[1])
    (link,) = set(re.findall(r'href="(/bases/units/[^"]+)"', client.get("/bases/exceptions").text))
    sheet = client.get(html.unescape(link))
    assert sheet.status_code == 200
    assert f"<td>{NAMES['exception']['not_declared'][0]}</td>" in sheet.text
    assert reader("supervisor", COUNTIES[0]).get(html.unescape(link)).status_code == 404


def test_sheet_leads_to_the_rows_it_does_not_show(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit, "ROWS", 10)
    client = reader("supervisor")
    (link,) = re.findall(r'href="(/bases/persons[^"]+)"', client.get("/bases/units/U0").text)
    assert said(client.get(html.unescape(link)).text).startswith("共104条")


def test_sheet_out_of_scope_is_as_one_that_does_not_exist(reader: Client) -> None:
    client = reader("supervisor", COUNTIES[0])
    assert [client.get(f"/bases/units/{name}").status_code for name in ("U0", "U1", "nobody")] == [
        200, 404, 404,
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["statistician", "engineer", "admin"])
def test_bases_are_not_there_for_other_roles(role: str, reader: Client) -> None:
    client = reader(role)
    assert [client.get(path).status_code for path in (*PATHS, "/bases/units/U0")] == [404] * 4
    assert 'href="/bases"' not in client.get("/").text
