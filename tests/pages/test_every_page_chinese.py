"""Every page of the portal in Chinese, in Chromium: accessible, narrow, near home, asking no other host."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.pages.portal_site import PAGES, Desk, every_page, serious_findings

pytestmark = pytest.mark.pages


def test_pages_have_no_serious_finding_of_axe(seated: Callable[..., Desk]) -> None:
    assert serious_findings(seated, language="zh", theme="light") == []


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
