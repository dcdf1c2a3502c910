"""Chromium, the scorecard page drawn in each language, and the portal of a city of three months."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundwatch.settings import Settings
from reporting.scorecard import page as scorecard
from reporting.texts import LANGUAGES
from tests.pages import made
from tests.pages.portal_site import Desk, served, sign_in, sit_down
from tests.portal.conftest import CITY, PASSWORD, PortalCity, add_user, copied, publish
from tests.running import folder
from tests.support import MONTHS, Databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it, without a window."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is not installed: apt-get install chromium")
    flags = ["--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of the made-up month, by language."""
    folder = tmp_path_factory.mktemp("pages")
    paths = {language: folder / f"scorecard.{language}.html" for language in LANGUAGES}
    for language, path in paths.items():
        path.write_bytes(scorecard.draw(made.content(), made.IMPRINT, language=language))
    return paths


@pytest.fixture
def open_page(browser: Browser, drawn: dict[str, Path]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page in a language, under the browser's settings given."""
    contexts = []

    def opened(language: str = "en", **settings: object) -> Page:
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(drawn[language].as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


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
