"""The portal in Chromium: people of every role do their work."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.pages.portal_site import Desk, first_of, sign_in, sit_down
from tests.portal.conftest import CITY, COUNTIES, MONTH, PASSWORD, PortalCity

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.pages


def test_case_goes_from_queue_to_approval_by_two_people(seated: Callable[..., Desk]) -> None:
    first, second = seated("auditor"), seated("auditor", which=2)
    case = first_of(first, "/cases?state_now=open", "/cases/")
    first.go(case)
    assert "疑点" in first.page.inner_text("main")
    first.page.click("form.step button")
    first.page.select_option("[name=finding]", "dead")
    first.page.fill("form.step [name=note]", "派出所证明")
    first.page.click("form.step button")
    first.page.select_option("[name=decision]", "recover")
    first.page.select_option("[name=outcome]", "late_report")
    first.page.fill("[name=amount]", "100.00")
    first.page.fill("form.step [name=note]", "应予追回")
    first.page.click("form.step button")
    approve = "form.step:has(input[name=to][value=approved])"
    first.page.fill(f"{approve} [name=note]", "同意")
    first.page.click(f"{approve} button")
    assert first.page.locator("#errors").is_visible()
    assert first.page.input_value(f"{approve} [name=note]") == "同意"
    second.go(case)
    second.page.fill(f"{approve} [name=note]", "同意")
    second.page.click(f"{approve} button")
    assert "已审批" in second.page.inner_text("main")
    assert second.page.locator("#events ~ * tbody tr, [aria-labelledby=events] tbody tr").count() == 4


def test_case_form_keeps_what_was_filled_in_and_its_summary_takes_focus(seated: Callable[..., Desk]) -> None:
    desk = seated("auditor")
    case = first_of(desk, "/cases?state_now=open&sort=case_id", "/cases/")
    desk.go(case)
    desk.page.eval_on_selector("#field-text", "area => area.removeAttribute('required')")
    desk.page.eval_on_selector("#field-text", "area => area.removeAttribute('maxlength')")
    desk.page.fill("#field-text", "长" * 2001)
    desk.page.click("text=提交意见")
    assert desk.page.evaluate("document.activeElement.id") == "errors"
    assert desk.page.input_value("#field-text") == "长" * 2001


def test_issue_is_waived_lifted_and_commented(seated: Callable[..., Desk]) -> None:
    desk = seated("supervisor")
    issue = first_of(desk, "/issues?state_now=overdue", "/issues/")
    desk.go(issue)
    desk.page.fill("[name=until]", "2030-12")
    desk.page.fill("form[action$=waiver] [name=reason]", "旧系统数据，年底前清理")
    desk.page.click("form[action$=waiver] button")
    assert desk.page.locator("dd .tag").first.inner_text() == "暂缓整改"
    desk.page.fill("form[action$=lift] [name=reason]", "已可整改")
    desk.page.click("form[action$=lift] button")
    assert desk.page.locator("dd .tag").first.inner_text() == "逾期"
    desk.page.fill("#field-text", "<b>已通知</b>区县")
    desk.page.click("text=提交意见")
    assert "<b>已通知</b>区县" in desk.page.inner_text(".talk")


def test_figure_leads_to_the_landed_line(seated: Callable[..., Desk]) -> None:
    desk = seated("statistician")
    desk.go("/reports/R2")
    figure = desk.page.locator("td.figure a").first
    shown = figure.inner_text()
    figure.click()
    assert shown in desk.page.inner_text("dl.facts")
    assert desk.page.locator("dl.facts .tag--good").count() == 1
    file, line = desk.page.locator("main table >> nth=1 >> tbody tr >> nth=0 >> td").all_inner_texts()[-2:]
    assert file
    assert int(line) > 0


def test_list_is_exported_as_it_is_filtered(seated: Callable[..., Desk]) -> None:
    desk = seated("supervisor")
    desk.go("/issues?state_now=overdue")
    shown = desk.page.locator("tbody tr").count()
    with desk.page.expect_download() as started:
        desk.page.click("form.export button[value=csv]")
    text = started.value.path().read_bytes().decode("utf-8-sig")
    assert started.value.suggested_filename == f"issues-{MONTH}-{CITY}.csv"
    assert min(len(text.splitlines()) - 1, 100) == shown


def test_supervisor_of_a_county_sees_its_issues_and_cannot_waive(seated: Callable[..., Desk]) -> None:
    desk = seated("supervisor", COUNTIES[0])
    desk.go(first_of(desk, "/issues", "/issues/"))
    assert desk.page.locator("form[action$=waiver]").count() == 0


def test_reveal_shows_raw_values_once(seated: Callable[..., Desk]) -> None:
    desk = seated("auditor")
    case = first_of(desk, "/cases", "/cases/")
    desk.go(case)
    desk.page.click("summary")
    desk.page.fill("[name=reason]", "核实身份")
    desk.page.click("form[action$=reveal] button")
    assert "••" not in desk.page.inner_text("[aria-labelledby=persons] tbody")
    desk.go(case)
    assert "••" in desk.page.inner_text("[aria-labelledby=persons] tbody")


def test_work_is_done_by_keyboard_alone(browser: Browser, site: str, people: Callable[..., str]) -> None:
    desk = sit_down(browser, site)
    desk.go("/login")
    desk.page.focus("[name=username]")
    desk.page.keyboard.type(people("auditor"))
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(PASSWORD)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"{site}/")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Enter")
    for _ in range(40):
        desk.page.keyboard.press("Tab")
        target = desk.page.evaluate("document.activeElement.getAttribute('href') || ''")
        if target.startswith("/cases/"):
            break
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/cases/*")
    assert desk.page.locator("h1").count() == 1
    desk.page.context.close()


def test_pages_work_without_script(browser: Browser, site: str, people: Callable[..., str]) -> None:
    desk = sign_in(sit_down(browser, site, java_script_enabled=False), people("supervisor"))
    desk.go("/issues")
    desk.page.select_option("[name=state_now]", "overdue")
    desk.page.click("form.filters button")
    assert "state_now=overdue" in desk.page.url
    assert "逾期" in desk.page.inner_text(".said")
    desk.page.click("thead a >> nth=0")
    assert desk.page.locator("th[aria-sort]").count() == 1
    desk.page.click("text=清除")
    assert desk.page.url.endswith("/issues")
    desk.page.context.close()


def test_language_is_chosen_and_kept(browser: Browser, site: str, people: Callable[..., str]) -> None:
    desk = sign_in(sit_down(browser, site), people("auditor"))
    desk.page.click("header a[hreflang=en]")
    assert desk.page.locator("html").get_attribute("lang") == "en"
    desk.go("/cases")
    assert desk.page.locator("html").get_attribute("lang") == "en"
    desk.page.context.close()


def test_evidence_sheet_of_25_lines_prints_on_one_page_with_its_imprint(
    seated: Callable[..., Desk], portal_city: PortalCity
) -> None:
    with portal_city.connect() as connection:
        ((case, lines),) = connection.execute(
            "select e.case_id, count(*) from ops.publication_case_evidence as e"
            " inner join ops.publications as p on p.number = e.number and p.is_current and p.month = %s"
            " group by e.case_id having count(*) <= 25 order by count(*) desc, e.case_id limit 1",
            (MONTH,),
        )
    assert lines == 25
    desk = seated("auditor")
    desk.go(f"/cases/{case}")
    assert desk.page.locator("table.evidence tbody tr").count() == lines
    pdf = PdfReader(io.BytesIO(desk.page.pdf(prefer_css_page_size=True)))
    assert len(pdf.pages) == 1
    text = "".join(pdf.pages[0].extract_text().split())
    assert MONTH in text
    assert "SHA-256" in text
    assert f"auditor-{CITY}-1" in text
    assert "查看原值" not in text


def test_administrator_adds_a_user_and_sees_the_password_once(seated: Callable[..., Desk]) -> None:
    desk = seated("admin")
    desk.go("/admin/users")
    desk.page.fill("main [name=user]", "new.auditor")
    desk.page.select_option("main [name=role]", "auditor")
    desk.page.select_option("main [name=division]", COUNTIES[0])
    desk.page.click("form:has([name=user]) button")
    assert len(desk.page.inner_text("code.once")) == 20
    desk.go("/admin/users/new.auditor")
    assert desk.page.locator("code.once").count() == 0
    desk.page.click("form[action$=disable] button")
    assert "已停用" in desk.page.inner_text("dl.facts")


def test_publication_is_signed_off_by_two_more_people(
    seated: Callable[..., Desk], portal_city: PortalCity
) -> None:
    with portal_city.connect() as connection:
        ((number,),) = connection.execute(
            "select max(number) from ops.publications"
            " where state = 'draft' and cardinality(statement_faults) = 0"
        )
    if number is None:
        pytest.fail("the built city has no draft that waits")
    statistician, supervisor = seated("statistician"), seated("supervisor")
    statistician.go(f"/publications/{number}")
    statistician.page.click("form[action$=review] button")
    assert "已复核" in statistician.page.inner_text("main")
    supervisor.go(f"/publications/{number}")
    supervisor.page.fill("[name=note]", "同意发布")
    supervisor.page.click("form[action$=approve] button")
    assert "已批准" in supervisor.page.inner_text("main")
