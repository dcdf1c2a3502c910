"""What is vendored is what was published: htmx 4.0.1, set so that it swaps no failure in."""

from __future__ import annotations

import hashlib
import json
import re

from portal.rendering import STATIC

# dist/htmx.min.js of the package htmx.org 4.0.1.
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_htmx_is_the_published_one() -> None:
    assert hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest() == HTMX_SHA256


def test_htmx_swaps_no_failure_in_and_writes_no_style() -> None:
    base = (STATIC.parent / "templates" / "base.html").read_text(encoding="utf-8")
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", base)
    assert config
    settings = json.loads(config[1])
    assert settings["includeIndicatorCSS"] is False
    assert "5xx" in settings["noSwap"]
