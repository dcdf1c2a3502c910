"""What every request passes: what is refused before a route, and what every response carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.middleware.envelope import CONTENT_SECURITY_POLICY
from portal.rendering import static_url
from tests.portal.conftest import CITY, Browser, PortalCity, add_user, another, begin_session, served

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def _slug(response) -> str:
    return response.json()["type"].removeprefix("/problems/")


@pytest.fixture
def auditor(door: PortalCity, entrance: Browser) -> Browser:
    """A client with a session of an auditor of the city."""
    return another(entrance).use(begin_session(door.warehouse, add_user(door.warehouse, ("auditor", CITY))))


SESSION = "/api/v1/session"
TWICE = b'{"user":"a","user":"b","password":"c"}'
UNKNOWN = b'{"user":"a","password":"b","x":1}'


def body(content: bytes, **headers: str) -> dict:
    """Return the options of a request with a JSON body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"content": content, "headers": {**JSON, **named}}


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "slug"),
    [
        ("GET", "/api/v1/me", {"headers": {"host": "evil.example"}}, 400, "bad-host"),
        ("GET", "/api/v1/none", {}, 404, "not-found"),
        ("GET", SESSION, {}, 405, "method-not-allowed"),
        ("PATCH", "/api/v1/me", {}, 405, "method-not-allowed"),
        ("POST", SESSION, body(b"x" * (2**20 + 1)), 413, "too-large"),
        ("GET", "/api/v1/" + "a" * 9000, {}, 414, "url-too-long"),
        ("POST", SESSION, {"headers": FORM, "content": b"user=a"}, 415, "unsupported-media-type"),
        ("POST", SESSION, body(b"{"), 422, "invalid-parameter"),
        ("POST", SESSION, body(b'{"user":"a"}'), 422, "invalid-parameter"),
        ("POST", SESSION, body(UNKNOWN), 422, "invalid-parameter"),
        ("POST", SESSION, body(TWICE), 422, "invalid-parameter"),
        ("POST", SESSION, body(b"[" * 500_000), 422, "invalid-parameter"),
        ("POST", SESSION, body(b'{"user":NaN}'), 422, "invalid-parameter"),
        ("POST", SESSION, body(b"{}", origin="http://evil.example"), 403, "csrf"),
        ("POST", SESSION, body(b"{}", sec_fetch_site="cross-site"), 403, "csrf"),
    ],
)
def test_request_is_refused_as_the_problem_it_is(
    stranger: Browser, method: str, path: str, options: dict, status: int, slug: str
) -> None:
    answer = stranger.request(method, path, **options)
    assert (answer.status_code, _slug(answer)) == (status, slug)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) - {"errors"} == {"type", "title", "status", "detail", "instance", "request_id"}
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("content", [b"{", b'{"user": "a",}', TWICE, b'{"user":NaN}', b"\xff", b"[" * 5000])
def test_body_that_is_no_json_is_told_as_the_body(stranger: Browser, content: bytes) -> None:
    told = stranger.post(SESSION, **body(content, accept_language="en")).json()["errors"]
    assert told == [{"where": "body", "what": "The body is not JSON in UTF-8 with no member twice."}]


@pytest.mark.parametrize(
    ("content", "where"), [(b"", "body"), (b"[]", "body"), (b'{"user":"a","password":1}', "password")]
)
def test_body_that_is_not_as_described_is_told_by_its_field(
    stranger: Browser, content: bytes, where: str
) -> None:
    told = stranger.post(SESSION, **body(content, accept_language="en")).json()["errors"]
    assert told == [{"where": where, "what": "It is not as it must be."}]


def test_body_sent_in_pieces_is_counted_as_it_comes(stranger: Browser) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 2**15

    answer = stranger.post("/api/v1/session", content=pieces(), headers=JSON)
    assert (answer.status_code, _slug(answer)) == (413, "too-large")


def test_page_takes_forms_alone(stranger: Browser) -> None:
    assert stranger.post("/login", content=b"{}", headers=JSON).status_code == 415
    assert stranger.get("/login", headers={"accept": "application/json"}).status_code == 200


@pytest.mark.parametrize("named", ["charset=punycode", "CharSet*=''idna", "x=1; charset=utf-16"])
def test_form_does_not_choose_how_it_is_decoded(stranger: Browser, named: str) -> None:
    part = b'--b\r\ncontent-disposition: form-data; name="username"\r\n\r\n-aaaa\r\n--b--\r\n'
    sent = {"content": part, "headers": {"content-type": f"multipart/form-data; boundary=b; {named}"}}
    assert stranger.post("/login", **sent).status_code == 415


def test_every_response_carries_what_keeps_browsers_from_harm(stranger: Browser, auditor: Browser) -> None:
    answers = [
        stranger.get("/login"), stranger.get("/none"), stranger.get("/api/v1/me"), stranger.put("/login"),
        stranger.get("/login", headers={"host": "x"}), stranger.get(static_url("portal.css")),
        auditor.get("/api/v1/me"), auditor.get("/account"), stranger.get("/account"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 303, 400, 401, 404, 405}
    for answer in answers:
        headers = answer.headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert (
            headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        )
        assert headers["x-request-id"]
        assert headers["content-language"] in ("zh-CN", "en")
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers
        is_static = answer.url.path.startswith("/static/")
        assert headers["cache-control"] == (
            "public, max-age=31536000, immutable" if is_static else "no-store"
        )


def test_whoever_asks_for_a_part_gets_the_whole(stranger: Browser) -> None:
    whole = stranger.get(static_url("portal.css"))
    part = stranger.get(static_url("portal.css"), headers={"range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, whole.content)


def test_head_is_a_page_without_its_body_and_options_says_what_may_be_sent(stranger: Browser) -> None:
    assert stranger.head("/login").status_code == 200
    assert stranger.options("/login").status_code == 204
    assert stranger.options("/login").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert stranger.put("/api/v1/session", json={}).headers["allow"] == "DELETE, OPTIONS, POST"


def test_page_that_needs_a_session_leads_to_signing_in_and_back(stranger: Browser) -> None:
    answer = stranger.get("/account?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Faccount%3Flang%3Den")


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh-CN"), ("en", "en"), ("en-GB,zh;q=0.5", "en"), ("zh,en;q=0.9", "zh-CN"), ("fr;q=x, *", "zh-CN")],
)
def test_api_goes_by_the_language_that_is_accepted(stranger: Browser, header: str, language: str) -> None:
    answer = stranger.get("/api/v1/me", headers={"accept-language": header})
    assert answer.headers["content-language"] == language


def test_page_goes_by_the_language_asked_for_and_remembers_it(stranger: Browser) -> None:
    asked = stranger.get("/login?lang=en")
    assert '<html lang="en">' in asked.text
    assert "__Host-fundwatch-lang=en" in asked.headers["set-cookie"]
    kept = stranger.get("/login", headers={"cookie": "__Host-fundwatch-lang=en"})
    assert '<html lang="en">' in kept.text
    assert '<html lang="zh-CN">' in stranger.get("/login", headers={"cookie": "__Host-fundwatch-lang=x"}).text


@pytest.fixture
def patient(door: PortalCity) -> Iterator[Browser]:
    """A portal that answers a session once a second, but for a first few requests."""
    yield from served(door, requests_per_second=1)


def test_session_that_asks_too_often_is_told_to_wait(door: PortalCity, patient: Browser) -> None:
    busy = another(patient).use(begin_session(door.warehouse, add_user(door.warehouse)))
    answers = [busy.get("/none") for _ in range(30)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    other = another(patient).use(begin_session(door.warehouse, add_user(door.warehouse)))
    assert other.get("/none").status_code == 404


@pytest.fixture
def reticent(door: PortalCity) -> Iterator[Browser]:
    """A portal that shows nobody a personal value."""
    yield from served(door, reveals_per_hour=0)


def test_user_who_was_shown_enough_in_an_hour_is_told_to_wait_for_it_to_pass(
    door: PortalCity, reticent: Browser
) -> None:
    user = add_user(door.warehouse, ("auditor", CITY))
    client = another(reticent).use(begin_session(door.warehouse, user))
    asked = {"identity_number": "11010519491231002X"}
    answer = client.post("/api/v1/cases/find", json=asked)
    page = client.post("/cases/find", data=asked)
    assert (answer.status_code, _slug(answer), page.status_code) == (429, "too-many-requests", 429)
    assert [told.headers["retry-after"] for told in (answer, page)] == ["3600", "3600"]
