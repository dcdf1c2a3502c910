"""The rows of the table of statuses, at pages: the same status as at the API, and what is wrong in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fundwatch.numbers import identity
from tests.portal.conftest import CITY, COUNTIES, MONTH, Browser, PortalCity, add_user, another, begin_session
from tests.portal.pages.conftest import DRAFT

FORM = {"content-type": "application/x-www-form-urlencoded"}
# A valid identity number of nobody: its area is none.
_BEGUN = "99010119900101001"
NUMBER = next(_BEGUN + end for end in "0123456789X" if identity.is_valid(_BEGUN + end))


@pytest.fixture(scope="module")
def case(portal_city: PortalCity) -> str:
    """A case that is open, of which nothing was recorded."""
    with portal_city.connect() as connection:
        ((found,),) = connection.execute(
            "select min(c.case_id) from crosschecks.cases as c inner join ops.publication_cases as p"
            " using (case_id) inner join ops.publications as n on n.number = p.number and n.is_current"
            " where c.month = %s and c.state = 'open'"
            " and not exists (select from ops.case_events as e where e.case_id = c.case_id)",
            (MONTH,),
        ).fetchall()
    return str(found)


def told(answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text


@pytest.mark.parametrize(
    ("step", "status", "words"),
    [
        ({"to": "dispatched", "after": "5"}, 409, "在您查看之后已有人记录了新的事项"),
        ({"to": "approved", "after": "0", "note": "n"}, 409, "当前状态下不能这样办理"),
        ({"to": "verified", "after": "0", "note": "n"}, 422, "请选择一项"),
        ({"to": "verified", "after": "0", "finding": "alive"}, 422, "请填写说明"),
        ({"to": "verified", "after": "0", "finding": "alive", "note": "x" * 2001}, 422, "最多 2000 字"),
        ({"to": "verified", "after": "0", "finding": "alive", "note": "a\r\nb"}, 422, "须写成一行"),
        ({"to": "verified", "after": "0", "finding": "alive", "note": NUMBER}, 422, "请删去身份号码"),
        ({"to": "dispatched", "after": "0", "x": "1"}, 422, "有未知的字段"),
    ],
)
def test_step_that_is_refused_is_told_on_the_page_of_its_case(
    sign_in: Callable[..., Browser], case: str, step: dict[str, str], status: int, words: str
) -> None:
    client = sign_in("auditor")
    told(client.post(f"/cases/{case}/events", data=step), status, words)
    assert "还没有处理记录" in client.get(f"/cases/{case}").text


@pytest.mark.parametrize("path", ["cases/{}/comments", "cases/{}/reveal"])
def test_text_that_may_not_be_kept_is_refused_and_not_kept(
    sign_in: Callable[..., Browser], portal_city: PortalCity, case: str, path: str
) -> None:
    field = "text" if path.endswith("comments") else "reason"
    answer = sign_in("auditor").post("/" + path.format(case), data={field: f"see {NUMBER}"})
    told(answer, 422, "请删去身份号码")
    with portal_city.connect() as connection:
        assert connection.execute("select from portal.comments where text like '%%990101%%'").fetchall() == []


def test_reason_of_a_reveal_is_told_at_its_own_field(
    sign_in: Callable[..., Browser], portal_city: PortalCity
) -> None:
    with portal_city.connect() as connection:
        ((issue,),) = connection.execute(
            "select min(i.issue_id) from ops.publication_issues as i inner join ops.publications as p"
            " on p.number = i.number and p.is_current and p.month = %s where i.state = 'open'",
            (MONTH,),
        )
    answer = sign_in("supervisor").post(f"/issues/{issue}/reveal", data={"reason": " "})
    told(answer, 422, 'id="error-why"')
    assert 'href="#field-why"' in answer.text
    assert 'id="error-reason"' not in answer.text


def test_act_that_is_not_ones_own_is_refused(
    sign_in: Callable[..., Browser], portal_city: PortalCity
) -> None:
    with portal_city.connect() as connection:
        ((issue, division, number),) = connection.execute(
            "select i.issue_id, i.division, p.number from ops.publication_issues as i"
            " inner join ops.publications as p on p.number = i.number and p.is_current and p.month = %s"
            " where i.state = 'open' and i.division = any(%s) order by i.issue_id limit 1",
            (MONTH, list(COUNTIES)),
        )
    waiver = {"until": "2024-12-31", "reason": "known"}
    told(sign_in("supervisor", division).post(f"/issues/{issue}/waiver", data=waiver), 403, "不允许这项操作")
    told(sign_in("supervisor").post(f"/publications/{number}/approve", data={"note": "n"}), 409, "已经签署")
    told(sign_in("supervisor").post(f"/publications/{number}/review", data={"note": "n"}), 403, "不允许")


def test_draft_is_not_reviewed_by_who_prepared_it(
    ledger: PortalCity, reading_room: Browser, reader: Callable[..., Browser]
) -> None:
    review = f"/publications/{DRAFT}/review"
    told(reader("supervisor").post(review, data={"note": "n"}), 403, "不允许这项操作")
    preparer = add_user(ledger.warehouse, ("statistician", CITY))
    with ledger.connect() as connection:
        connection.execute("update portal.users set display = 'p' where name = %s", (preparer,))
    client = another(reading_room).use(begin_session(ledger.warehouse, preparer))
    told(client.post(review, data={"note": "n"}), 403, "同一人不得办理前后两个环节")
    assert "已复核" not in client.get(f"/publications/{DRAFT}").text


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "words"),
    [
        ("GET", "/none", {}, 404, "没有这个页面或对象"),
        ("GET", "/", {"headers": {"host": "evil.example"}}, 400, "不是本系统的地址"),
        ("PATCH", "/login", {}, 405, "不接受这种请求方法"),
        ("POST", "/login", {"headers": FORM, "content": b"x" * (2**20 + 1)}, 413, "超过 1 MiB"),
        ("GET", "/" + "a" * 9000, {}, 414, "超过 8 KiB"),
        ("POST", "/login", {"json": {}}, 415, "页面只接受表单"),
        ("POST", "/login", {"headers": FORM | {"origin": "http://evil.example"}}, 403, "不是从本系统"),
    ],
)
def test_request_that_does_not_pass_is_told_in_words(
    stranger: Browser, method: str, path: str, options: dict[str, Any], status: int, words: str
) -> None:
    told(stranger.request(method, path, **options), status, words)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("supervisor", "/quality"), ("supervisor", "/reports/R5"), ("supervisor", "/declarations"),
        ("auditor", "/rules"), ("auditor", "/cases/{case}"), ("auditor", "/reports/R1"),
        ("auditor", "/issues"), ("admin", "/admin/audit"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("query", ["x=1", "lang=zh&lang=zh&month=2024-06&month=2024-06"])
def test_page_takes_no_parameter_that_it_does_not_know_and_none_twice(
    sign_in: Callable[..., Browser], case: str, role: str, path: str, query: str
) -> None:
    answer = sign_in(role).get(f"{path.format(case=case)}?{query}")
    assert answer.status_code == 422
    assert "x=1" not in answer.text.partition("<main")[2]


def test_page_without_the_token_of_its_session_is_refused(sign_in: Callable[..., Browser], case: str) -> None:
    client = sign_in("auditor")
    del client.headers["x-csrf-token"]
    told(client.post(f"/cases/{case}/comments", data={"text": "t"}), 403, "不是从本系统当前会话发出的")


def test_nothing_leaves_while_the_log_cannot_be_written(
    sign_in: Callable[..., Browser], portal_city: PortalCity, case: str
) -> None:
    client = sign_in("auditor")
    asked = {"what": "cases", "format": "csv"}
    with portal_city.connect() as connection:
        connection.execute("alter table ops.audit add constraint closed check (false) not valid")
    try:
        pages = [
            client.post("/exports", data=asked),
            client.post(f"/cases/{case}/reveal", data={"reason": "r"}),
            client.post("/cases/find", data={"identity_number": NUMBER}),
        ]
        programs = [
            client.post("/api/v1/exports", json=asked),
            client.post(f"/api/v1/cases/{case}/reveal", json={"reason": "r"}),
            client.post("/api/v1/cases/find", json={"identity_number": NUMBER}),
        ]
    finally:
        with portal_city.connect() as connection:
            connection.execute("alter table ops.audit drop constraint closed")
    for answer in pages:
        told(answer, 503, "没有显示或办理任何内容")
    for answer in programs:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert all(int(answer.headers["retry-after"]) > 0 for answer in (*pages, *programs))


@pytest.mark.parametrize(
    "number", ["abc", "-1", "+1", "1_0", "1.0", "０", "²", "2147483648", "9" * 30, "9" * 5000]
)
def test_publication_that_has_no_such_number_is_not_there_as_at_the_api(
    reader: Callable[..., Browser], number: str
) -> None:
    client = reader("supervisor")
    assert client.get(f"/api/v1/publications/{number}").status_code == 404
    told(client.get(f"/publications/{number}"), 404, "没有这个页面或对象")
    for act in ("review", "approve"):
        assert client.post(f"/api/v1/publications/{number}/{act}", json={"note": "n"}).status_code == 404
        told(client.post(f"/publications/{number}/{act}", data={"note": "n"}), 404, "没有这个页面或对象")
