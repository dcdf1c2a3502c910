"""Lists as pages: filters in words, the count, order by the heads, a hundred rows a page, drafts marked."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.portal.conftest import COUNTIES, Browser, PortalCity
from tests.portal.pages.conftest import (
    CURRENT,
    DRAFT,
    DRAFT_ISSUES,
    FILES,
    HOSTILE,
    ISSUES,
    OLD,
    REJECTED,
)
from tests.support import put_off_guards

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def rows(text: str, prefix: str) -> list[str]:
    """The objects that a list links to, in its order."""
    return re.findall(rf'<td[^>]*><a href="{prefix}/([^"]+)"', TABLE.findall(text)[-1])


def said(text: str) -> str:
    """What a list says of itself: count and filters."""
    (text_said,) = re.findall(r'<p class="said" role="status">(.*?)</p>', text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s", "", text_said)


def link(text: str, label: str) -> str:
    (address,) = re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{label}(?:<|$)', text)
    return html.unescape(address)


def test_list_has_a_hundred_rows_a_page_and_leads_through_all(reader: Callable[..., Browser]) -> None:
    client = reader("engineer")
    seen, path, pages = [], "/files", []
    while path:
        text = client.get(path).text
        pages.append(len(rows(text, "/files")))
        seen += rows(text, "/files")
        assert said(text).startswith(f"共{FILES}条")
        path = link(text, "下一页") if "下一页" in text else ""
    assert pages == [100, 100, 50]
    assert len(set(seen)) == FILES


def test_list_says_what_it_is_filtered_by_and_how_many_there_are(reader: Callable[..., Browser]) -> None:
    client = reader("engineer")
    assert said(client.get("/files").text) == f"共{FILES}条，未筛选"
    text = client.get("/files?state=rejected&month=2024-06").text
    assert said(text) == f"共{REJECTED}条，筛选条件：状态=已退回；月份=2024-06"
    assert len(rows(text, "/files")) == REJECTED
    assert '<option value="rejected" selected>' in text
    assert link(text, "清除") == "/files"
    english = client.get("/files?state=rejected&lang=en").text
    assert f"{REJECTED}rows" in said(english).replace("entries", "rows")


def test_list_is_ordered_by_its_heads_and_turned(reader: Callable[..., Browser]) -> None:
    client = reader("engineer")
    text = client.get("/files?state=loaded").text
    ascending = client.get(link(text, "入库记录")).text
    assert 'aria-sort="ascending"' in ascending
    assert rows(ascending, "/files")[0] == f"f{REJECTED + 1:03}"
    assert "状态=已入库" in said(ascending)
    descending = client.get(link(ascending, "入库记录")).text
    assert 'aria-sort="descending"' in descending
    assert rows(descending, "/files")[:2] == [f"f{FILES:03}", f"f{FILES - 1:03}"]


def test_next_page_keeps_order_and_filters(reader: Callable[..., Browser]) -> None:
    client = reader("engineer")
    text = client.get("/files?state=loaded&sort=-rows_loaded").text
    following = client.get(link(text, "下一页")).text
    assert rows(following, "/files")[0] == f"f{FILES - 100:03}"
    assert "状态=已入库" in said(following)


@pytest.mark.parametrize("query", ["month=2024-13", "division=x", "state=a&state=b", "sort=nothing", "x=1"])
def test_list_names_what_is_wrong_and_shows_no_row(reader: Callable[..., Browser], query: str) -> None:
    answer = reader("engineer").get(f"/files?{query}")
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert "/files/f" not in answer.text


def test_cursor_of_another_list_is_refused(reader: Callable[..., Browser]) -> None:
    assert reader("engineer").get("/files?cursor=AAAA").status_code == 422


def test_file_page_says_what_a_reason_means_where_it_is_known(reader: Callable[..., Browser]) -> None:
    client = reader("engineer")
    assert "下一步" in client.get("/files/f002").text
    unknown = client.get("/files/f001")
    assert unknown.status_code == 200
    assert "A_NEW_REASON" in unknown.text


@pytest.mark.parametrize("path", ["/files", "/files/f001"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_shown_as_text(reader: Callable[..., Browser], path: str, language: str) -> None:
    text = reader("engineer").get(f"{path}?lang={language}").text
    assert "<img" not in text
    assert html.escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in text


def test_hostile_filters_are_shown_as_text(reader: Callable[..., Browser]) -> None:
    answer = reader("engineer").get("/files", params={"format": HOSTILE})
    assert "<img" not in answer.text
    assert "共0条" in said(answer.text)


def test_published_list_is_of_the_current_publication(reader: Callable[..., Browser]) -> None:
    answer = reader("supervisor").get("/issues")
    assert answer.headers["fundwatch-publication"] == str(CURRENT)
    assert said(answer.text) == f"共{ISSUES}条，未筛选"
    assert "草稿" not in answer.text
    assert all(row_id.startswith(f"i{CURRENT}-") for row_id in rows(answer.text, "/issues"))


def test_draft_is_marked_wherever_it_is_shown(reader: Callable[..., Browser]) -> None:
    client = reader("supervisor")
    answer = client.get(f"/issues?publication={DRAFT}")
    assert answer.headers["fundwatch-publication"] == str(DRAFT)
    assert said(answer.text).startswith(f"共{DRAFT_ISSUES}条")
    assert "草稿" in answer.text.partition("<table")[0]
    assert "草稿" in answer.text.partition("<footer")[2]
    assert "草稿" in client.get(f"/publications/{DRAFT}").text
    assert "draft" in client.get(f"/issues?publication={DRAFT}&lang=en").text.partition("<table")[0].lower()


@pytest.mark.parametrize("role", ["auditor", "engineer"])
def test_draft_is_not_there_for_others(reader: Callable[..., Browser], role: str) -> None:
    assert reader(role).get(f"/issues?publication={DRAFT}").status_code == 404
    assert reader(role).get(f"/publications/{DRAFT}").status_code == 404
    assert reader("supervisor", COUNTIES[0]).get(f"/publications/{DRAFT}").status_code == 404


@pytest.mark.parametrize("path", [f"/publications/{OLD}", f"/issues?publication={OLD}"])
def test_superseded_publication_is_gone_and_names_the_newer(
    reader: Callable[..., Browser], path: str
) -> None:
    answer = reader("supervisor").get(path)
    assert answer.status_code == 410
    assert f'href="/publications/{CURRENT}"' in answer.text
    listed = reader("supervisor").get("/publications")
    assert listed.status_code == 200
    assert f'href="/publications/{OLD}"' in listed.text


@pytest.mark.parametrize("path", ["issues", "figures", "scorecard"])
def test_superseded_publication_of_a_list_is_gone_at_the_api_and_names_the_newer(
    reader: Callable[..., Browser], path: str
) -> None:
    answer = reader("supervisor").get(f"/api/v1/{path}", params={"publication": OLD})
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/superseded")
    assert answer.json()["publication"] == CURRENT


def test_cursor_of_a_publication_that_was_replaced_since_is_gone(
    ledger: PortalCity, reader: Callable[..., Browser]
) -> None:
    client = reader("supervisor", COUNTIES[0])
    cursor = client.get("/api/v1/issues", params={"limit": 1}).json()["next"]
    of_month = client.get("/api/v1/issues", params={"limit": 1, "month": "2024-06"}).json()["next"]
    with approved(ledger, DRAFT):
        for asked in ({"cursor": cursor}, {"cursor": of_month, "month": "2024-06"}):
            answer = client.get("/api/v1/issues", params=asked)
            assert (answer.status_code, answer.json()["type"]) == (410, "/problems/superseded")
            assert answer.json()["publication"] == DRAFT
        assert client.get("/issues", params={"cursor": cursor}).status_code == 410
        assert client.get("/api/v1/issues").json()["publication"] == DRAFT
    assert client.get("/api/v1/issues", params={"cursor": cursor}).status_code == 200


def test_cursor_of_a_draft_leads_through_the_draft(reader: Callable[..., Browser]) -> None:
    client, seen, cursor = reader("supervisor"), [], None
    while True:
        asked = {"publication": DRAFT, "limit": 3, **({"cursor": cursor} if cursor else {})}
        document = client.get("/api/v1/issues", params=asked).json()
        seen += [row["issue_id"] for row in document["items"]]
        cursor = document["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == DRAFT_ISSUES


@contextmanager
def approved(ledger: PortalCity, number: int) -> Iterator[None]:
    """The publication of a number in the place of the current one."""
    state = "update ops.publications set is_current = number = %s, state = %s where number = any(%s)"
    with ledger.connect() as connection:
        put_off_guards(connection)
        connection.execute(state, (number, "approved", [CURRENT]))
        connection.execute(state, (number, "approved", [number]))
    try:
        yield
    finally:
        with ledger.connect() as connection:
            put_off_guards(connection)
            connection.execute(state, (CURRENT, "draft", [number]))
            connection.execute(state, (CURRENT, "approved", [CURRENT]))


def test_superseded_publication_is_not_there_for_who_reads_none(reader: Callable[..., Browser]) -> None:
    for client in (reader("engineer"), reader("supervisor", COUNTIES[0])):
        answer = client.get(f"/publications/{OLD}")
        assert answer.status_code == 404
        assert f"/publications/{CURRENT}" not in answer.text
