"""Chromium, and the scorecard page it opens, drawn once in each language."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporting.scorecard import page as scorecard
from reporting.texts import LANGUAGES
from tests.pages import made

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
