"""The portal in Chromium: people of every role do their work; nothing is asked of another host."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from fundwatch.settings import Settings
from tests.pages.portal_site import Desk, served, sign_in, sit_down
from tests.portal.conftest import CITY, COUNTIES, MONTH, PASSWORD, PortalCity, add_user, copied, publish
from tests.running import folder
from tests.support import MONTHS, Databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.pages

PAGES = {
    "supervisor": ("/", "/quality", f"/quality/{CITY}", f"/quality/{CITY}/AC43", "/issues", "/reports",
                   "/reports/R1", "/reports/R5", "/reports/B1", "/publications", "/rules",
                   "/reconciliation", "/bases", "/bases/persons", "/bases/exceptions", "/declarations",
                   "/account"),
    "statistician": ("/", "/reports/R2", "/reports/R3", "/reports/R4", "/publications"),
    "auditor": ("/", "/cases", "/issues", "/rules"),
    "engineer": ("/", "/files", "/runs", "/quality"),
    "admin": ("/", "/admin/users", "/admin/audit?stream=publications"),
}  # fmt: skip
# The page of one object, behind the first link of a list that begins so.
OBJECTS = (
    ("supervisor", "/publications", "/publications/"),
    ("supervisor", "/issues", "/issues/"),
    ("supervisor", "/bases", "/bases/units/"),
    ("statistician", "/reports/R2", "/trace"),
    ("auditor", "/cases", "/cases/"),
    ("engineer", "/files", "/files/"),
    ("admin", "/admin/users", "/admin/users/"),
)
EVERY = [(role, path) for role, paths in PAGES.items() for path in paths]
_SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def portal_city(
    make_run_city: Callable[[str, tuple[str, ...]], Settings],
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> PortalCity:
    """A copy of the city of three months, the last approved: with issues overdue, and drafts that wait."""
    original = folder.once("published-built", lambda: publish(databases, make_run_city("built", MONTHS)))
    return copied(original, databases, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def site(portal_city: PortalCity) -> Iterator[str]:
    """Address of the running portal."""
    with served(portal_city) as url:
        yield url


@pytest.fixture(scope="module")
def people(portal_city: PortalCity) -> Callable[..., str]:
    """Return a function that gives a user with a password, of one role and division; ``which`` of several."""
    made: dict[tuple[str, str, int], str] = {}

    def user(role: str, division: str = CITY, which: int = 1) -> str:
        key = role, division, which
        if key not in made:
            made[key] = add_user(
                portal_city.warehouse, (role, division), password=PASSWORD,
                name=f"{role}-{division}-{which}",
            )  # fmt: skip
        return made[key]

    return user


@pytest.fixture(scope="module")
def seated(browser: Browser, site: str, people: Callable[..., str]) -> Iterator[Callable[..., Desk]]:
    """Return a function that gives the signed-in desk of a role, one for each role, language and theme."""
    desks: dict[tuple[object, ...], Desk] = {}

    def desk(
        role: str, division: str = CITY, *, language: str = "zh", theme: str = "light", which: int = 1
    ) -> Desk:
        key = role, division, language, theme, which
        if key not in desks:
            desks[key] = sign_in(
                sit_down(browser, site, color_scheme=theme), people(role, division, which), language=language
            )
        desks[key].complaints.clear()
        return desks[key]

    yield desk
    for seated_desk in desks.values():
        seated_desk.page.context.close()


def every_page(
    seated: Callable[..., Desk], *, language: str = "zh", theme: str = "light"
) -> Iterator[tuple[Desk, str]]:
    """Every page at the desk of its role, opened, and those of one object of each kind."""
    for role, path in EVERY:
        desk = seated(role, language=language, theme=theme)
        assert desk.go(path) == 200, (role, path)
        yield desk, path
    for role, listed, prefix in OBJECTS:
        desk = seated(role, language=language, theme=theme)
        assert desk.go(first_of(desk, listed, prefix)) == 200, (role, prefix)
        yield desk, prefix


def first_of(desk: Desk, path: str, prefix: str) -> str:
    desk.go(path)
    href = desk.page.locator(f"main tbody a[href^='{prefix}']").first.get_attribute("href")
    assert href
    return href


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_pages_have_no_serious_finding_of_axe(seated: Callable[..., Desk], language: str, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, violations = Axe(), []
    for desk, path in every_page(seated, language=language, theme=theme):
        results = axe.run(desk.page, options={"resultTypes": ["violations"]}).response
        violations += [
            (path, violation["id"], violation["nodes"][0]["html"][:200])
            for violation in results["violations"]
            if violation["impact"] in _SERIOUS
        ]
        assert desk.complaints == [], path
        assert desk.foreign == []
    assert violations == []


def test_pages_in_english_hold_chinese_in_marked_elements_alone(seated: Callable[..., Desk]) -> None:
    for desk, path in every_page(seated, language="en", theme="dark"):
        stray = desk.page.evaluate(
            """() => {
                const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) {
                    const node = walk.currentNode;
                    if (/[\\u3400-\\u9fff]/.test(node.data) && !node.parentElement.closest('[lang="zh-CN"]')
                        && !node.parentElement.closest('code'))
                        found.push(node.data.trim());
                }
                return found;
            }"""
        )
        assert stray == [], path


def test_pages_fit_a_narrow_screen(seated: Callable[..., Desk]) -> None:
    sizes: dict[int, dict[str, int] | None] = {}
    for desk, path in every_page(seated):
        sizes.setdefault(id(desk), desk.page.viewport_size)
        desk.page.set_viewport_size({"width": 390, "height": 800})
        wider = desk.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        desk.page.set_viewport_size(sizes[id(desk)])
        assert wider <= 0, path


def test_everything_is_two_clicks_from_home(seated: Callable[..., Desk]) -> None:
    for role, paths in PAGES.items():
        desk = seated(role)
        once = links_of(desk, "/")
        reached = once.union(*(links_of(desk, path) for path in sorted(once)))
        assert [path for path in paths if path.partition("?")[0] not in reached] == [], role


def links_of(desk: Desk, path: str) -> set[str]:
    """The pages that a page leads to, without what is asked of them; fetched, not drawn."""
    response = desk.page.request.get(desk.url + path)
    return {
        link
        for link in re.findall(r'<a [^>]*href="(/[^"?#]*)', response.text())
        if response.ok and not link.startswith(("/api/", "/static/"))
    }


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
