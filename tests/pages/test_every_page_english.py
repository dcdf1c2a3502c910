"""Every page of the portal in English, in Chromium: accessible, Chinese marked as such."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pages.portal_site import Desk, every_page, serious_findings

pytestmark = pytest.mark.pages


def test_pages_have_no_serious_finding_of_axe(seated: Callable[..., Desk]) -> None:
    assert serious_findings(seated, language="en", theme="dark") == []


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
