"""The portal of the published city on a port of this machine, people who sign in, and each of its pages."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from portal.application import create_app
from portal.settings import PortalSettings
from tests.portal.conftest import CITY, PASSWORD, PortalCity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_SECONDS = 15
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
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_SERIOUS = {"serious", "critical"}


@dataclass
class Desk:
    """One person at a browser: its page, what it asked for, what the console said."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Open a page of the portal; return its status."""
        response = self.page.goto(self.url + path)
        return response.status if response else 0

    @property
    def foreign(self) -> list[str]:
        """What was asked of another host."""
        return [url for url in self.asked if not url.startswith((self.url, "data:", "blob:"))]


@contextmanager
def served(city: PortalCity) -> Iterator[str]:
    """Serve the portal of a city; give its address."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = PortalSettings(url=url, port=port, requests_per_second=1000)
    app = create_app(settings, city.urls, home=city.settings.home)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _SECONDS
    while not server.started and time.monotonic() < until:
        thread.join(0.05)
    yield url
    server.should_exit = True
    thread.join(_SECONDS)


def sit_down(browser: Browser, url: str, **settings: object) -> Desk:
    """Open a browser window of its own, without a session."""
    context = browser.new_context(**settings)
    context.set_default_timeout(_SECONDS * 1000)
    desk = Desk(context.new_page(), url)
    desk.page.on("request", lambda request: desk.asked.append(request.url))
    desk.page.on("console", lambda message: desk.complaints.append(message.text))
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    return desk


def sign_in(desk: Desk, user: str, *, language: str = "zh") -> Desk:
    """Sign in by the form, as people do."""
    desk.go(f"/login?lang={language}")
    desk.page.fill("[name=username]", user)
    desk.page.fill("[name=password]", PASSWORD)
    desk.page.click("main button[type=submit]")
    desk.page.wait_for_url(f"{desk.url}/")
    return desk


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


def serious_findings(seated: Callable[..., Desk], *, language: str, theme: str) -> list[tuple[str, ...]]:
    """What axe finds on every page that is serious, in either theme; no page complains or asks another host.

    A page is the same in both themes but for its colours: in the other one axe looks at these alone.
    """
    from axe_playwright_python.sync_playwright import Axe

    axe, findings = Axe(), []
    other = {"light": "dark", "dark": "light"}[theme]
    for desk, path in every_page(seated, language=language, theme=theme):
        for shown, wanted in ((other, {"runOnly": _OF_COLOURS}), (theme, {})):
            desk.page.emulate_media(color_scheme=shown)
            results = axe.run(desk.page, options={"resultTypes": ["violations"], **wanted}).response
            findings += [
                (path, shown, violation["id"], violation["nodes"][0]["html"][:200])
                for violation in results["violations"]
                if violation["impact"] in _SERIOUS
            ]
        assert desk.complaints == [], path
        assert desk.foreign == []
    return findings
