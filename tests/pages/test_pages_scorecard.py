"""The scorecard page in a browser: for everybody, by keyboard, without its script, on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.pages import made

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.pages

A4_LANDSCAPE = (842, 595)
Opened = Callable[..., "Page"]


def shown(page: Page, selector: str) -> int:
    """Count the elements a reader sees."""
    return page.locator(selector).locator("visible=true").count()


def focused(page: Page) -> str:
    """Return the text of what has the focus."""
    return page.evaluate("document.activeElement.innerText").strip()


def findings(page: Page) -> tuple[dict[str, str], set[str]]:
    """Return the serious and critical findings of axe-core, and the rules that had something to look at."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page).response
    grave = {
        violation["id"]: f"{violation['help']}: {violation['nodes'][0]['html'][:200]}"
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
    }
    return grave, {result["id"] for result in (*results["passes"], *results["violations"])}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_has_no_serious_finding_of_axe(open_page: Opened, language: str, theme: str) -> None:
    page = open_page(language, color_scheme=theme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((one, at) => { one.open = at < 4; })")
    assert (shown(page, "tr.rate") > 100, shown(page, "tr.rows table")) == (True, 2)
    grave, looked_at = findings(page)
    assert {"color-contrast", "html-has-lang", "select-name", "svg-img-alt", "link-name"} <= looked_at
    assert grave == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_filtered_narrow_page_has_no_serious_finding_of_axe(open_page: Opened, language: str) -> None:
    page = open_page(language, viewport={"width": 400, "height": 900}, bypass_csp=True)
    page.select_option("#filter-metric", "anomaly_rate")
    page.select_option("#filter-grade", "F")
    grave, looked_at = findings(page)
    assert "scrollable-region-focusable" in looked_at
    assert grave == {}


def test_axe_finds_what_is_wrong_with_a_page(open_page: Opened) -> None:
    page = open_page(bypass_csp=True)
    page.select_option("#filter-division", "230602")
    page.add_style_tag(content=".note { color: #ccc; }")
    page.evaluate("document.querySelector('label').remove()")
    assert set(findings(page)[0]) == {"color-contrast", "select-name"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_asks_for_nothing_and_breaks_no_policy(open_page: Opened, language: str) -> None:
    page = open_page(language)
    page.click("text=/展开全部明细|Open all details/")
    page.wait_for_timeout(100)
    assert [url.partition(":")[0] for url in page.asked] == ["file"]
    assert page.complaints == []


def test_policy_refuses_what_is_asked_elsewhere_and_other_scripts(open_page: Opened) -> None:
    page = open_page()
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://127.0.0.1:9/x' }))")
    page.evaluate(
        "document.body.append("
        "Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))"
    )
    page.wait_for_timeout(100)
    refused = [text for text in page.complaints if "Content Security Policy" in text]
    assert len(refused) == len(page.complaints) == 2
    assert page.evaluate("window.ran") is None


def test_filter_shows_what_was_chosen_and_all_again_when_cleared(open_page: Opened) -> None:
    page, rates = open_page(), made.content().scorecard
    expected = [row for row in rates if (row.division, row.metric, row.grade) == ("230602", "fill_rate", "F")]
    assert 0 < len(expected) < len(rates)
    page.select_option("#filter-division", "230602")
    page.select_option("#filter-metric", "fill_rate")
    page.select_option("#filter-grade", "F")
    page.click("text=Open all details")
    assert page.inner_text("[role=status]") == f"{len(expected)} of {len(rates)} rates shown"
    assert shown(page, "tr.rate") == len(expected)
    assert shown(page, "table.failing tbody tr") == len(expected)
    assert shown(page, "table.map a") == len([row for row in rates if _is_f_of(row, "230602")])
    assert shown(page, "table.whole tbody td") == 1
    page.click("text=Clear filter")
    page.wait_for_timeout(50)
    assert shown(page, "table.failing tbody tr") == len([row for row in rates if row.status == "fail"])


def _is_f_of(row: made.Measured, division: str) -> bool:
    """Whether a row is the first of a table graded F: one link of the map leads to all of them."""
    return (row.division, row.grade, row.metric) == (division, "F", made.metrics_of(row.table)[0])


def test_filter_by_a_rate_writes_it_into_the_map(open_page: Opened) -> None:
    page = open_page()
    page.select_option("#filter-metric", "fill_rate")
    row = next(
        rate for rate in made.content().scorecard if (rate.table, rate.metric) == ("AC43", "fill_rate")
    )
    cell = page.locator('tr[data-division="230600"] td[data-table="AC43"] .figure')
    assert cell.inner_text().split() == [f"{row.rate * 100:.2f}%", "✗" if row.status == "fail" else "✓"]


def test_map_is_walked_by_keyboard_and_leads_to_the_details(open_page: Opened) -> None:
    page = open_page()
    page.locator("#filter button").last.focus()
    page.keyboard.press("Tab")  # the region of the first map, which scrolls
    page.keyboard.press("Tab")
    assert focused(page).split("\n")[0].startswith("The city")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("County 2 Enrolments")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'TH'")
    assert focused(page).startswith("AC02 Enrolments")
    assert shown(page, "details.division[open] tr.rate") > 0


def test_map_is_one_stop_of_the_tab_key(open_page: Opened) -> None:
    page = open_page()
    assert page.locator("table.map").count() == 3
    assert page.locator('table.map a[tabindex="0"]').count() == 3
    page.select_option("#filter-grade", "F")
    assert shown(page, 'table.map a[tabindex="0"]') == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_says_everything_without_its_script(open_page: Opened, language: str) -> None:
    page = open_page(language, java_script_enabled=False)
    assert shown(page, "form") == 0
    assert shown(page, "table.map a") == len({(row.division, row.table) for row in made.content().scorecard})
    assert shown(page, "table.failing tbody tr") > 100
    page.locator("table.map a").nth(20).click()
    assert shown(page, "details.division[open] tr.rate") > 100
    page.locator("details.division[open] tr.rows summary").first.click()
    assert page.locator("tr.rows table").locator("visible=true").first.inner_text().count("••0015") == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_narrow_page_shows_the_worst_grade_and_rules_wide_enough_to_read(
    open_page: Opened, language: str
) -> None:
    page = open_page(language, viewport={"width": 390, "height": 900})
    worst = page.locator("table.map td.gF").first.bounding_box()
    assert worst["x"] + worst["width"] <= 390
    headline = page.locator(".headline").bounding_box()
    assert headline["y"] + headline["height"] <= 900
    page.evaluate("document.querySelectorAll('details.division')[1].open = true")
    rules = page.locator("details[open] table.rules tbody tr:not(.head):not(.rows) td.text")
    assert rules.first.bounding_box()["width"] >= 180
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in (figure.bounding_box() for figure in page.locator(".bars svg").all()):
        assert box["x"] + box["width"] <= 390


def test_page_in_paper_holds_what_is_open_and_no_controls(open_page: Opened) -> None:
    page = open_page()
    page.evaluate("document.querySelectorAll('details.division')[2].open = true")
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in paper.pages}
    text = "\n".join(sheet.extract_text() for sheet in paper.pages)
    assert sizes == {A4_LANDSCAPE}
    assert "Clear filter" not in text
    assert "County 1 Rates by table" in text
    assert "County 2 Rates by table" not in text
    assert f"1 / {len(paper.pages)}" in text
    assert made.IMPRINT.proof in text


@pytest.mark.parametrize("shift", [0, 300])
def test_no_sheet_of_paper_ends_with_a_heading(open_page: Opened, shift: int) -> None:
    """What stands before may be longer: shifted by so many pixels, the first heading met the foot."""
    page = open_page()
    page.evaluate("document.querySelectorAll('details.division')[1].open = true")
    page.evaluate(f"document.body.style.paddingTop = '{shift}px'")
    headings = {"".join(said.split()) for said in page.locator("h2, h3").all_inner_texts()}
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    ends = []
    for sheet in paper.pages:
        lines = ["".join(line.split()) for line in sheet.extract_text().splitlines()]
        ends.append([line for line in lines if line and not re.fullmatch(r"\d+/\d+", line)][-1])
    assert len(ends) > 5
    assert [end for end in ends if end in headings] == []


def test_page_in_paper_is_small_and_dark_ink_in_either_theme(open_page: Opened, tmp_path: Path) -> None:
    page = open_page(color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(17, 17, 17)"
    assert len(page.pdf(prefer_css_page_size=True)) < 2_000_000
