"""The public pages: off unless set, without a session and cookies, the same as page, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from portal.application import create_app
from portal.disclosure.figures import COUNTS, INDICATORS
from reporting import exports
from tests.portal.conftest import MONTH, URL, Browser, PortalCity

COLUMNS = ["month", "division", "scheme", "indicator", "value", "unit", "suppressed"]


@pytest.fixture(scope="module")
def public(portal_city: PortalCity) -> Iterator[Browser]:
    """The portal with its public pages on; small counts are those below 40."""
    settings = replace(portal_city.portal_settings, open=True, small_cells=40)
    app = create_app(settings, portal_city.urls, home=portal_city.settings.home)
    with Browser(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_they_are_not_there_unless_set(guest: Browser) -> None:
    for path in ("/open", f"/open/{MONTH}", f"/open/{MONTH}.csv", f"/open/{MONTH}.json"):
        assert guest.get(path).status_code == 404


@pytest.mark.parametrize("name", ["", f"/{MONTH}", f"/{MONTH}.csv", f"/{MONTH}.json"])
def test_they_may_be_kept_five_minutes_and_set_no_cookie(name: str, public: Browser) -> None:
    answer = public.get(f"/open{name}", params={"lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", ["2001-01", "2001-01.csv", "x", f"{MONTH}.xlsx", f"{MONTH}.csv.json"])
def test_a_month_that_is_not_published_is_not_there(name: str, public: Browser) -> None:
    assert public.get(f"/open/{name}").status_code == 404


def test_what_is_shown_is_published_and_what_is_not_is_named(
    portal_city: PortalCity, public: Browser
) -> None:
    document = public.get(f"/open/{MONTH}.json").json()
    published = {
        (row[2], row[3], row[10]): row[8]
        for row in exports.read(portal_city.warehouse, "reports", month=MONTH)
        if row[4] == "" and row[10] in INDICATORS and row[1] in ("R1", "R2", "R3")
    }
    items = document["items"]
    assert [list(item) for item in items] == [COLUMNS] * len(items)
    assert {(item["division"], item["scheme"], item["indicator"]) for item in items} == set(published)
    for item in items:
        value = published[item["division"], item["scheme"], item["indicator"]]
        if item["suppressed"]:
            assert item["value"] is None
            assert value
        else:
            assert (None if value is None else Decimal(value)) == (
                None if item["value"] is None else Decimal(item["value"])
            )
            assert item["indicator"] not in COUNTS or not 0 < value < 40
    assert any(item["suppressed"] for item in items)


def test_csv_and_page_show_what_the_json_shows(public: Browser) -> None:
    items = public.get(f"/open/{MONTH}.json").json()["items"]
    content = public.get(f"/open/{MONTH}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [
        {**item, "value": "*" if item["suppressed"] else item["value"] or "",
         "suppressed": json.dumps(item["suppressed"])}
        for item in items
    ] == rows  # fmt: skip
    html = public.get(f"/open/{MONTH}").text
    assert html.count('<abbr title="不公布">*</abbr>') == sum(item["suppressed"] for item in items)
    assert len(re.findall(r'<td class="figure">', html)) == len(items)
    english = public.get(f"/open/{MONTH}", params={"lang": "en"}).text
    main = english[english.index("<main") : english.index("</main>")]
    assert not re.search("[一-鿿]", main)
